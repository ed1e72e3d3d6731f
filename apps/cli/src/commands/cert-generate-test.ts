import { join, resolve } from 'node:path';
import { quoteText } from '@nv2/base';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { assertFree, writeNewFile } from '../files.ts';
import { flag, oneOf, positive, text } from '../option.ts';
import { shellWord, timeText } from '../output/words.ts';

export const certGenerateTestCommand = defineCommand({
  path: ['cert', 'generate-test'],
  summary: 'make a key and a self-signed certificate for trying things out',
  description:
    'Writes NAME.key and NAME.crt, never over a file, and lists the key. Nobody trusts the certificate until they say so: it is not added to ' +
    'a trust store. For real use, get a certificate from an authority that can revoke it.',
  arguments: [{ name: 'name', description: 'common name of the certificate and name of the key' }],
  options: {
    isDefault: flag('--default', 'make it the default key'),
    out: text('--out <directory>', 'where to write the files', { defaultText: 'the working directory' }),
    bits: oneOf('-b, --bits <n>', 'make an RSA key of this size instead of one on the curve P-256', [
      '2048',
      '3072',
      '4096',
    ]),
    days: positive('--days <n>', 'days the certificate is valid', 365),
  },
  examples: [
    'cert generate-test --default wabbit-networks.io',
    'cert generate-test --out keys --bits 3072 acme-rockets',
  ],
  run: async (values, [name = ''], { io, at, services }) => {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/.test(name)) {
      throw new CliError(
        'CLI_USAGE',
        `expected a name of letters, digits, dots, dashes and underscores, found ${quoteText(name)}`,
      );
    }
    const [{ withKey }, config] = await Promise.all([import('@nv2/config'), services.config()]);
    const directory = resolve(io.cwd, values.out ?? '.');
    // As the person would name it from here.
    const shown = (end: string): string => join(values.out ?? '', `${name}.${end}`);
    const keyPath = join(directory, `${name}.key`);
    const certPath = join(directory, `${name}.crt`);
    // The list is checked before anything is written, and written last: a name never points to a missing file.
    const list = withKey(
      await config.readSigningKeys(),
      { kind: 'local', name, keyPath, certPath },
      { isDefault: values.isDefault },
    );
    await assertFree(keyPath, certPath);
    const { createTestCertificate } = await import('../test-certificate.ts');
    const made = await createTestCertificate({
      commonName: name,
      at,
      days: values.days,
      ...(values.bits === undefined ? {} : { rsaBits: Number(values.bits) }),
    });
    await writeNewFile(keyPath, made.keyPem, 0o600);
    await writeNewFile(certPath, made.certificatePem, 0o644);
    await config.writeSigningKeys(list);
    return {
      conclusion: 'done',
      report: {
        name,
        key: keyPath,
        certificate: certPath,
        notAfter: timeText(made.notAfter),
        default: values.isDefault,
      },
      result: [keyPath, certPath],
      text: [
        `nv2: ${name}: done`,
        `  key: ${shown('key')}`,
        `  certificate: ${shown('crt')}, valid until ${timeText(made.notAfter)}`,
        `  added to the key list${values.isDefault ? ' as the default' : ''}`,
        `  to trust it, a consumer runs: nv2 cert add --type ca --store ${name} ${shellWord(shown('crt'))}`,
        `next: nv2 sign ${values.isDefault ? '' : `-k ${name} `}REFERENCE`,
      ],
    };
  },
});
