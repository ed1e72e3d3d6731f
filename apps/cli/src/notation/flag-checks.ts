// What the table of flags says about their use: experimental, deprecated, required, together, apart.

import { assertNever } from '@nv2/base';
import { type FlagGroup, type NotationContext, NotationError } from './command.ts';
import type { ParsedFlags } from './pflag.ts';

/** Experimental flags need NOTATION_EXPERIMENTAL=1, and warn when they may be used. */
export function checkExperimental({ io, command, flags, warn }: NotationContext): void {
  const used = command.flags.filter((flag) => flag.isExperimental === true && flags.values.has(flag.name));
  if (used.length === 0) return;
  if (!isExperimentalEnabled(io.env)) {
    const list = used.map(({ name }) => `--${name}`).join(',');
    const path = ['notation', ...command.path].join(' ');
    throw new NotationError(
      `flag(s) ${list} in "${path}" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable`,
    );
  }
  // The address is written so by the reference.
  warn(
    'This feature is experimental and may not be fully tested or completed and may be deprecated. Report any issues to "https://github/notaryproject/notation"',
  );
}

export function isExperimentalEnabled(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['NOTATION_EXPERIMENTAL'] === '1';
}

/** @throws NotationError naming all that are missing, sorted */
export function checkRequired({ command, flags }: NotationContext): void {
  const missing = command.flags.filter((flag) => flag.isRequired === true && !flags.values.has(flag.name));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).toSorted();
  throw new NotationError(`required flag(s) "${names.join('", "')}" not set`);
}

const kinds: readonly FlagGroup['kind'][] = ['together', 'one-required', 'exclusive'];

/** First those that belong together, then those of which one is needed, then those that exclude each other. @throws NotationError */
export function checkGroups({ command, flags }: NotationContext): void {
  for (const kind of kinds) {
    const groups = (command.groups ?? []).filter((group) => group.kind === kind);
    for (const group of groups.toSorted((a, b) => (a.names.join(' ') < b.names.join(' ') ? -1 : 1))) {
      const problem = findGroupProblem(group, flags);
      if (problem !== undefined) throw new NotationError(problem);
    }
  }
}

function findGroupProblem({ kind, names }: FlagGroup, { values }: ParsedFlags): string | undefined {
  const set = names.filter((name) => values.has(name)).toSorted();
  const list = `[${names.join(' ')}]`;
  switch (kind) {
    case 'together': {
      const missing = names.filter((name) => !values.has(name)).toSorted();
      return missing.length === 0 || set.length === 0
        ? undefined
        : `if any flags in the group ${list} are set they must all be set; missing [${missing.join(' ')}]`;
    }
    case 'one-required':
      return set.length > 0 ? undefined : `at least one of the flags in the group ${list} is required`;
    case 'exclusive':
      return set.length < 2
        ? undefined
        : `if any flags in the group ${list} are set none of the others can be; [${set.join(' ')}] were all set`;
    default:
      return assertNever(kind);
  }
}
