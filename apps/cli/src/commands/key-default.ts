import { defineCommand } from '../command.ts';
import { flag } from '../option.ts';

export const keyDefaultCommand = defineCommand({
  path: ['key', 'default'],
  aliases: ['update', 'set'],
  summary: 'choose the key that signs when none is named',
  arguments: [{ name: 'name', description: 'name of a listed key' }],
  options: { isDefault: flag('--default', 'accepted; it is what the command does') },
  examples: ['key default release'],
  run: async (_values, [name = ''], { services }) => {
    const [{ withDefaultKey }, config] = await Promise.all([import('@nv2/config'), services.config()]);
    await config.writeSigningKeys(withDefaultKey(await config.readSigningKeys(), name));
    return {
      conclusion: 'done',
      report: { default: name },
      result: [name],
      text: [`nv2: ${name}: done`, '  signs when no key is named'],
    };
  },
});
