import { resolve } from 'node:path';
import { someArguments } from './arguments.ts';
import { type NotationCommand, NotationError } from './command.ts';
import { storeFlags } from './flags.ts';
import { requireStore, wordCertificateError } from './trust-store.ts';

export const certificateAddCommand: NotationCommand = {
  path: ['certificate', 'add'],
  aliases: [],
  usage: '--type <type> --store <name> [flags] <cert_path>...',
  summary: 'Add certificates to the trust store',
  examples: ['cert add --type ca --store acme-rockets acme-rockets.crt'],
  flags: storeFlags.required,
  checkArguments: someArguments('missing certificate path'),
  run: async (context) => {
    const { flags, io, out, services } = context;
    const store = await requireStore(context);
    const config = await services.config();
    const [added, failed]: [string[], string[]] = [[], []];
    for (const path of flags.args) {
      const full = resolve(io.cwd, path);
      try {
        // ADR 8: what no check could use is stored, with a warning.
        await config.addCertificates(store, full, { allowUnusable: true });
        added.push(path);
      } catch (error) {
        // The others are added all the same; the command fails in the end.
        failed.push(`${path}, with error ${JSON.stringify(wordCertificateError(error, full))}\n`);
      }
    }
    const where = `named store ${store.name} of type ${store.type}`;
    if (added.length > 0) out([`Successfully added following certificates to ${where}:`, ...added].join('\n'));
    if (failed.length > 0) {
      throw new NotationError(`Failed to add following certificates to ${where}:\n${failed.join('')}`);
    }
  },
};
