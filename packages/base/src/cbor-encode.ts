// Core deterministic CBOR (RFC 8949 section 4.2.1): shortest heads, map keys in bytewise order of their encoding.

import { BaseError } from './base-errors.ts';
import { concatBytes, encodeUtf8 } from './bytes.ts';
import { CborFloat, type CborMap, CborTag, type CborValue, isCborArray, isCborMap } from './cbor-value.ts';
import { quoteText } from './errors.ts';

/**
 * Encodes a value deterministically; two equal values give the same bytes whatever the order of their maps.
 *
 * A number that is not an integer within ±(2^53 − 1), and every `CborFloat`, becomes the shortest float of that value.
 *
 * @throws BaseError `CBOR_MALFORMED` for text with a lone surrogate, which has no UTF-8
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const parts: Uint8Array[] = [];
  write(parts, value);
  return concatBytes(parts);
}

function write(parts: Uint8Array[], value: CborValue): void {
  if (typeof value === 'number') parts.push(number(value));
  else if (typeof value === 'string') writeString(parts, 3, textBytes(value));
  else if (value instanceof Uint8Array) writeString(parts, 2, value);
  else if (value === null) parts.push(Uint8Array.of(0xf6));
  else if (typeof value === 'boolean') parts.push(Uint8Array.of(value ? 0xf5 : 0xf4));
  else if (value instanceof CborFloat) parts.push(float(value.value));
  else if (value instanceof CborTag) {
    parts.push(head(6, value.tag));
    write(parts, value.value);
  } else if (isCborMap(value)) writeMap(parts, value);
  else if (isCborArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) write(parts, item);
  }
}

function writeString(parts: Uint8Array[], majorType: number, bytes: Uint8Array): void {
  parts.push(head(majorType, bytes.length), bytes);
}

function writeMap(parts: Uint8Array[], map: CborMap): void {
  parts.push(head(5, map.size));
  const entries = Array.from(map, ([key, value]) => [encodeCbor(key), value] as const);
  entries.sort(([a], [b]) => compareBytes(a, b));
  for (const [key, value] of entries) {
    parts.push(key);
    write(parts, value);
  }
}

function number(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return float(value);
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

/** What stands before `length` bytes of a byte string. */
export function encodeCborHead(length: number): Uint8Array {
  return head(2, length);
}

function head(majorType: number, argument: number): Uint8Array {
  const type = majorType << 5;
  if (argument < 24) return Uint8Array.of(type | argument);
  if (argument < 2 ** 8) return Uint8Array.of(type | 24, argument);
  if (argument < 2 ** 16) return Uint8Array.of(type | 25, argument >> 8, argument & 0xff);
  const wide = argument >= 2 ** 32;
  const bytes = new Uint8Array(wide ? 9 : 5);
  const view = new DataView(bytes.buffer);
  bytes[0] = type | (wide ? 27 : 26);
  if (wide) view.setUint32(1, Math.floor(argument / 2 ** 32));
  view.setUint32(wide ? 5 : 1, argument % 2 ** 32);
  return bytes;
}

function float(value: number): Uint8Array {
  const half = findHalf(value);
  if (half !== undefined) return Uint8Array.of(0xf9, half >> 8, half & 0xff);
  const single = Math.fround(value) === value;
  const bytes = new Uint8Array(single ? 5 : 9);
  bytes[0] = single ? 0xfa : 0xfb;
  const view = new DataView(bytes.buffer);
  if (single) view.setFloat32(1, value);
  else view.setFloat64(1, value);
  return bytes;
}

/** The binary16 bits of a number that has them exactly. */
function findHalf(value: number): number | undefined {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return Number.isInteger(size * 2 ** 24) ? sign | (size * 2 ** 24) : undefined;
  if (size > 65_504) return undefined;
  const exponent = Math.floor(Math.log2(size));
  const fraction = (size / 2 ** exponent - 1) * 1024;
  return Number.isInteger(fraction) && fraction < 1024 ? sign | ((exponent + 15) << 10) | fraction : undefined;
}

function textBytes(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new BaseError('CBOR_MALFORMED', `text ${quoteText(text)} has a lone surrogate`);
  return encodeUtf8(text);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
