import { describeError, isNv2Error, plainText } from '@nv2/base';
import type { ListedPlugin } from '@nv2/plugin';
import { anyArguments } from './arguments.ts';
import { type NotationCommand, type NotationContext, NotationError } from './command.ts';
import { wordOsError } from './os-error.ts';
import { wordListed } from './plugin-words.ts';
import { renderPaddedTable } from './table.ts';

export const pluginListCommand: NotationCommand = {
  path: ['plugin', 'list'],
  aliases: ['ls'],
  usage: '[flags]',
  summary: 'List the installed plugins',
  examples: ['plugin ls'],
  flags: [],
  checkArguments: anyArguments,
  run: async (context) => {
    const manager = await context.services.pluginManager();
    try {
      const rows = (await manager.list()).map((plugin) => toRow(plugin, context));
      const header = ['NAME', 'DESCRIPTION', 'VERSION', 'CAPABILITIES', 'ERROR'];
      for (const line of renderPaddedTable([header, ...rows])) context.out(line);
    } catch (error) {
      if (!isNv2Error(error, 'PLUGIN_DIRECTORY_UNREADABLE')) throw error;
      const reason = wordOsError(error, 'open', manager.directory) ?? describeError(error);
      throw new NotationError(
        `failed to list plugin: ${reason}.\nPlease ensure that the current user has permission to access the plugin directory: ${manager.directory}`,
      );
    }
  },
};

function toRow(plugin: ListedPlugin, { io }: NotationContext): readonly string[] {
  if (plugin.state === 'broken') return [plugin.name, '', '', '[]', wordListed(plugin.name, plugin.error, io)];
  const { description, version, capabilities } = plugin.metadata;
  return [
    plugin.name,
    plainText(description, 400),
    plainText(version),
    `[${plainText(capabilities.join(' '), 400)}]`,
    '<nil>',
  ];
}
