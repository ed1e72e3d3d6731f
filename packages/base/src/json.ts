// A strict JSON reader. JSON.parse keeps the last of two equal members, admits `__proto__` and has no bounds,
// so what is checked and what is used could differ (OC-61). This one refuses.

import { BaseError } from './base-errors.ts';
import { parseUtf8 } from './bytes.ts';
import { decodeAscii } from './crypto.ts';
import { quoteText } from './errors.ts';
import { type MemberName, memberName, memberNameAt, Names } from './json-names.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** Inherits nothing: every member is the document's own. */
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
  const isAscii = isPlainAscii(bytes);
  const text = isAscii ? decodeAscii(bytes) : parseUtf8(bytes);
  return new JsonParser(text, isAscii && !text.includes('\\'), options).parse();
}

// oxlint-disable-next-line no-control-regex -- exactly what a JSON string must not hold unescaped
const plainRun = /[^"\\\u0000-\u001f]*/y;
const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wholeNumber = /^-?[0-9]+$/;
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

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const bracketOpen = 0x5b;
const backslash = 0x5c;
const bracketClose = 0x5d;
const braceOpen = 0x7b;
const braceClose = 0x7d;

class JsonParser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #refuseCaseVariants: boolean;
  /**
   * ASCII without control characters and backslashes, so that a string ends at the next quotation mark and stands for itself.
   * True of every compact ASCII document.
   */
  readonly #isPlain: boolean;
  /** Of the objects that are open, the innermost last. */
  readonly #names: string[] = [];
  #valuesLeft: number;
  #at = 0;

  constructor(text: string, isPlain: boolean, options: ParseJsonOptions) {
    this.#text = text;
    this.#maxDepth = options.maxDepth ?? 64;
    // Each value takes a byte or more.
    this.#valuesLeft = options.maxValues ?? options.maxBytes;
    this.#refuseCaseVariants = options.refuseCaseVariants ?? false;
    this.#isPlain = isPlain;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    this.#peek();
    if (this.#at < this.#text.length) throw this.#malformed('nothing after the value');
    return value;
  }

  #value(depth: number): JsonValue {
    if (--this.#valuesLeft < 0) throw new BaseError('JSON_LIMIT', 'more values than allowed');
    switch (this.#peek()) {
      case quote:
        return this.#string();
      case braceOpen:
        return this.#object(depth + 1);
      case bracketOpen:
        return this.#array(depth + 1);
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    this.#enter(depth);
    const object = emptyObject();
    if (this.#skip(braceClose)) return object;
    const seen = new Names(this.#names);
    do {
      if (this.#peek() !== quote) throw this.#malformed('a member name');
      const { text, fold } = this.#name();
      // Equal names have equal folds, so where folds are compared they are all that needs comparing.
      if (!seen.add(this.#refuseCaseVariants ? fold : text)) throw this.#duplicate(text);
      if (!this.#skip(colon)) throw this.#malformed('":"');
      object[text] = this.#value(depth);
    } while (this.#skip(comma));
    if (!this.#skip(braceClose)) throw this.#malformed('"," or "}"');
    seen.close();
    return object;
  }

  #array(depth: number): readonly JsonValue[] {
    this.#enter(depth);
    const items: JsonValue[] = [];
    if (this.#skip(bracketClose)) return items;
    do {
      items.push(this.#value(depth));
    } while (this.#skip(comma));
    if (!this.#skip(bracketClose)) throw this.#malformed('"," or "]"');
    return items;
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) throw new BaseError('JSON_LIMIT', `nesting deeper than ${this.#maxDepth} levels`);
    this.#at += 1;
  }

  #name(): MemberName {
    const start = this.#at + 1;
    const end = this.#isPlain ? this.#text.indexOf('"', start) : -1;
    if (end !== -1) {
      this.#at = end + 1;
      return memberNameAt(this.#text, start, end - start);
    }
    const text = this.#string();
    return this.#refuseCaseVariants ? memberName(text) : { text, fold: text };
  }

  #string(): string {
    this.#at += 1;
    if (this.#isPlain) return this.#plainString();
    let text = this.#run();
    while (this.#text.charCodeAt(this.#at) === backslash) text += this.#escape() + this.#run();
    if (this.#text.charCodeAt(this.#at) !== quote) throw this.#malformed('the end of a string');
    this.#at += 1;
    if (!text.isWellFormed()) throw this.#malformed('a string of whole Unicode characters');
    return text;
  }

  #plainString(): string {
    const start = this.#at;
    const end = this.#text.indexOf('"', start);
    this.#at = end === -1 ? this.#text.length : end + 1;
    if (end === -1) throw this.#malformed('the end of a string');
    return this.#text.slice(start, end);
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
    return this.#plainNumber() ?? this.#anyNumber();
  }

  /** A whole number without a sign that is exact whatever its digits: most are, and regular expressions take ten times as long. */
  #plainNumber(): number | undefined {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let digit = digitOf(text, at); digit >= 0 && digit <= 9; digit = digitOf(text, ++at))
      value = value * 10 + digit;
    const length = at - start;
    if (length === 0 || length > 15 || (digitOf(text, start) === 0 && length > 1) || isNumberSign(text.charCodeAt(at)))
      return undefined;
    this.#at = at;
    return value;
  }

  #anyNumber(): number {
    numberForm.lastIndex = this.#at;
    if (!numberForm.test(this.#text)) throw this.#malformed('a value');
    const digits = this.#text.slice(this.#at, numberForm.lastIndex);
    const value = Number(digits);
    if (!Number.isFinite(value)) throw this.#malformed('a value');
    if (Number.isInteger(value) && !isWhole(digits)) throw this.#malformed('a number that rounding leaves fractional');
    this.#at += digits.length;
    return value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#malformed('a value');
    this.#at += word.length;
    return value;
  }

  /** The code of the next character that is not white space, NaN at the end; the position moves to it. */
  #peek(): number {
    let code = this.#text.charCodeAt(this.#at);
    while (code <= 0x20 && isSpace(code)) code = this.#text.charCodeAt(++this.#at);
    return code;
  }

  #skip(code: number): boolean {
    if (this.#peek() !== code) return false;
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

/** Whether all bytes are from 0x20 to 0x7f. Sixteen at a time, which takes a sixth of what a regular expression takes. */
function isPlainAscii(bytes: Uint8Array): boolean {
  const start = Math.min(-bytes.byteOffset & 3, bytes.length);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, ((bytes.length - start) >> 4) * 4);
  const end = start + words.length * 4;
  // The top bit of a byte of `found`: set where a byte is 0x80 or more, or below 0x20, which the subtraction takes below zero.
  let found = 0;
  for (let at = 0; at < start; at += 1) found |= flagOf(bytes[at] ?? 0);
  for (let at = 0; at < words.length; at += 4) {
    found |= flagsOf(words[at] ?? 0) | flagsOf(words[at + 1] ?? 0);
    found |= flagsOf(words[at + 2] ?? 0) | flagsOf(words[at + 3] ?? 0);
  }
  for (let at = end; at < bytes.length; at += 1) found |= flagOf(bytes[at] ?? 0);
  return (found & 0x80_80_80_80) === 0;
}

function flagsOf(word: number): number {
  return word | (word - 0x20_20_20_20);
}

function flagOf(byte: number): number {
  return byte | (byte - 0x20);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function digitOf(text: string, at: number): number {
  return text.charCodeAt(at) - 0x30;
}

/** A point, e or E: what can follow the digits of a number that is not a whole one, or not written as one. */
function isNumberSign(code: number): boolean {
  return code === 0x2e || code === 0x65 || code === 0x45;
}

// A size of 0.99999999999999999999 would be 1 for us, and an error for every reader that keeps integers apart.
function isWhole(literal: string): boolean {
  if (wholeNumber.test(literal)) return true;
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  // The last digit that is not zero stands left of the point.
  return end === 0 || end - whole.length <= Number(exponent);
}

// What Object.create(null) makes is a hash table from the start, three times as slow to fill and to read. An object whose
// prototype is empty, frozen and has none itself inherits just as little.
const nothing: object = Object.freeze(Object.create(null));

function emptyObject(): Record<string, JsonValue> {
  return new (Members as unknown as new () => Record<string, JsonValue>)();
}

function Members(): void {}
Members.prototype = nothing;
