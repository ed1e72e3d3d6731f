// Writing DER: the few elements that requests to others consist of (X.690 sections 8 and 10).

import { BaseError } from './base-errors.ts';
import { concatBytes } from './bytes.ts';
import { derTag } from './der.ts';

/** One tag-length-value; `parts` are concatenated as the content. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(parts);
  return concatBytes([Uint8Array.from([tag, ...lengthOctets(content.length)]), content]);
}

/** An OBJECT IDENTIFIER from its dotted form. @throws BaseError `DER_MALFORMED` for text that is not one */
export function encodeDerOid(oid: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9][0-9]{0,38}))+$/.test(oid)) throw malformed('text is not an object identifier');
  const [first = 0n, second = 0n, ...rest] = oid.split('.').map(BigInt);
  if (first < 2n && second >= 40n) throw malformed('the second arc of an object identifier is 40 or more');
  return encodeDer(derTag.oid, Uint8Array.from([first * 40n + second, ...rest].flatMap(arcOctets)));
}

/** A non-negative INTEGER from its big-endian octets, however many of them are leading zeros. */
export function encodeDerUnsigned(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0);
  const digits = start < 0 ? new Uint8Array() : octets.subarray(start);
  // The first bit is the sign, so a number that begins with a one gets a zero octet before it; zero itself has one octet.
  const sign = (digits[0] ?? 0x80) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return encodeDer(derTag.integer, sign, digits);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets = bigEndian(length);
  return [0x80 + octets.length, ...octets];
}

function bigEndian(value: number): readonly number[] {
  const octets: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return octets;
}

function arcOctets(arc: bigint): readonly number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
