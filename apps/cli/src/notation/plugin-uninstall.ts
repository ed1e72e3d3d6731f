import { isNv2Error } from '@nv2/base';
import type { PluginManager } from '../compose/plugin-manager.ts';
import { boolFlag, firstArgument, type NotationCommand, NotationError } from './command.ts';
import { loggingFlags, yesFlag } from './flags.ts';
import { confirm } from './prompt.ts';
import { wordError } from './error-words.ts';

export const pluginUninstallCommand: NotationCommand = {
  path: ['plugin', 'uninstall'],
  aliases: ['remove', 'rm'],
  usage: '[flags] <plugin_name>',
  summary: 'Uninstall a plugin',
  examples: ['plugin uninstall wabbit-plugin'],
  flags: [...loggingFlags, yesFlag],
  checkArguments: (args) => {
    if (args.length === 0) throw new NotationError('plugin name is required');
    if (args.length > 1) throw new NotationError('only one plugin can be removed at a time');
  },
  run: async (context) => {
    const { flags, services, out } = context;
    const name = firstArgument(flags);
    const manager = await services.pluginManager();
    if (!(await isInstalled(manager, name))) {
      throw new NotationError(
        `unable to find plugin ${name}.\nTo view a list of installed plugins, use \`notation plugin list\``,
      );
    }
    const question = `Are you sure you want to uninstall plugin ${JSON.stringify(name)}?`;
    if (!boolFlag(flags, 'yes') && !(await confirm(question, context))) return;
    try {
      await manager.uninstall(name);
    } catch (error) {
      throw new NotationError(`failed to uninstall plugin ${name}: ${wordError(error)}`);
    }
    out(`Successfully uninstalled plugin ${name}`);
  },
};

/** What cannot be the name of a plugin is not installed (PLUG-04): it never becomes a path. */
async function isInstalled(manager: PluginManager, name: string): Promise<boolean> {
  try {
    return await manager.has(name);
  } catch (error) {
    if (isNv2Error(error, 'PLUGIN_NAME_INVALID')) return false;
    throw new NotationError(`failed to check plugin existence: ${wordError(error)}`);
  }
}
