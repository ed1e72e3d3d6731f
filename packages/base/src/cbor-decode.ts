// A strict, bounded reader for the CBOR (RFC 8949) of signature envelopes. General libraries differ on duplicate
// keys, indefinite lengths and what becomes of tag 1 (OC-66), so this one refuses what it does not need.

import { BaseError } from './base-errors.ts';
import { parseUtf8 } from './bytes.ts';
import { CborFloat, type CborMap, CborTag, type CborValue } from './cbor-value.ts';
import { quoteText } from './errors.ts';

export interface DecodeCborOptions {
  /** Largest accepted input, in bytes. */
  readonly maxBytes: number;
  /** Deepest accepted nesting of arrays, maps and tags. Default 16. */
  readonly maxDepth?: number;
  /** Most data items, nested ones and map keys included. Default 10 000. */
  readonly maxItems?: number;
  /** Tags that may occur; where they may, the caller decides. Default none. */
  readonly tags?: readonly number[];
  /** Accept integers and lengths in a longer form than necessary. Default false. */
  readonly allowLongHeads?: boolean;
}

/**
 * Decodes bytes that hold exactly one CBOR item. Byte strings are views of the input.
 *
 * Refuses indefinite lengths, duplicate keys, keys other than integers and text, invalid UTF-8, tags not asked for,
 * `undefined` and other simple values, integers beyond 2^53 − 1, and anything after the item.
 *
 * @throws BaseError `CBOR_MALFORMED`, `CBOR_LIMIT`
 */
export function decodeCbor(bytes: Uint8Array, options: DecodeCborOptions): CborValue {
  if (bytes.length > options.maxBytes) {
    throw new BaseError('CBOR_LIMIT', `item of ${bytes.length} bytes is larger than ${options.maxBytes} bytes`);
  }
  return new CborReader(bytes, options).decode();
}

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #maxDepth: number;
  readonly #tags: readonly number[];
  readonly #allowLongHeads: boolean;
  #itemsLeft: number;
  #at = 0;

  constructor(bytes: Uint8Array, options: DecodeCborOptions) {
    this.#bytes = bytes;
    this.#maxDepth = options.maxDepth ?? 16;
    this.#itemsLeft = options.maxItems ?? 10_000;
    this.#tags = options.tags ?? [];
    this.#allowLongHeads = options.allowLongHeads ?? false;
  }

  decode(): CborValue {
    const value = this.#item(0);
    if (this.#at < this.#bytes.length) throw this.#malformed('nothing after the item');
    return value;
  }

  #item(depth: number): CborValue {
    if (this.#itemsLeft-- <= 0) throw new BaseError('CBOR_LIMIT', 'more data items than allowed');
    const initial = this.#byte();
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return this.#negative(info);
      case 2:
        return this.#take(this.#argument(info));
      case 3:
        return this.#text(info);
      case 4:
        return this.#array(info, depth + 1);
      case 5:
        return this.#map(info, depth + 1);
      case 6:
        return this.#tag(info, depth + 1);
      default:
        return this.#simple(info);
    }
  }

  #negative(info: number): number {
    const value = -1 - this.#argument(info);
    if (!Number.isSafeInteger(value)) throw this.#malformed('an integer within 53 bits');
    return value;
  }

  #text(info: number): string {
    const bytes = this.#take(this.#argument(info));
    try {
      return parseUtf8(bytes);
    } catch (cause) {
      throw new BaseError('CBOR_MALFORMED', `CBOR text string ending at byte ${this.#at} is not valid UTF-8`, {
        cause,
      });
    }
  }

  #array(info: number, depth: number): readonly CborValue[] {
    const length = this.#count(info, depth, 1);
    const items: CborValue[] = [];
    for (let i = 0; i < length; i++) items.push(this.#item(depth));
    return items;
  }

  #map(info: number, depth: number): CborMap {
    const length = this.#count(info, depth, 2);
    const map = new Map<number | string, CborValue>();
    for (let i = 0; i < length; i++) {
      const key = this.#item(depth);
      if (typeof key !== 'number' && typeof key !== 'string') throw this.#malformed('an integer or text as map key');
      if (map.has(key)) throw this.#malformed(`map keys to be unique, not ${quoteText(String(key))} twice`);
      map.set(key, this.#item(depth));
    }
    return map;
  }

  #tag(info: number, depth: number): CborTag {
    this.#enter(depth);
    const tag = this.#argument(info);
    if (!this.#tags.includes(tag)) throw this.#malformed(`no tag ${tag}`);
    return new CborTag(tag, this.#item(depth));
  }

  #simple(info: number): CborValue {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 25:
        return new CborFloat(halfFloat(this.#unsigned(2)));
      case 26:
        return new CborFloat(this.#view(4).getFloat32(0));
      case 27:
        return new CborFloat(this.#view(8).getFloat64(0));
      default:
        throw this.#malformed('false, true, null or a number');
    }
  }

  // A count is believed only as far as the remaining bytes could hold that many items.
  #count(info: number, depth: number, itemsEach: number): number {
    this.#enter(depth);
    const count = this.#argument(info);
    if (count * itemsEach > this.#bytes.length - this.#at) throw this.#malformed(`room for ${count} elements`);
    return count;
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) throw new BaseError('CBOR_LIMIT', `nesting deeper than ${this.#maxDepth} levels`);
  }

  /** The number in an item's head: a value, a length or a tag. */
  #argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw this.#malformed('a definite length');
    const width = 1 << (info - 24);
    const value = width === 8 ? this.#unsigned(4) * 2 ** 32 + this.#unsigned(4) : this.#unsigned(width);
    if (!Number.isSafeInteger(value)) throw this.#malformed('an integer within 53 bits');
    if (!this.#allowLongHeads && value < shortestFor(width)) throw this.#malformed('the shortest form');
    return value;
  }

  #unsigned(width: number): number {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + this.#byte();
    return value;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.#malformed('more bytes');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw this.#malformed(`${length} more bytes`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #view(length: number): DataView {
    const bytes = this.#take(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  #malformed(expected: string): BaseError {
    return new BaseError('CBOR_MALFORMED', `CBOR at byte ${this.#at} of ${this.#bytes.length}: expected ${expected}`);
  }
}

/** The smallest number that needs an argument of `width` bytes. */
function shortestFor(width: number): number {
  return width === 1 ? 24 : 2 ** (width * 4);
}

// RFC 8949 appendix D.
function halfFloat(half: number): number {
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
