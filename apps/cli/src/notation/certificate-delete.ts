import { join } from 'node:path';
import { isNv2Error } from '@nv2/base';
import type { Config, RemovedCertificates } from '@nv2/config';
import type { StoreName } from '@nv2/trust';
import { boolFlag, firstArgument, type NotationCommand, type NotationContext, NotationError } from './command.ts';
import { wordError } from './error-words.ts';
import { storeFlags, yesFlag } from './flags.ts';
import { wordOsError } from './os-error.ts';
import { confirm } from './prompt.ts';
import { requireStore } from './trust-store.ts';

export const certificateDeleteCommand: NotationCommand = {
  path: ['certificate', 'delete'],
  aliases: [],
  usage: '--type <type> --store <name> [flags] (--all | <cert_fileName>)',
  summary: 'Delete certificates from the trust store',
  examples: [
    'cert delete --type ca --store acme-rockets cert1.pem',
    'cert delete --type ca --store acme-rockets --all -y',
  ],
  flags: [
    ...storeFlags.required,
    { name: 'all', short: 'a', kind: 'bool', help: 'delete every certificate of the store' },
    yesFlag,
  ],
  checkArguments: (args, flags) => {
    if (boolFlag(flags, 'all')) {
      if (args.length === 0) return;
      throw new NotationError(
        'cannot delete a single certificate file when --all flag is set. use --help flag for more details',
      );
    }
    if (args.length === 0) {
      throw new NotationError(
        'delete requires either the certificate file name that needs to be deleted or --all flag to delete all certificates in the given named trust store',
      );
    }
    if (args.length > 1) throw new NotationError(`accepts 1 arg(s), received ${args.length}`);
  },
  run: async (context) => {
    const store = await requireStore(context);
    return boolFlag(context.flags, 'all') ? deleteStore(store, context) : deleteFile(store, context);
  },
};

async function deleteStore(store: StoreName, context: NotationContext): Promise<void> {
  const { flags, services, out } = context;
  const question = `Are you sure you want to delete all certificates in "${store.name}" of type "${store.type}"?`;
  if (!boolFlag(flags, 'yes') && !(await confirm(question, context))) return;
  const config = await services.config();
  try {
    out(`Successfully deleted ${(await config.removeStore(store)).path}`);
  } catch (error) {
    throw new NotationError(`failed to delete the named trust store: ${wordRemoval(error, storePath(config, store))}`);
  }
}

async function deleteFile(store: StoreName, context: NotationContext): Promise<void> {
  const { flags, services } = context;
  const file = firstArgument(flags);
  if (file === '') {
    throw new NotationError('to delete a specific certificate, certificate fileName cannot be empty');
  }
  const question = `Are you sure you want to delete ${JSON.stringify(file)} in "${store.name}" of type "${store.type}"?`;
  if (!boolFlag(flags, 'yes') && !(await confirm(question, context))) return;
  const config = await services.config();
  try {
    reportRemoved(await config.removeCertificateFile(store, file), { store, file, context, config });
  } catch (error) {
    const path = join(storePath(config, store), file);
    throw new NotationError(`failed to delete the certificate file: ${wordRemoval(error, path)}`);
  }
}

interface Removed {
  readonly store: StoreName;
  readonly file: string;
  readonly context: NotationContext;
  readonly config: Config;
}

/** The certificate is gone; what is left of the store may be worth a warning. */
export function reportRemoved(removed: RemovedCertificates, { store, file, context, config }: Removed): void {
  if (removed.storeProblem !== undefined) {
    const path = storePath(config, store);
    const reason = wordOsError(removed.storeProblem, 'open', path) ?? wordError(removed.storeProblem);
    context.warn(`failed to check if the trust store directory ${path} is empty: ${reason}`);
  }
  context.out(`Successfully deleted ${file} from trust store ${store.name} of type ${store.type}`);
}

/** Why something of the trust store could not be removed. */
export function wordRemoval(error: unknown, path: string): string {
  const isMissing = isNv2Error(error, 'CONFIG_STORE_FILE_NOT_FOUND');
  if (isMissing) return `stat ${path}: no such file or directory`;
  return wordOsError(error, 'remove', path) ?? wordError(error);
}

function storePath({ directories }: Config, { type, name }: StoreName): string {
  return join(directories.notationConfig, 'truststore', 'x509', type, name);
}
