// What a command of the `notation` face is: a row of data, and one function that does the work.

import type { Services } from '../services.ts';
import type { Io } from '../io.ts';
import type { Log } from './log-entry.ts';
import { isTrue, type NotationFlag, type ParsedFlags } from './pflag.ts';

export interface NotationCommand {
  /** `['certificate', 'add']` is `notation certificate add`. */
  readonly path: readonly string[];
  /** Other names for the last word of the path. */
  readonly aliases: readonly string[];
  /** What follows the program's name and the path. */
  readonly usage: string;
  readonly summary: string;
  /** Command lines for its help, without the `notation `. */
  readonly examples?: readonly string[];
  readonly flags: readonly NotationFlag[];
  readonly groups?: readonly FlagGroup[];
  /** Step 2 of {@link file://./steps.ts}. @throws NotationError */
  readonly checkArguments: CheckArguments;
  /** Last part of step 4, after the gate of experimental flags. @throws NotationError */
  readonly checkEarly?: (context: NotationContext) => void | Promise<void>;
  /** Step 7. @throws NotationError, or anything else that becomes `Error: …` */
  run(context: NotationContext): Promise<void>;
}

export type CheckArguments = (args: readonly string[], flags: ParsedFlags) => void;

/** A word that only leads to commands. */
export interface NotationGroup {
  readonly path: readonly string[];
  readonly aliases: readonly string[];
  readonly summary: string;
}

export function isCommand(one: NotationCommand | NotationGroup): one is NotationCommand {
  return 'run' in one;
}

/** Flags that depend on each other; the names in the order of their declaration. */
export interface FlagGroup {
  readonly kind: 'together' | 'one-required' | 'exclusive';
  readonly names: readonly string[];
}

export interface NotationContext {
  readonly io: Io;
  readonly at: Date;
  readonly command: NotationCommand;
  readonly flags: ParsedFlags;
  readonly services: Services;
  /** One line on standard output. */
  readonly out: (line: string) => void;
  readonly warn: (message: string) => void;
  /** One entry of the log, with `-d`. */
  readonly log: Log;
  /** As `log` at its lowest level. */
  readonly debug: (message: string) => void;
}

/** A failure in the reference's words. */
export class NotationError extends Error {}

export function textFlag({ values }: ParsedFlags, name: string): string | undefined {
  return values.get(name)?.at(-1);
}

export function textFlags({ values }: ParsedFlags, name: string): readonly string[] {
  return values.get(name) ?? [];
}

export function boolFlag(flags: ParsedFlags, name: string): boolean {
  return isTrue(textFlag(flags, name));
}

/** The first positional argument of a command whose `checkArguments` saw to it that there is one. */
export function firstArgument({ args }: ParsedFlags): string {
  return args[0] ?? '';
}

/** @throws NotationError */
export function parsePairs(pairs: readonly string[], flag: string): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0 || at === pair.length - 1) {
      throw new NotationError(`could not parse flag ${flag}: key-value pair requires "=" as separator`);
    }
    map[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return map;
}
