import type { Shell } from '../completion.ts';
import { noArguments } from './arguments.ts';
import type { NotationCommand } from './command.ts';

const shells: readonly Shell[] = ['bash', 'fish', 'powershell', 'zsh'];

/**
 * `notation completion SHELL`, one command for each shell as in the reference.
 *
 * @param commands what there is to complete, these commands included
 */
export function completionCommands(commands: () => readonly NotationCommand[]): readonly NotationCommand[] {
  return shells.map((shell) => ({
    path: ['completion', shell],
    aliases: [],
    usage: '[flags]',
    summary: `Print a completion script for ${shell}`,
    flags: [{ name: 'no-descriptions', kind: 'bool', help: 'without effect: there are none', isHidden: true }],
    checkArguments: noArguments,
    run: async ({ io }) => {
      const [{ renderCompletion }, { notationCandidates }] = await Promise.all([
        import('../completion.ts'),
        import('./candidates.ts'),
      ]);
      io.stdout.write(renderCompletion(shell, { program: 'notation', candidates: notationCandidates(commands()) }));
    },
  }));
}
