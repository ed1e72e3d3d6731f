// Strict reading of primitive DER values (X.690 sections 8 and 11). The caller has checked the tag, which may be an
// implicit one; only times look at it.

import { BaseError } from './base-errors.ts';
import { type DerElement, derTag } from './der.ts';

/** A BIT STRING: its octets, and how many low bits of the last one do not count (they are zero). */
export interface DerBitString {
  readonly bytes: Uint8Array;
  readonly unusedBits: number;
}

/** Longer object identifiers do not occur; a UUID arc needs 20 octets. */
const maxOidBytes = 64;

/** Only 0x00 and 0xFF. @throws BaseError `DER_MALFORMED` */
export function parseDerBoolean(element: DerElement): boolean {
  const { content } = element;
  if (content.length === 1 && content[0] === 0xff) return true;
  if (content.length === 1 && content[0] === 0) return false;
  throw malformed('BOOLEAN is neither 0x00 nor 0xff');
}

/** The content octets of an INTEGER: big-endian two's complement in its shortest form. @throws BaseError `DER_MALFORMED` */
export function parseDerInteger(element: DerElement): Uint8Array {
  const { content } = element;
  const [first, second] = content;
  if (first === undefined) throw malformed('INTEGER is empty');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw malformed('INTEGER is not in its shortest form');
  }
  return content;
}

/** A non-negative INTEGER, big-endian without leading zeros; zero is empty. @throws BaseError `DER_MALFORMED` */
export function parseDerUnsigned(element: DerElement): Uint8Array {
  const content = parseDerInteger(element);
  const first = content[0] ?? 0;
  if (first >= 0x80) throw malformed('INTEGER is negative');
  return first === 0 ? content.subarray(1) : content;
}

/** An INTEGER from 0 to 2^31 − 1. @throws BaseError `DER_MALFORMED` */
export function parseDerSmallInteger(element: DerElement): number {
  const content = parseDerUnsigned(element);
  const value = content.reduce((sum, octet) => sum * 256 + octet, 0);
  if (content.length > 4 || value > 0x7fff_ffff) throw malformed('INTEGER is above 2^31-1');
  return value;
}

/** An OBJECT IDENTIFIER in dotted form. @throws BaseError `DER_MALFORMED`, also above 64 octets */
export function parseDerOid(element: DerElement): string {
  const { content } = element;
  if (content.length === 0 || content.length > maxOidBytes)
    throw malformed(`OBJECT IDENTIFIER of ${content.length} octets`);
  let text = '';
  for (let at = 0; at < content.length; ) {
    const start = at;
    if (content[at] === 0x80) throw malformed('OBJECT IDENTIFIER is not in its shortest form');
    while ((content[at] ?? 0) >= 0x80) at++;
    at++;
    if (at > content.length) throw malformed('OBJECT IDENTIFIER is cut short');
    const arc = oidArc(content, start, at);
    text += start === 0 ? firstArcs(arc) : `.${arc}`;
  }
  return text;
}

/** @throws BaseError `DER_MALFORMED` when padding bits are set or miscounted */
export function parseDerBitString(element: DerElement): DerBitString {
  const { content } = element;
  const unusedBits = content[0];
  if (unusedBits === undefined || unusedBits > 7 || (unusedBits > 0 && content.length === 1)) {
    throw malformed('BIT STRING has no valid count of unused bits');
  }
  if (((content.at(-1) ?? 0) & ((1 << unusedBits) - 1)) !== 0 && unusedBits > 0) {
    throw malformed('BIT STRING has padding bits that are not zero');
  }
  return { bytes: content.subarray(1), unusedBits };
}

/** A BIT STRING of whole octets, such as a signature. @throws BaseError `DER_MALFORMED` */
export function parseDerBitOctets(element: DerElement): Uint8Array {
  const { bytes, unusedBits } = parseDerBitString(element);
  if (unusedBits !== 0) throw malformed('BIT STRING does not hold whole octets');
  return bytes;
}

/** @throws BaseError `DER_MALFORMED` */
export function parseDerNull(element: DerElement): void {
  if (element.tag !== derTag.null || element.byteLength !== 2) throw malformed('expected NULL');
}

/**
 * A UTCTime (`YYMMDDHHMMSSZ`, 1950 to 2049) or GeneralizedTime (`YYYYMMDDHHMMSSZ`, years to 9999): always with seconds
 * and in UTC (OC-65).
 *
 * @param options.allowFraction Fractions of a GeneralizedTime, as in time-stamp tokens; below milliseconds they are cut.
 * @throws BaseError `DER_MALFORMED`, also for a date that does not exist
 */
export function parseDerTime(element: DerElement, options: { readonly allowFraction?: boolean } = {}): Date {
  const { content, tag } = element;
  if (tag !== derTag.utcTime && tag !== derTag.generalizedTime) throw malformed('expected UTCTime or GeneralizedTime');
  const isUtcTime = tag === derTag.utcTime;
  const yearDigits = isUtcTime ? 2 : 4;
  const end = yearDigits + 10;
  if (content[content.length - 1] !== 0x5a) throw malformed('time does not end in Z');
  const milliseconds = fraction(content, end, !isUtcTime && options.allowFraction === true);

  const written = digits(content, 0, yearDigits);
  const year = isUtcTime ? written + (written < 50 ? 2000 : 1900) : written;
  const month = digits(content, yearDigits, 2);
  const day = digits(content, yearDigits + 2, 2);
  const hour = digits(content, yearDigits + 4, 2);
  const minute = digits(content, yearDigits + 6, 2);
  const second = digits(content, yearDigits + 8, 2);
  const time = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  time.setUTCFullYear(year, month - 1, day);
  // A date that does not exist rolls over to another one.
  if (time.getUTCFullYear() !== year || time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) {
    throw malformed('date does not exist');
  }
  if (hour > 23 || minute > 59 || second > 59) throw malformed('time of day does not exist');
  time.setUTCHours(hour, minute, second, milliseconds);
  return time;
}

function digits(content: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = (content[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) throw malformed('time has something else than digits');
    value = value * 10 + digit;
  }
  return value;
}

function fraction(content: Uint8Array, start: number, isAllowed: boolean): number {
  if (content.length === start + 1) return 0;
  const count = content.length - start - 2;
  if (!isAllowed || content[start] !== 0x2e || count < 1 || count > 9) throw malformed('time has an unexpected length');
  digits(content, start + 1, count);
  if (content[start + count] === 0x30) throw malformed('fraction of a second is not in its shortest form');
  const used = Math.min(count, 3);
  return digits(content, start + 1, used) * 10 ** (3 - used);
}

function oidArc(content: Uint8Array, start: number, end: number): number | bigint {
  // Seven bits an octet: up to seven octets stay exact in a number.
  if (end - start > 7) {
    return content.subarray(start, end).reduce((sum, octet) => sum * 128n + BigInt(octet & 0x7f), 0n);
  }
  let arc = 0;
  for (let at = start; at < end; at++) arc = arc * 128 + ((content[at] ?? 0) & 0x7f);
  return arc;
}

// The first two arcs share one number: 40 × first + second, where only 2 may have a second arc of 40 or more.
function firstArcs(arc: number | bigint): string {
  if (arc < 40) return `0.${arc}`;
  if (arc < 80) return `1.${Number(arc) - 40}`;
  return `2.${typeof arc === 'bigint' ? arc - 80n : arc - 80}`;
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
