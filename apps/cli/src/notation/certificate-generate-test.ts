import { join } from 'node:path';
import { isNv2Error } from '@nv2/base';
import { writeNewFile } from '../files.ts';
import { oneArgument } from './arguments.ts';
import {
  boolFlag,
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  textFlag,
} from './command.ts';
import { wordError } from './error-words.ts';
import { wordOsError } from './os-error.ts';
import { isPlainName } from './trust-store.ts';

/** The sizes that can sign; the reference makes others too, with which it then refuses to. */
const sizes = [2048, 3072, 4096];

export const certificateGenerateTestCommand: NotationCommand = {
  path: ['certificate', 'generate-test'],
  aliases: [],
  usage: '[flags] <common_name>',
  summary: 'Make an RSA key and a self-signed certificate for trying things out',
  examples: ['cert generate-test --default wabbit-networks.io'],
  flags: [
    { name: 'bits', short: 'b', kind: 'int', help: 'size of the key (default 2048)' },
    { name: 'default', kind: 'bool', help: 'make it the default signing key' },
  ],
  checkArguments: oneArgument('missing certificate common_name'),
  run: async (context) => {
    const { flags, at, out, services } = context;
    const name = firstArgument(flags);
    if (!isPlainName(name)) throw new NotationError('name needs to follow [a-zA-Z0-9_.-]+ format');
    const bits = Number(textFlag(flags, 'bits') ?? 2048);
    if (!sizes.includes(bits)) throw new NotationError(`a key of ${bits} bits cannot sign: use ${sizes.join(', ')}`);
    const isDefault = boolFlag(flags, 'default');
    out(`generating RSA Key with ${bits} bits`);
    const [{ createTestCertificate }, { withKey }, config] = await Promise.all([
      import('../test-certificate.ts'),
      import('@nv2/config'),
      services.config(),
    ]);
    const directory = join(config.directories.notationConfig, 'localkeys');
    const [keyPath, certPath] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
    // Before anything is written: a name of the list never points to another key than it did.
    const list = withKey(await config.readSigningKeys(), { kind: 'local', name, keyPath, certPath }, { isDefault });
    const made = await createTestCertificate({ commonName: name, at, days: 1, rsaBits: bits });
    out(`generated certificate expiring on ${made.notAfter.toISOString().replace('.000', '')}`);
    await writeFiles({ directory, keyPath, certPath, ...made }, context);
    await config.writeSigningKeys(list);
    await config.addCertificates({ type: 'ca', name }, certPath);
    out(`Successfully added ${name}.crt to named store ${name} of type ca`);
    out(`${name}: added to the key list`);
    if (isDefault) out(`${name}: marked as default signing key`);
  },
};

interface TestFiles {
  readonly directory: string;
  readonly keyPath: string;
  readonly keyPem: string;
  readonly certPath: string;
  readonly certificatePem: string;
}

/** Never over a file that is there. @throws NotationError */
async function writeFiles(files: TestFiles, { out }: NotationContext): Promise<void> {
  const { directory, keyPath, keyPem, certPath, certificatePem } = files;
  const { mkdir } = await import('node:fs/promises');
  const write = async (what: string, path: string, text: string, mode: number): Promise<void> => {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeNewFile(path, text, mode);
    } catch (error) {
      const reason = isNv2Error(error, 'CLI_FILE_EXISTS')
        ? `open ${path}: file exists`
        : (wordOsError(error, 'open', path) ?? wordError(error));
      throw new NotationError(`failed to write ${what} file: ${reason}`);
    }
  };
  await write('key', keyPath, keyPem, 0o600);
  out(`wrote key: ${keyPath}`);
  await write('certificate', certPath, certificatePem, 0o644);
  out(`wrote certificate: ${certPath}`);
}
