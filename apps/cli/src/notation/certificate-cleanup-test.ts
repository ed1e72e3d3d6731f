import { join } from 'node:path';
import { isNv2Error } from '@nv2/base';
import { reportRemoved, wordRemoval } from './certificate-delete.ts';
import { boolFlag, firstArgument, type NotationCommand, type NotationContext, NotationError } from './command.ts';
import { wordError } from './error-words.ts';
import { yesFlag } from './flags.ts';
import { findOsError, wordOsError } from './os-error.ts';
import { confirm } from './prompt.ts';
import { isPlainName } from './trust-store.ts';

export const certificateCleanupTestCommand: NotationCommand = {
  path: ['certificate', 'cleanup-test'],
  aliases: [],
  usage: '[flags] <common_name>',
  summary: 'Remove what generate-test made',
  examples: ['cert cleanup-test wabbit-networks.io'],
  flags: [yesFlag],
  checkArguments: (args) => {
    const [name] = args;
    if (name === undefined) throw new NotationError('missing certificate common name');
    if (args.length > 1) throw new NotationError(`accepts 1 arg(s), received ${args.length}`);
    if (!isPlainName(name)) throw new NotationError('certificate common name must follow [a-zA-Z0-9_.-]+ format');
  },
  run: async (context) => {
    const { flags, services, out } = context;
    const name = firstArgument(flags);
    const { notationConfig } = (await services.config()).directories;
    const keyPath = join(notationConfig, 'localkeys', `${name}.key`);
    const certPath = join(notationConfig, 'localkeys', `${name}.crt`);
    const question = [
      `The test key ${name} and its corresponding certificate will be cleaned up with the following changes:`,
      `- Delete certificate ${name}.crt from trust store ${name} of type ca`,
      `- Remove key ${name} from the key list`,
      `- Delete key file: ${keyPath}`,
      `- Delete certificate file: ${certPath}`,
      '',
      'Are you sure you want to continue?',
    ].join('\n');
    if (!boolFlag(flags, 'yes') && !(await confirm(question, context))) return;
    // What is gone already is told and passed over; what cannot be removed ends the command.
    await removeFromStore(name, context);
    await removeFromList(name, context);
    await removeFile('key', keyPath, context);
    await removeFile('certificate', certPath, context);
    out('Cleanup completed successfully');
  },
};

async function removeFromStore(name: string, context: NotationContext): Promise<void> {
  const store = { type: 'ca', name } as const;
  const file = `${name}.crt`;
  const config = await context.services.config();
  try {
    reportRemoved(await config.removeCertificateFile(store, file), { store, file, context, config });
  } catch (error) {
    if (!isNv2Error(error, 'CONFIG_STORE_FILE_NOT_FOUND')) {
      const path = join(config.directories.notationConfig, 'truststore', 'x509', 'ca', name, file);
      throw new NotationError(
        `failed to delete certificate ${file} from trust store ${name} of type ca: ${wordRemoval(error, path)}`,
      );
    }
    context.out(`Certificate ${file} does not exist in trust store ${name} of type ca`);
  }
}

async function removeFromList(name: string, { services, out }: NotationContext): Promise<void> {
  const [{ withoutKeys }, config] = await Promise.all([import('@nv2/config'), services.config()]);
  try {
    await config.writeSigningKeys(withoutKeys(await config.readSigningKeys(), [name]));
    out(`Successfully removed key ${name} from the key list`);
  } catch (error) {
    if (!isNv2Error(error, 'CONFIG_KEY_NOT_FOUND')) {
      throw new NotationError(`failed to remove key ${name} from the key list: ${wordError(error)}`);
    }
    out(`Key ${name} does not exist in the key list`);
  }
}

async function removeFile(what: 'key' | 'certificate', path: string, { out }: NotationContext): Promise<void> {
  const { rm } = await import('node:fs/promises');
  try {
    await rm(path);
    out(`Successfully deleted ${what} file: ${path}`);
  } catch (error) {
    if (findOsError(error)?.code !== 'ENOENT') {
      throw new NotationError(
        `failed to delete ${what} file ${path}: ${wordOsError(error, 'remove', path) ?? wordError(error)}`,
      );
    }
    out(`${what === 'key' ? 'Key' : 'Certificate'} file ${path} does not exist`);
  }
}
