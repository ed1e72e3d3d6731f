import { describe, expect, it } from 'vitest';
import { notationCommands } from './commands.ts';
import { type CommandTree, findCommand, suggestCommands } from './find-command.ts';
import { notationGroups, rootGroup } from './groups.ts';

const tree: CommandTree = { root: rootGroup, groups: notationGroups, commands: notationCommands };

describe('finding the command in a command line', () => {
  it.each<readonly [readonly string[], string, readonly string[]]>([
    [['sign', 'ref'], 'sign', ['ref']],
    [['ls', 'ref'], 'list', ['ref']],
    [['--signature-format', 'cose', 'sign', 'ref'], 'sign', ['--signature-format', 'cose', 'ref']],
    [['--debug=true', 'sign'], 'sign', ['--debug=true']],
    [['completion', '--x', 'y', 'bash'], 'completion bash', ['--x', 'y']],
    [['completion', 'tcsh'], 'completion', ['tcsh']],
    [['--help', 'verify'], '', ['--help', 'verify']],
    [['-d', 'sign', 'verify'], 'verify', ['-d', 'sign']],
    [['--', 'sign'], '', ['--', 'sign']],
    [['frob'], '', ['frob']],
    [[], '', []],
  ])('%j', (words, path, rest) => {
    const found = findCommand(words, tree);
    expect((found.kind === 'command' ? found.command : found.group).path.join(' ')).toBe(path);
    expect(found.words).toEqual(rest);
  });

  it.each([
    ['verfy', ['verify']],
    ['SIGN', ['sign']],
    ['versio', ['version']],
    ['frobnicate', []],
  ])('for %s it suggests %j', (word, expected) => expect(suggestCommands(word, tree)).toEqual(expected));
});
