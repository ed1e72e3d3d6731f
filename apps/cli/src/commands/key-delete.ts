import { defineCommand } from '../command.ts';

export const keyDeleteCommand = defineCommand({
  path: ['key', 'delete'],
  aliases: ['rm'],
  summary: 'take keys off the list; their files stay',
  arguments: [{ name: 'name', description: 'names of keys', isVariadic: true }],
  options: {},
  examples: ['key delete release'],
  run: async (_values, names, { services }) => {
    const [{ withoutKeys }, config] = await Promise.all([import('@nv2/config'), services.config()]);
    const before = await config.readSigningKeys();
    await config.writeSigningKeys(withoutKeys(before, names));
    const wasDefault = before.default !== undefined && names.includes(before.default);
    return {
      conclusion: 'done',
      report: { deleted: names, wasDefault },
      result: names,
      text: [
        `nv2: ${names.join(', ')}: done`,
        '  taken off the list; the files are still there',
        ...(wasDefault ? ['  there is no default key now', 'next: nv2 key default NAME'] : []),
      ],
    };
  },
});
