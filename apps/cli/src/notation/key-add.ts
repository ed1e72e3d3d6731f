import { join } from 'node:path';
import {
  boolFlag,
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  parsePairs,
  textFlag,
  textFlags,
} from './command.ts';
import { loggingFlags, pluginConfigFlag } from './flags.ts';

/** Keys in files are listed by `cert generate-test`, by `nv2 key add`, or by editing the list. */
export const keyAddCommand: NotationCommand = {
  path: ['key', 'add'],
  aliases: [],
  usage: '--plugin <plugin_name> [flags] <key_name>',
  summary: 'Give a name to a key that lives in a plugin',
  examples: ['key add --plugin <plugin_name> --id <key_id> <key_name>'],
  flags: [
    ...loggingFlags,
    { name: 'plugin', kind: 'string', help: 'plugin that signs with the key', isRequired: true },
    { name: 'id', kind: 'string', help: 'what the plugin calls the key' },
    pluginConfigFlag,
    { name: 'default', kind: 'bool', help: 'use this key where none is named' },
  ],
  checkArguments: (args) => {
    if (args.length !== 1) {
      throw new NotationError('either missing key name or unnecessary parameters passed');
    }
  },
  run: async (context) => {
    const { flags, services, out } = context;
    const name = firstArgument(flags);
    const pluginConfig = parsePairs(textFlags(flags, 'plugin-config'), 'plugin-config');
    const [{ withKey }, config] = await Promise.all([import('@nv2/config'), services.config()]);
    const list = await config.readSigningKeys();
    const [id = '', pluginName = ''] = [textFlag(flags, 'id'), textFlag(flags, 'plugin')];
    if (name === '') throw new NotationError('key name cannot be empty');
    if (id === '') throw new NotationError('missing key id');
    if (pluginName === '') throw new NotationError('plugin name cannot be empty');
    await requirePlugin(pluginName, context);
    const isDefault = boolFlag(flags, 'default');
    const entry = {
      kind: 'plugin',
      name,
      id,
      pluginName,
      ...(Object.keys(pluginConfig).length === 0 ? {} : { pluginConfig: { ...pluginConfig } }),
    } as const;
    await config.writeSigningKeys(withKey(list, entry, { isDefault }));
    out(isDefault ? `${name}: marked as default` : name);
  },
};

/** DIR-08: a key of a plugin that is not there could never sign. @throws NotationError */
async function requirePlugin(name: string, { io, services }: NotationContext): Promise<void> {
  const plugins = await services.pluginManager();
  if (await plugins.has(name)) return;
  const file = join(plugins.directory, name, `notation-${name}${io.platform === 'win32' ? '.exe' : ''}`);
  throw new NotationError(
    `plugin executable file is either not found or inaccessible: stat ${file}: no such file or directory`,
  );
}
