import { defineCommand } from '../command.ts';
import { version } from '../version.ts';

export const versionCommand = defineCommand({
  path: ['version'],
  summary: 'print the version',
  arguments: [],
  options: {},
  examples: ['version', 'version --format json'],
  run: async (_values, _args, { io }) => ({
    conclusion: 'done',
    report: { version, node: process.versions.node, platform: `${io.platform}/${process.arch}` },
    result: [`nv2 ${version}`],
    text: [],
  }),
});
