import { defineCommand } from '../command.ts';
import { renderTable } from '../output/table.ts';

export const keyListCommand = defineCommand({
  path: ['key', 'list'],
  aliases: ['ls'],
  summary: 'list the keys that can be named with -k',
  arguments: [],
  options: {},
  examples: ['key list', 'key list --format json'],
  run: async (_values, _args, { services }) => {
    const list = await (await services.config()).readSigningKeys();
    const keys = list.keys.map((key) => ({
      name: key.name,
      default: key.name === list.default,
      kind: key.kind,
      ...(key.kind === 'local' ? { key: key.keyPath, certificate: key.certPath } : {}),
      ...(key.kind === 'plugin' ? { id: key.id, plugin: key.pluginName } : {}),
    }));
    const rows = keys.map((key) => [
      `${key.default ? '* ' : '  '}${key.name}`,
      key.kind,
      key.key ?? key.id ?? '',
      key.certificate ?? key.plugin ?? '',
    ]);
    return {
      conclusion: 'done',
      report: { keys },
      result: keys.length === 0 ? [] : renderTable(['  NAME', 'KIND', 'KEY', 'CERTIFICATE'], rows),
      text:
        keys.length === 0
          ? ['nv2: no keys yet', 'next: nv2 key add NAME KEY-FILE', 'next: nv2 cert generate-test NAME']
          : [],
    };
  },
});
