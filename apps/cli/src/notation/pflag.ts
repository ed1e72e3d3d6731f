// Command lines as the reference tool reads them (GNU rules as its flag library has them).

import { assertNever } from '@nv2/base';
import { parseDuration } from '../duration.ts';

export interface NotationFlag {
  readonly name: string;
  readonly short?: string;
  readonly kind: 'bool' | 'string' | 'strings' | 'int' | 'duration';
  /** One line for the command's help. */
  readonly help: string;
  readonly isRequired?: true;
  /** Needs NOTATION_EXPERIMENTAL=1. */
  readonly isExperimental?: true;
  /** Taken for the sake of older scripts, and not shown in help. */
  readonly isHidden?: true;
  /** The warning when it is used. */
  readonly deprecated?: string;
}

export function helpFlag(command: string): NotationFlag {
  return { name: 'help', short: 'h', kind: 'bool', help: `help for ${command}` };
}

export interface ParsedFlags {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
  /** Deprecated flags that were used. */
  readonly deprecated: readonly NotationFlag[];
}

/** A refusal in the reference's words; printed as `Error: …`. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** @throws FlagError */
export function parseFlags(words: readonly string[], flags: readonly NotationFlag[]): ParsedFlags {
  const reader = new FlagReader(words, flags);
  return reader.read();
}

class FlagReader {
  readonly #words: readonly string[];
  readonly #flags: readonly NotationFlag[];
  readonly #values = new Map<string, readonly string[]>();
  readonly #deprecated = new Set<NotationFlag>();
  #at = 0;

  constructor(words: readonly string[], flags: readonly NotationFlag[]) {
    this.#words = words;
    this.#flags = flags;
  }

  read(): ParsedFlags {
    const args: string[] = [];
    for (; this.#at < this.#words.length; this.#at++) {
      const word = this.#words[this.#at] ?? '';
      if (word === '--') {
        args.push(...this.#words.slice(this.#at + 1));
        break;
      }
      if (word.startsWith('--')) this.#long(word);
      else if (word.startsWith('-') && word.length > 1) this.#short(word);
      else args.push(word);
    }
    return { values: this.#values, args, deprecated: [...this.#deprecated] };
  }

  #long(word: string): void {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
    const flag = this.#flags.find((candidate) => candidate.name === name);
    if (flag === undefined) throw new FlagError(`unknown flag: --${name}`);
    if (equals >= 0) this.#set(flag, word.slice(equals + 1));
    else if (flag.kind === 'bool') this.#set(flag, 'true');
    else this.#set(flag, this.#nextWord(`flag needs an argument: --${name}`));
  }

  #short(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      const flag = this.#flags.find((candidate) => candidate.short === letter);
      if (flag === undefined)
        throw new FlagError(`unknown shorthand flag: '${letter}' in ${word.slice(0, 1)}${word.slice(at)}`);
      const attached = word.slice(at + 1);
      if (attached.startsWith('=')) return this.#set(flag, attached.slice(1));
      if (flag.kind === 'bool') this.#set(flag, 'true');
      else if (attached !== '') return this.#set(flag, attached);
      else this.#set(flag, this.#nextWord(`flag needs an argument: '${letter}' in -${word.slice(at)}`));
    }
  }

  #nextWord(message: string): string {
    const next = this.#words[++this.#at];
    if (next === undefined) throw new FlagError(message);
    return next;
  }

  #set(flag: NotationFlag, value: string): void {
    const problem = findValueProblem(flag.kind, value);
    if (problem !== undefined) {
      const name = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
      throw new FlagError(`invalid argument ${JSON.stringify(value)} for ${JSON.stringify(name)} flag: ${problem}`);
    }
    if (flag.deprecated !== undefined) this.#deprecated.add(flag);
    this.#values.set(flag.name, flag.kind === 'strings' ? [...(this.#values.get(flag.name) ?? []), value] : [value]);
  }
}

const trueWords = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const falseWords = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** Whether a bool flag's value, which was checked when it was read, is a yes. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && trueWords.includes(value);
}

function findValueProblem(kind: NotationFlag['kind'], value: string): string | undefined {
  switch (kind) {
    case 'bool':
      return [...trueWords, ...falseWords].includes(value)
        ? undefined
        : `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
    case 'int':
      return /^[+-]?[0-9]{1,15}$/.test(value)
        ? undefined
        : `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
    case 'duration':
      return parseDuration(value) === undefined ? `time: invalid duration ${JSON.stringify(value)}` : undefined;
    case 'string':
    case 'strings':
      return undefined;
    default:
      return assertNever(kind);
  }
}
