// Help goes to standard output. Its place, its parts and its exit code are the reference's; the wording is ours.

import type { NotationCommand, NotationGroup } from './command.ts';
import { type CommandTree, childrenOf } from './find-command.ts';
import { isExperimentalEnabled } from './flag-checks.ts';
import { helpFlag, type NotationFlag } from './pflag.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export function commandHelp(command: NotationCommand, env: Environment): string {
  const path = ['notation', ...command.path].join(' ');
  const aliases = command.aliases.length === 0 ? [] : [`Aliases:\n  ${namesOf(command)}\n`];
  const examples = (command.examples ?? []).map((example) => `  notation ${example}`);
  const flags = [...command.flags, helpFlag(command.path.at(-1) ?? '')].filter((flag) => isShown(flag, env));
  return [
    `${command.summary}\n`,
    `Usage:\n  ${[path, command.usage].filter(Boolean).join(' ')}\n`,
    ...aliases,
    ...(examples.length === 0 ? [] : [`Examples:\n${examples.join('\n')}\n`]),
    `Flags:\n${flagLines(flags)}\n`,
  ].join('\n');
}

export function groupHelp(group: NotationGroup, tree: CommandTree): string {
  return `${group.summary}\n\n${groupUsage(group, tree)}`;
}

/** The help of a group without its first line. */
export function groupUsage(group: NotationGroup, tree: CommandTree): string {
  const path = ['notation', ...group.path].join(' ');
  const children = childrenOf(group.path, tree).toSorted((a, b) => (lastOf(a) < lastOf(b) ? -1 : 1));
  const width = Math.max(11, ...children.map((child) => lastOf(child).length));
  const rows = children.map((child) => `  ${lastOf(child).padEnd(width)} ${child.summary}`);
  const aliases = group.aliases.length === 0 ? '' : `Aliases:\n  ${namesOf(group)}\n\n`;
  const flags = flagLines([helpFlag(group.path.at(-1) ?? 'notation')]);
  return `Usage:\n  ${path} [command]\n\n${aliases}Available Commands:\n${rows.join('\n')}\n\nFlags:\n${flags}\n\nUse "${path} [command] --help" for more information about a command.\n`;
}

function lastOf({ path }: { readonly path: readonly string[] }): string {
  return path.at(-1) ?? '';
}

function namesOf(one: NotationCommand | NotationGroup): string {
  return [lastOf(one), ...one.aliases].join(', ');
}

function isShown({ isHidden, isExperimental }: NotationFlag, env: Environment): boolean {
  return isHidden !== true && (isExperimental !== true || isExperimentalEnabled(env));
}

function flagLines(flags: readonly NotationFlag[]): string {
  const rows = flags
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => [flagHead(flag), `${flag.isExperimental === true ? '[Experimental] ' : ''}${flag.help}`] as const);
  const width = Math.max(...rows.map(([head]) => head.length));
  return rows.map(([head, help]) => `${head.padEnd(width)}   ${help}`).join('\n');
}

const kindWords = { bool: '', string: ' string', strings: ' stringArray', int: ' int', duration: ' duration' } as const;

function flagHead({ name, short, kind }: NotationFlag): string {
  return `${short === undefined ? '      ' : `  -${short}, `}--${name}${kindWords[kind]}`;
}
