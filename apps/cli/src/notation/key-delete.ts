import { someArguments } from './arguments.ts';
import type { NotationCommand } from './command.ts';
import { loggingFlags } from './flags.ts';

export const keyDeleteCommand: NotationCommand = {
  path: ['key', 'delete'],
  aliases: [],
  usage: '[flags] <key_name>...',
  summary: 'Take keys off the list; their files stay',
  examples: ['key delete <key_name>...'],
  flags: loggingFlags,
  checkArguments: someArguments('missing key names'),
  run: async ({ flags, services, out }) => {
    const [{ withoutKeys }, config] = await Promise.all([import('@nv2/config'), services.config()]);
    const list = await config.readSigningKeys();
    await config.writeSigningKeys(withoutKeys(list, flags.args));
    const [first = '', ...more] = new Set(flags.args);
    if (more.length === 0) {
      const which = first === list.default ? `default key ${first}` : first;
      return out(`Removed ${which} from Notation signing key list. The source key still exists.`);
    }
    out('Removed the following keys from Notation signing key list. The source keys still exist.');
    for (const name of [first, ...more]) out(name === list.default ? `${name} (default)` : name);
  },
};
