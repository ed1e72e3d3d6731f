// Strict, bounded reading of DER (X.690 sections 8 and 10): structure here, values in der-values.ts.
// Everything nested is checked before the first element is handed out, so nothing unvisited can hide disorder.
// Elements are views of the input: nothing is copied. One tolerance: members of a SET OF may be in any order.

import { BaseError } from './base-errors.ts';

/** Identifier octets of the universal types we read, the constructed bit included. */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Bounds of one {@link decodeDer}. */
export interface DerLimits {
  readonly maxBytes: number;
  /** Levels of nesting. The default of 32 is twice what a time-stamp token with its certificates needs. */
  readonly maxDepth?: number;
}

const defaultMaxDepth = 32;
const constructedBit = 0x20;
// EXTERNAL, EMBEDDED PDV, SEQUENCE, SET and CHARACTER STRING are always constructed; in DER all other universal types never are.
const constructedTypes: ReadonlySet<number> = new Set([8, 11, 16, 17, 29]);

/** One tag-length-value of checked DER. */
export class DerElement {
  /** The identifier octet: class, constructed bit and number together. */
  readonly tag: number;
  /** Length of header and content together. */
  readonly byteLength: number;
  readonly #source: Uint8Array;
  readonly #start: number;
  readonly #contentStart: number;

  constructor(source: Uint8Array, start: number, contentStart: number, end: number) {
    this.tag = source[start] ?? 0;
    this.byteLength = end - start;
    this.#source = source;
    this.#start = start;
    this.#contentStart = contentStart;
  }

  /** Header and content. */
  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#start + this.byteLength);
  }

  get content(): Uint8Array {
    return this.#source.subarray(this.#contentStart, this.#start + this.byteLength);
  }

  get isConstructed(): boolean {
    return (this.tag & constructedBit) !== 0;
  }

  /** Reads the members of a constructed element in order. @throws BaseError `DER_MALFORMED` for a primitive one */
  members(): DerReader {
    if (!this.isConstructed)
      throw malformed(this.#start, `expected a constructed element, found ${describeTag(this.tag)}`);
    return new DerReader(this.#source, this.#contentStart, this.#start + this.byteLength);
  }
}

/** Steps through the members of a constructed element. */
export class DerReader {
  readonly #source: Uint8Array;
  readonly #end: number;
  #position: number;

  constructor(source: Uint8Array, start: number, end: number) {
    this.#source = source;
    this.#position = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** Takes the next member, whatever it is. @throws BaseError `DER_MALFORMED` when there is none */
  readAny(what: string): DerElement {
    if (this.isAtEnd) throw malformed(this.#position, `expected ${what}, found the end`);
    const element = readElement(this.#source, this.#position, this.#end);
    this.#position += element.byteLength;
    return element;
  }

  /** Takes the next member. @throws BaseError `DER_MALFORMED` when there is none or its tag differs */
  read(tag: number, what: string): DerElement {
    const found = this.#source[this.#position];
    if (this.isAtEnd || found !== tag) {
      const instead = this.isAtEnd ? 'the end' : describeTag(found ?? 0);
      throw malformed(this.#position, `expected ${what} (${describeTag(tag)}), found ${instead}`);
    }
    return this.readAny(what);
  }

  /** Takes the next member if it has this tag: an OPTIONAL or DEFAULT one. */
  findNext(tag: number): DerElement | undefined {
    return !this.isAtEnd && this.#source[this.#position] === tag ? this.readAny('a member') : undefined;
  }

  /** @throws BaseError `DER_MALFORMED` when members remain */
  readEnd(what: string): void {
    if (this.isAtEnd) return;
    throw malformed(
      this.#position,
      `expected the end of ${what}, found ${describeTag(this.#source[this.#position] ?? 0)}`,
    );
  }
}

/**
 * Decodes exactly one DER element: definite minimal lengths, tag numbers to 30, no trailing bytes, at every level.
 *
 * @throws BaseError `DER_MALFORMED`; `DER_LIMIT` when it is larger or nested deeper than allowed.
 */
export function decodeDer(bytes: Uint8Array, limits: DerLimits): DerElement {
  checkSize(bytes.length, limits);
  const element = decodeFirstDer(bytes, limits);
  if (element.byteLength !== bytes.length) throw trailing(element, bytes);
  return element;
}

/**
 * As {@link decodeDer} for the first of several concatenated elements; the next begins `byteLength` further on.
 *
 * @throws BaseError `DER_MALFORMED`, `DER_LIMIT`
 */
export function decodeFirstDer(bytes: Uint8Array, limits: DerLimits): DerElement {
  const element = readElement(bytes, 0, bytes.length);
  checkSize(element.byteLength, limits);
  checkMembers(element, limits.maxDepth ?? defaultMaxDepth);
  return element;
}

/**
 * As {@link decodeDer}, without looking inside: for structures of millions of elements, whose reader checks each where it
 * stands. What such a reader skips has not been checked by anybody.
 *
 * @throws BaseError `DER_MALFORMED`, `DER_LIMIT`
 */
export function decodeOuterDer(bytes: Uint8Array, limits: Pick<DerLimits, 'maxBytes'>): DerElement {
  checkSize(bytes.length, limits);
  const element = readElement(bytes, 0, bytes.length);
  if (element.byteLength !== bytes.length) throw trailing(element, bytes);
  return element;
}

function trailing({ byteLength }: DerElement, bytes: Uint8Array): BaseError {
  return malformed(byteLength, `expected the end, found ${bytes.length - byteLength} more bytes`);
}

function checkSize(length: number, { maxBytes }: DerLimits): void {
  if (length > maxBytes) throw new BaseError('DER_LIMIT', `DER of ${length} bytes is larger than ${maxBytes}`);
}

function checkMembers(element: DerElement, levels: number): void {
  if (!element.isConstructed) return;
  if (levels <= 0) throw new BaseError('DER_LIMIT', 'DER is nested deeper than allowed');
  const members = element.members();
  while (!members.isAtEnd) checkMembers(members.readAny('a member'), levels - 1);
}

function readElement(source: Uint8Array, start: number, limit: number): DerElement {
  const tag = source[start];
  const first = source[start + 1];
  if (tag === undefined || first === undefined || start + 2 > limit) throw malformed(start, 'a header is cut short');
  checkTag(tag, start);
  if (first < 0x80) return elementWithin(source, start, start + 2, first, limit);

  const lengthOctets = first & 0x7f;
  if (lengthOctets === 0) throw malformed(start, 'indefinite length');
  if (lengthOctets > 4) throw malformed(start, `length in ${lengthOctets} octets`);
  const contentStart = start + 2 + lengthOctets;
  if (contentStart > limit) throw malformed(start, 'a header is cut short');
  let length = 0;
  for (let at = start + 2; at < contentStart; at++) length = length * 256 + (source[at] ?? 0);
  if (length < 0x80 || length < 256 ** (lengthOctets - 1)) throw malformed(start, 'length is not in its shortest form');
  return elementWithin(source, start, contentStart, length, limit);
}

function elementWithin(
  source: Uint8Array,
  start: number,
  contentStart: number,
  length: number,
  limit: number,
): DerElement {
  if (length > limit - contentStart) {
    throw malformed(start, `${length} bytes of content do not fit into the ${limit - contentStart} that follow`);
  }
  return new DerElement(source, start, contentStart, contentStart + length);
}

function checkTag(tag: number, at: number): void {
  const number = tag & 0x1f;
  // No structure we read has a tag number above 30, so the multi-octet form is only a way to write a tag twice.
  if (number === 0x1f) throw malformed(at, 'tag number above 30');
  if (tag >= 0x40) return;
  if (number === 0) throw malformed(at, 'tag 0');
  if (constructedTypes.has(number) !== ((tag & constructedBit) !== 0)) {
    throw malformed(at, `${describeTag(tag)} is not allowed in DER`);
  }
}

function describeTag(tag: number): string {
  return `tag 0x${tag.toString(16).padStart(2, '0')}`;
}

function malformed(at: number, problem: string): BaseError {
  return new BaseError('DER_MALFORMED', `at byte ${at}: ${problem}`);
}
