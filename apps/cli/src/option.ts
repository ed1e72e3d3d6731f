// Options as data, each with the type of its value.

import { quoteText } from '@nv2/base';
import { parseDuration } from './duration.ts';
import { CliError } from './errors.ts';

export interface OptionSpec<Value> {
  /** As in help: `-k, --key <name|file>`. */
  readonly flags: string;
  readonly description: string;
  /** Older spellings that still work and that help does not show: `--ca-cert <file>`. */
  readonly aliases?: readonly string[];
  readonly choices?: readonly string[];
  readonly arity: 'switch' | 'one' | 'many';
  readonly defaultText?: string;
  /** @throws CliError `CLI_USAGE` */
  parse(raw: unknown): Value;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

export type OptionValues<Options extends OptionSpecs> = {
  readonly [Name in keyof Options]: Options[Name] extends OptionSpec<infer Value> ? Value : never;
};

type Extra = Pick<OptionSpec<unknown>, 'aliases' | 'defaultText'>;

export function flag(flags: string, description: string, extra: Extra = {}): OptionSpec<boolean> {
  return { flags, description, arity: 'switch', parse: (raw) => raw === true, ...extra };
}

/** A switch with three states: given, given as `--no-…`, not given. */
export function choiceFlag(flags: string, description: string, extra: Extra = {}): OptionSpec<boolean | undefined> {
  return {
    flags,
    description,
    arity: 'switch',
    parse: (raw) => (typeof raw === 'boolean' ? raw : undefined),
    ...extra,
  };
}

export function text(flags: string, description: string, extra: Extra = {}): OptionSpec<string | undefined> {
  return { flags, description, arity: 'one', parse: textOf, ...extra };
}

/** May be given several times; each occurrence is one value. */
export function texts(flags: string, description: string, extra: Extra = {}): OptionSpec<readonly string[]> {
  return { flags, description, arity: 'many', parse: textsOf, ...extra };
}

export function oneOf<const Choice extends string>(
  flags: string,
  description: string,
  choices: readonly Choice[],
  extra: Extra = {},
): OptionSpec<Choice | undefined> {
  const parse = (raw: unknown): Choice | undefined => {
    const given = textOf(raw);
    const choice = choices.find((candidate) => candidate === given);
    if (given !== undefined && choice === undefined) {
      throw new CliError('CLI_USAGE', `${longName(flags)} takes ${choices.join(' or ')}, found ${quoteText(given)}`);
    }
    return choice;
  };
  return { flags, description, arity: 'one', choices, parse, ...extra };
}

/** A whole number from 1 upwards. */
export function positive(flags: string, description: string, defaultValue: number): OptionSpec<number> {
  const parse = (raw: unknown): number => {
    const given = textOf(raw);
    if (given === undefined) return defaultValue;
    if (!/^[1-9][0-9]{0,8}$/.test(given)) {
      throw new CliError('CLI_USAGE', `${longName(flags)} takes a whole number from 1, found ${quoteText(given)}`);
    }
    return Number(given);
  };
  return { flags, description, arity: 'one', defaultText: String(defaultValue), parse };
}

/** A Go duration (`24h`, `1h30m`), as whole seconds. */
export function duration(flags: string, description: string): OptionSpec<number | undefined> {
  const parse = (raw: unknown): number | undefined => {
    const given = textOf(raw);
    return given === undefined ? undefined : parseWholeSeconds(given, longName(flags));
  };
  return { flags, description, arity: 'one', parse };
}

/** A Go duration (`2s`, `500ms`), as milliseconds of which there is at least one. */
export function timeout(flags: string, description: string, defaultText: string): OptionSpec<number | undefined> {
  const parse = (raw: unknown): number | undefined => {
    const given = textOf(raw);
    if (given === undefined) return undefined;
    const milliseconds = Number((parseDuration(given) ?? 0n) / 1_000_000n);
    if (milliseconds >= 1 && milliseconds <= maxTimeoutMs) return milliseconds;
    throw new CliError(
      'CLI_USAGE',
      `${longName(flags)} takes a duration such as 2s or 500ms, up to an hour, found ${quoteText(given)}`,
    );
  };
  return { flags, description, arity: 'one', defaultText, parse };
}

const maxTimeoutMs = 3_600_000;

/** Repeated `key=value`; the last occurrence of a key wins. */
export function pairs(flags: string, description: string): OptionSpec<Readonly<Record<string, string>> | undefined> {
  const parse = (raw: unknown): Readonly<Record<string, string>> | undefined => {
    const given = textsOf(raw);
    if (given.length === 0) return undefined;
    const map: Record<string, string> = Object.create(null);
    for (const pair of given) {
      const at = pair.indexOf('=');
      if (at <= 0 || at === pair.length - 1) {
        throw new CliError('CLI_USAGE', `${longName(flags)} takes key=value with both sides, found ${quoteText(pair)}`);
      }
      map[pair.slice(0, at)] = pair.slice(at + 1);
    }
    return map;
  };
  return { flags, description, arity: 'many', parse };
}

/** `--ca-file` out of `-x, --ca-file <file>`. */
export function longName(flags: string): string {
  return /--[a-z0-9-]+/.exec(flags)?.[0] ?? flags;
}

/** `-k` out of `-k, --key <name>`. */
export function shortName(flags: string): string | undefined {
  return /(?:^|\s)(-[a-zA-Z])\b/.exec(flags)?.[1];
}

function parseWholeSeconds(given: string, name: string): number {
  const nanoseconds = parseDuration(given);
  if (nanoseconds === undefined || nanoseconds < 0n || nanoseconds % 1_000_000_000n !== 0n) {
    throw new CliError(
      'CLI_USAGE',
      `${name} takes whole seconds as a duration such as 24h or 1h30m, found ${quoteText(given)}`,
    );
  }
  return Number(nanoseconds / 1_000_000_000n);
}

function textOf(raw: unknown): string | undefined {
  return typeof raw === 'string' ? raw : undefined;
}

function textsOf(raw: unknown): readonly string[] {
  return Array.isArray(raw) ? raw.filter((item): item is string => typeof item === 'string') : [];
}
