import { oneArgument } from './arguments.ts';
import { boolFlag, firstArgument, type NotationCommand } from './command.ts';
import { loggingFlags } from './flags.ts';

export const keyUpdateCommand: NotationCommand = {
  path: ['key', 'update'],
  aliases: ['set'],
  usage: '[flags] <key_name>',
  summary: 'Make a key the default one',
  examples: ['key update --default <key_name>'],
  flags: [...loggingFlags, { name: 'default', kind: 'bool', help: 'use this key where none is named' }],
  checkArguments: oneArgument('missing key name'),
  run: async ({ flags, services, warn, out }) => {
    if (!boolFlag(flags, 'default')) return warn('--default flag is not set, command did not take effect');
    const name = firstArgument(flags);
    const [{ withDefaultKey }, config] = await Promise.all([import('@nv2/config'), services.config()]);
    await config.writeSigningKeys(withDefaultKey(await config.readSigningKeys(), name));
    out(`${name}: marked as default`);
  },
};
