import { plainText } from '@nv2/base';
import type { ListedPlugin } from '@nv2/plugin';
import { defineCommand } from '../command.ts';
import { renderTable } from '../output/table.ts';
import { reportFailure } from '../report-failure.ts';

export const pluginListCommand = defineCommand({
  path: ['plugin', 'list'],
  aliases: ['ls'],
  summary: 'list the installed plugins, each asked what it is',
  arguments: [],
  options: {},
  examples: ['plugin list', 'plugin list --format json'],
  run: async (_values, _args, { services }) => {
    const manager = await services.pluginManager();
    const listed = await manager.list();
    const broken = listed.flatMap((plugin) => (plugin.state === 'broken' ? [plugin] : []));
    return {
      conclusion: 'done',
      report: { directory: manager.directory, plugins: listed.map(toReport) },
      result: listed.length === 0 ? [] : renderTable(['NAME', 'VERSION', 'CAPABILITIES'], listed.map(toRow)),
      text: [
        ...(listed.length === 0 ? ['nv2: no plugins yet', 'next: nv2 plugin install SOURCE'] : []),
        ...broken.map(({ name, error }) => `nv2: plugin ${name} does not work: ${reportFailure(error).message}`),
        ...(broken.length === 0 ? [] : ['next: install it again, or nv2 plugin uninstall NAME']),
      ],
    };
  },
});

function toReport(plugin: ListedPlugin): object {
  if (plugin.state === 'working') {
    const { name, version, description, url, capabilities } = plugin.metadata;
    return { name, state: 'working', version, description, url, capabilities };
  }
  const { code, message } = reportFailure(plugin.error);
  return { name: plugin.name, state: 'broken', error: { code, message } };
}

function toRow(plugin: ListedPlugin): readonly string[] {
  if (plugin.state === 'broken') return [plugin.name, '-', 'does not work'];
  const { version, capabilities } = plugin.metadata;
  return [plugin.name, plainText(version), plainText(capabilities.join(' '), 200)];
}
