// What may follow each path of command words, for completion scripts.

import type { Candidates } from '../completion.ts';
import { isCommand, type NotationCommand } from './command.ts';
import { notationGroups } from './groups.ts';

export function notationCandidates(commands: readonly NotationCommand[]): Candidates {
  const candidates = new Map<string, readonly string[]>([['', ['help']]]);
  for (const one of [...notationGroups, ...commands]) {
    const parents = spellings(one.path.slice(0, -1));
    const names = [one.path.at(-1) ?? '', ...one.aliases];
    const words = isCommand(one) ? one.flags.filter(({ isHidden }) => isHidden !== true).flatMap(flagWords) : [];
    for (const parent of parents) {
      candidates.set(parent, [...(candidates.get(parent) ?? []), ...names]);
      for (const name of names) candidates.set([parent, name].filter(Boolean).join(' '), [...words, '--help']);
    }
  }
  return candidates;
}

/** A path of groups, each by its name or an alias. */
function spellings(path: readonly string[]): readonly string[] {
  let spelled = [''];
  for (const [depth, word] of path.entries()) {
    const group = notationGroups.find((one) => one.path.length === depth + 1 && one.path[depth] === word);
    const names = [word, ...(group?.aliases ?? [])];
    spelled = spelled.flatMap((start) => names.map((name) => [start, name].filter(Boolean).join(' ')));
  }
  return spelled;
}

function flagWords({ name, short }: { readonly name: string; readonly short?: string }): readonly string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}
