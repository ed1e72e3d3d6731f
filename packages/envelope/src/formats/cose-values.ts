// Attribute values in CBOR. Tag 1 is a time (RFC 8949 section 3.4.2); the reader admits no other tag.

import {
  type CborArray,
  CborFloat,
  type CborMap,
  CborTag,
  type CborValue,
  isCborArray,
  isCborMap,
  quoteText,
} from '@nv2/base';
import type { AttributeValue } from '../envelope.ts';
import { malformed, notWritable } from '../errors.ts';

/** @throws EnvelopeError `ENVELOPE_MALFORMED` for a time that is none */
export function toAttributeValue(value: CborValue): AttributeValue {
  if (value instanceof CborFloat) return value.value;
  if (value instanceof CborTag) return toDate(value);
  if (isCborMap(value)) return toMap(value);
  if (isCborArray(value)) return value.map(toAttributeValue);
  return value;
}

// SIG-COSE-09: integer or float seconds, nothing else, within what a Date can hold. Parts of a millisecond are cut off.
function toDate({ value }: CborTag): Date {
  const seconds = value instanceof CborFloat ? value.value : value;
  const date = new Date(typeof seconds === 'number' ? Math.floor(seconds * 1000) : Number.NaN);
  if (Number.isNaN(date.getTime())) throw malformed('SIG-COSE-09', 'tag 1 does not hold a time');
  return date;
}

function toMap(map: CborMap): AttributeValue {
  const entries = Array.from(map, ([key, item]) => [key, toAttributeValue(item)] as const);
  if (!entries.every(([key]) => typeof key === 'string')) return new Map(entries);
  // Without a prototype `__proto__` is a member like any other.
  const object: Record<string, AttributeValue> = Object.create(null);
  for (const [key, item] of entries) object[key] = item;
  return object;
}

/** @throws EnvelopeError `ENVELOPE_REQUEST_INVALID` for text that has no UTF-8 */
export function toCborValue(value: AttributeValue): CborValue {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw notWritable('ATTR-09', `text ${quoteText(value)} has a lone surrogate`);
    return value;
  }
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : new CborFloat(value);
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return value;
  if (value instanceof Date) return toTime(value);
  if (isArray(value)) return value.map(toCborValue) satisfies CborArray;
  const entries = value instanceof Map ? value.entries() : Object.entries(value);
  return new Map(Array.from(entries, ([key, item]) => [key, toCborValue(item)] as const));
}

/** A time as tag 1: an integer where it has whole seconds, which is what the Notary Project's own times always have. */
export function toTime(time: Date): CborTag {
  const seconds = time.getTime() / 1000;
  return new CborTag(1, Number.isInteger(seconds) ? seconds : new CborFloat(seconds));
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
