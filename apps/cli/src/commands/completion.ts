import { quoteText } from '@nv2/base';
import { type Command, defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** @param commands what there is to complete, this command included */
export const completionCommand = (commands: () => readonly Command[]): Command =>
  defineCommand({
    path: ['completion'],
    summary: 'print a completion script for a shell',
    arguments: [{ name: 'shell', description: shells.join(', '), choices: shells }],
    options: {},
    examples: ['completion bash > /etc/bash_completion.d/nv2', 'completion zsh > "${fpath[1]}/_nv2"'],
    run: async (_values, [given = ''], _context) => {
      const shell = shells.find((candidate) => candidate === given);
      if (shell === undefined) {
        throw new CliError(
          'CLI_USAGE',
          `no completion for the shell ${quoteText(given)}; there is ${shells.join(', ')}`,
        );
      }
      const { collectCandidates, renderCompletion } = await import('../completion.ts');
      const script = renderCompletion(shell, { program: 'nv2', candidates: collectCandidates(commands()) });
      return { conclusion: 'done', report: { shell, script }, result: script.trimEnd().split('\n'), text: [] };
    },
  });
