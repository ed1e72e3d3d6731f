// Which command a command line means. The reference looks for command words before it knows any flag, so a flag without `=`
// takes the next word with it, whatever that is; flags may stand before the command they belong to.

import { isCommand, type NotationCommand, type NotationGroup } from './command.ts';

export type FoundCommand =
  | { readonly kind: 'command'; readonly command: NotationCommand; readonly words: readonly string[] }
  /** A group, or the program itself when the path is empty; what is left of the words names nothing in it. */
  | { readonly kind: 'group'; readonly group: NotationGroup; readonly words: readonly string[] };

export interface CommandTree {
  readonly root: NotationGroup;
  readonly groups: readonly NotationGroup[];
  readonly commands: readonly NotationCommand[];
}

/** Follows command words from the root as far as they lead. */
export function findCommand(words: readonly string[], tree: CommandTree): FoundCommand {
  let group = tree.root;
  let rest = words;
  for (;;) {
    const at = findCommandWord(rest);
    const child = at === undefined ? undefined : findChild(group.path, rest[at] ?? '', tree);
    if (child === undefined || at === undefined) return { kind: 'group', group, words: rest };
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
    if (isCommand(child)) return { kind: 'command', command: child, words: rest };
    group = child;
  }
}

/** Where the first word stands that is neither a flag nor taken for a flag's value. */
export function findCommandWord(words: readonly string[]): number | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return undefined;
    const takesNext = !word.includes('=') && (word.startsWith('--') || (word.startsWith('-') && word.length === 2));
    if (takesNext) at += 1;
    else if (word !== '' && !word.startsWith('-')) return at;
  }
  return undefined;
}

/** What stands directly under a path, in the order of the tables. */
export function childrenOf(path: readonly string[], tree: CommandTree): readonly (NotationCommand | NotationGroup)[] {
  return [...tree.groups, ...tree.commands].filter(
    (one) => one.path.length === path.length + 1 && isUnder(one.path, path) && leadsToCommand(one, tree),
  );
}

function isUnder(path: readonly string[], group: readonly string[]): boolean {
  return group.every((word, index) => path[index] === word);
}

/** Every command does; a group that has none is not shown. */
function leadsToCommand({ path }: NotationCommand | NotationGroup, { commands }: CommandTree): boolean {
  return commands.some((command) => isUnder(command.path, path));
}

function findChild(
  path: readonly string[],
  word: string,
  tree: CommandTree,
): NotationCommand | NotationGroup | undefined {
  return childrenOf(path, tree).find((one) => one.path.at(-1) === word || one.aliases.includes(word));
}

/** Commands of the first level that a mistyped word may have meant. */
export function suggestCommands(word: string, tree: CommandTree): readonly string[] {
  const typed = word.toLowerCase();
  return childrenOf([], tree)
    .map((one) => one.path[0] ?? '')
    .filter((name) => name.startsWith(typed) || editDistance(typed, name) <= 2)
    .toSorted();
}

/** How many letters must be added, left out or exchanged. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchange = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, exchange));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
