import { anyArguments } from './arguments.ts';
import type { NotationCommand } from './command.ts';
import { renderPaddedTable } from './table.ts';

export const keyListCommand: NotationCommand = {
  path: ['key', 'list'],
  aliases: ['ls'],
  usage: '[flags]',
  summary: 'List the signing keys',
  flags: [],
  checkArguments: anyArguments,
  run: async ({ services, out }) => {
    const list = await (await services.config()).readSigningKeys();
    const rows = list.keys.map((key) => {
      const [keyPath, certPath] = key.kind === 'local' ? [key.keyPath, key.certPath] : ['', ''];
      const [id, plugin] = key.kind === 'plugin' ? [key.id, key.pluginName] : ['', ''];
      return [key.name === list.default ? `* ${key.name}` : key.name, keyPath, certPath, id, plugin];
    });
    const header = ['NAME', 'KEY PATH', 'CERTIFICATE PATH', 'ID', 'PLUGIN NAME'];
    for (const line of renderPaddedTable([header, ...rows])) out(line);
  },
};
