import { anyArguments } from './arguments.ts';
import { type NotationCommand, textFlag } from './command.ts';
import { loggingFlags, storeFlags } from './flags.ts';
import { renderPaddedTable } from './table.ts';

export const certificateListCommand: NotationCommand = {
  path: ['certificate', 'list'],
  aliases: ['ls'],
  usage: '[flags]',
  summary: 'List the certificate files of the trust store',
  examples: ['cert ls', 'cert ls --type ca --store acme-rockets'],
  flags: [...loggingFlags, ...storeFlags.optional],
  checkArguments: anyArguments,
  run: async ({ flags, services, out }) => {
    const [type, name] = [textFlag(flags, 'type') || undefined, textFlag(flags, 'store') || undefined];
    const config = await services.config();
    const entries = await config.listStoreEntries({
      ...(type === undefined ? {} : { type }),
      ...(name === undefined ? {} : { name }),
    });
    if (entries.length === 0) return;
    const rows = entries.map((entry) => [entry.type, entry.name, entry.file]);
    for (const line of renderPaddedTable([['STORE TYPE', 'STORE NAME', 'CERTIFICATE'], ...rows])) out(line);
  },
};
