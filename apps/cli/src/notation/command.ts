// What a command of the `notation` face is, and how its flags are read.

import type { Services } from '../services.ts';
import type { Io } from '../io.ts';
import { isTrue, type NotationFlag, type ParsedFlags } from './pflag.ts';

export interface NotationCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly NotationFlag[];
  /** @throws NotationError, or anything else that becomes `Error: …` */
  run(context: NotationContext): Promise<void>;
}

export interface NotationContext {
  readonly io: Io;
  readonly at: Date;
  readonly flags: ParsedFlags;
  readonly services: Services;
  /** One line on standard output. */
  readonly out: (line: string) => void;
  readonly warn: (message: string) => void;
  /** One line of the log, with `-d`. */
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

/** The only argument of a command. @throws NotationError when it is missing or there are more */
export function referenceArgument({ args }: ParsedFlags, command: string): string {
  const [reference, ...more] = args;
  if (reference === undefined) {
    throw new NotationError(
      `missing reference to the artifact: use \`notation ${command} --help\` to see what parameters are required`,
    );
  }
  if (more.length > 0) throw new NotationError(`accepts 1 arg(s), received ${args.length}`);
  return reference;
}

/** Experimental flags need NOTATION_EXPERIMENTAL=1, and warn when they may be used. */
export function checkExperimental(
  { io, flags, warn }: NotationContext,
  command: string,
  names: readonly string[],
): void {
  const used = names.filter((name) => flags.values.has(name));
  if (used.length === 0) return;
  if (io.env['NOTATION_EXPERIMENTAL'] !== '1') {
    const list = used.map((name) => `--${name}`).join(',');
    throw new NotationError(
      `flag(s) ${list} in "notation ${command}" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable`,
    );
  }
  warn(
    'This feature is experimental and may not be fully tested or completed and may be deprecated. Report any issues to "https://github/notaryproject/notation"',
  );
}

export function requireTogether({ values }: ParsedFlags, names: readonly string[]): void {
  const missing = names.filter((name) => !values.has(name)).toSorted();
  if (missing.length === 0 || missing.length === names.length) return;
  throw new NotationError(
    `if any flags in the group [${names.join(' ')}] are set they must all be set; missing [${missing.join(' ')}]`,
  );
}

export function refuseTogether({ values }: ParsedFlags, names: readonly string[]): void {
  const set = names.filter((name) => values.has(name)).toSorted();
  if (set.length < 2) return;
  throw new NotationError(
    `if any flags in the group [${names.join(' ')}] are set none of the others can be; [${set.join(' ')}] were all set`,
  );
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
