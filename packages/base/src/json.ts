// A strict JSON reader. JSON.parse keeps the last of two equal members, admits `__proto__` and has no bounds,
// so what is checked and what is used could differ (OC-61). This one refuses.

import { BaseError } from './base-errors.ts';
import { parseUtf8 } from './bytes.ts';
import { quoteText } from './errors.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** Has no prototype: every member is the document's own. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export interface ParseJsonOptions {
  /** Largest accepted document, in bytes. */
  readonly maxBytes: number;
  /** Deepest accepted nesting of arrays and objects. Default 64. */
  readonly maxDepth?: number;
  /** Most values, nested ones included. Default: only `maxBytes` bounds them. */
  readonly maxValues?: number;
  /** Also refuse two members of one object whose names differ only in case. */
  readonly refuseCaseVariants?: boolean;
}

/**
 * Parses UTF-8 bytes that hold exactly one JSON value.
 *
 * Refuses duplicate members, invalid UTF-8, a byte order mark, lone surrogates, numbers beyond double range, fractions
 * that rounding would make integers, and anything after the value.
 *
 * @throws BaseError `JSON_MALFORMED`, `JSON_LIMIT`, `UTF8_MALFORMED`
 */
export function parseJson(bytes: Uint8Array, options: ParseJsonOptions): JsonValue {
  if (bytes.length > options.maxBytes) {
    throw new BaseError('JSON_LIMIT', `document of ${bytes.length} bytes is larger than ${options.maxBytes} bytes`);
  }
  return new JsonParser(parseUtf8(bytes), options).parse();
}

// oxlint-disable-next-line no-control-regex -- exactly what a JSON string must not hold unescaped
const plainRun = /[^"\\\u0000-\u001f]*/y;
const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class JsonParser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #refuseCaseVariants: boolean;
  #valuesLeft: number;
  #at = 0;

  constructor(text: string, options: ParseJsonOptions) {
    this.#text = text;
    this.#maxDepth = options.maxDepth ?? 64;
    this.#valuesLeft = options.maxValues ?? Number.POSITIVE_INFINITY;
    this.#refuseCaseVariants = options.refuseCaseVariants ?? false;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    if (this.#peek() !== undefined) throw this.#malformed('nothing after the value');
    return value;
  }

  #value(depth: number): JsonValue {
    if (--this.#valuesLeft < 0) throw new BaseError('JSON_LIMIT', 'more values than allowed');
    switch (this.#peek()) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    this.#enter(depth);
    const object: Record<string, JsonValue> = Object.create(null);
    if (this.#skip('}')) return object;
    // Equal names have equal folds, so where folds are compared they are all that needs comparing.
    const seen = new Set<string>();
    do {
      if (this.#peek() !== '"') throw this.#malformed('a member name');
      const name = this.#string();
      const fold = this.#refuseCaseVariants ? foldCase(name) : name;
      if (seen.has(fold)) throw this.#duplicate(name);
      seen.add(fold);
      if (!this.#skip(':')) throw this.#malformed('":"');
      object[name] = this.#value(depth);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw this.#malformed('"," or "}"');
    return object;
  }

  #array(depth: number): readonly JsonValue[] {
    this.#enter(depth);
    const items: JsonValue[] = [];
    if (this.#skip(']')) return items;
    do {
      items.push(this.#value(depth));
    } while (this.#skip(','));
    if (!this.#skip(']')) throw this.#malformed('"," or "]"');
    return items;
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) throw new BaseError('JSON_LIMIT', `nesting deeper than ${this.#maxDepth} levels`);
    this.#at += 1;
  }

  #string(): string {
    this.#at += 1;
    let text = this.#run();
    while (this.#text[this.#at] === '\\') text += this.#escape() + this.#run();
    if (this.#text[this.#at] !== '"') throw this.#malformed('the end of a string');
    this.#at += 1;
    if (!text.isWellFormed()) throw this.#malformed('a string of whole Unicode characters');
    return text;
  }

  #run(): string {
    plainRun.lastIndex = this.#at;
    plainRun.test(this.#text);
    const run = this.#text.slice(this.#at, plainRun.lastIndex);
    this.#at = plainRun.lastIndex;
    return run;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const simple = escapes.get(letter);
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#malformed('a legal escape');
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #number(): number {
    numberForm.lastIndex = this.#at;
    const [digits] = numberForm.exec(this.#text) ?? [];
    const value = Number(digits);
    if (digits === undefined || !Number.isFinite(value)) throw this.#malformed('a value');
    if (Number.isInteger(value) && !isWhole(digits)) throw this.#malformed('a number that rounding leaves fractional');
    this.#at = numberForm.lastIndex;
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#malformed('a value');
    this.#at += word.length;
    return value;
  }

  /** The next character that is not white space; the position moves to it. */
  #peek(): string | undefined {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
    }
    return this.#text[this.#at];
  }

  #skip(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #malformed(expected: string): BaseError {
    const found = this.#at < this.#text.length ? quoteText(this.#text.slice(this.#at, this.#at + 12)) : 'the end';
    return new BaseError('JSON_MALFORMED', `JSON at ${this.#place()}: expected ${expected}, found ${found}`);
  }

  /** For files that people write, which have lines. */
  #place(): string {
    const before = this.#text.slice(0, this.#at).split('\n');
    const line = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    return `character ${this.#at}${before.length > 1 ? ` (${line})` : ''}`;
  }

  #duplicate(name: string): BaseError {
    return new BaseError('JSON_MALFORMED', `JSON at ${this.#place()}: duplicate member ${quoteText(name)}`);
  }
}

// A size of 0.99999999999999999999 would be 1 for us, and an error for every reader that keeps integers apart.
function isWhole(literal: string): boolean {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  // The last digit that is not zero stands left of the point.
  return end === 0 || end - whole.length <= Number(exponent);
}

// Beyond ASCII, upper case comes first, so that letters such as the long s meet the one they are written with.
function foldCase(name: string): string {
  return printableAscii.test(name) ? name.toLowerCase() : name.toUpperCase().toLowerCase();
}

const printableAscii = /^[ -~]*$/;
