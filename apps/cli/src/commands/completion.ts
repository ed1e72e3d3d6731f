import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { quoteText } from '@nv2/base';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const completionCommand = defineCommand({
  path: ['completion'],
  summary: 'print a completion script for a shell',
  arguments: [{ name: 'shell', description: shells.join(', '), choices: shells }],
  options: {},
  examples: ['completion bash > /etc/bash_completion.d/nv2', 'completion zsh > "${fpath[1]}/_nv2"'],
  run: async (_values, [given = ''], _context) => {
    const shell = shells.find((candidate) => candidate === given);
    if (shell === undefined) {
      throw new CliError('CLI_USAGE', `no completion for the shell ${quoteText(given)}; there is ${shells.join(', ')}`);
    }
    const [{ renderCompletion }, { builtinCommands }] = await Promise.all([
      import('../completion.ts'),
      import('./builtin.ts'),
    ]);
    const script = renderCompletion(shell, builtinCommands);
    return { conclusion: 'done', report: { shell, script }, result: script.trimEnd().split('\n'), text: [] };
  },
});
