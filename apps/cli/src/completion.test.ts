import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { builtinCommands } from './commands/builtin.ts';
import { collectCandidates, renderCompletion } from './completion.ts';

const nv2 = { program: 'nv2', candidates: collectCandidates(builtinCommands) };

describe('completion scripts', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'] as const)('for %s know every command and its options', (shell) => {
    const script = renderCompletion(shell, nv2);
    for (const { path } of builtinCommands) expect(script).toContain(path.at(-1));
    expect(script).toContain('--policy-file');
    expect(script).toContain('--signature-format');
  });

  it.each([
    ['nv2 ver', 'verify version'],
    ['nv2 key de', 'delete default'],
    ['nv2 completion z', 'zsh'],
    ['nv2 sign --signature-f', '--signature-format'],
  ])('for bash complete %j', (line, expected) => {
    const words = line.split(' ');
    const script = `${renderCompletion('bash', nv2)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _nv2; echo "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(stdout.trim().split(' ').toSorted()).toEqual(expected.split(' ').toSorted());
  });
});
