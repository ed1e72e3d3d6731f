import { defineCommand } from '../command.ts';
import { parseRegistry } from './registry-argument.ts';

export const logoutCommand = defineCommand({
  path: ['logout'],
  summary: 'forget the credentials for a registry',
  arguments: [{ name: 'registry', description: 'host[:port]' }],
  options: {},
  examples: ['logout registry.wabbit-networks.io'],
  run: async (_values, [given = ''], { services }) => {
    const registry = await parseRegistry(given);
    await (await services.credentials()).erase(registry);
    return { conclusion: 'done', report: { registry }, result: [], text: [`nv2: ${registry}: signed out`] };
  },
});
