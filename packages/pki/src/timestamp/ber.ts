// BER with definite lengths becomes DER (TSA-13): some authorities write lengths in more octets than DER allows.
// Only lengths change. Values stay as they are, and the DER reader judges them; so a constructed string, which DER does not
// know, is refused there.

import { concatBytes, isNv2Error, decodeDer, type ErrorDetails } from '@nv2/base';
import { PkiError } from '../errors.ts';
import { maxBerDepth, maxBerElements } from './limits.ts';

/** What can be wrong with the headers of BER. */
export type BerProblem =
  | 'empty'
  | 'identifier-cut'
  | 'identifier-long'
  | 'length-missing'
  | 'length-indefinite'
  | 'length-octets'
  | 'length-cut'
  | 'length-above-int32'
  | 'short-length-exceeds'
  | 'long-length-exceeds'
  | 'trailing'
  | 'too-deep'
  | 'too-many';

/** One element of BER: its place in the source. */
export interface BerElement {
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

const constructedBit = 0x20;
const maxLengthOctets = 4;

/**
 * The same element in DER. Input that is DER already is given back as it is.
 *
 * @throws PkiError `PKI_BER_INVALID` for indefinite lengths, lengths that do not fit, and trailing bytes
 */
export function toDer(source: Uint8Array): Uint8Array {
  if (isDer(source)) return source;
  return convert(source, readOnlyBer(source), { elements: 0 }, 0);
}

/** The one element that the source consists of. @throws PkiError `PKI_BER_INVALID` */
export function readOnlyBer(source: Uint8Array): BerElement {
  if (source.length === 0) throw invalid('empty', 'there are no bytes');
  const element = readBer(source, 0, source.length);
  if (element.end !== source.length)
    throw invalid('trailing', `${source.length - element.end} bytes follow the element`);
  return element;
}

/** The members of a constructed element. @throws PkiError `PKI_BER_INVALID` */
export function readBerMembers(source: Uint8Array, { contentStart, end }: BerElement): readonly BerElement[] {
  const members: BerElement[] = [];
  for (let at = contentStart; at < end; ) {
    const member = readBer(source, at, end);
    if (members.length >= maxBerElements) throw tooMany();
    members.push(member);
    at = member.end;
  }
  return members;
}

function isDer(source: Uint8Array): boolean {
  try {
    decodeDer(source, { maxBytes: source.length });
    return true;
  } catch (error) {
    // What is not DER may still be BER; the conversion finds out and says what is wrong.
    if (isNv2Error(error)) return false;
    throw error;
  }
}

function convert(source: Uint8Array, element: BerElement, count: { elements: number }, depth: number): Uint8Array {
  if (depth > maxBerDepth) throw invalid('too-deep', `nested deeper than ${maxBerDepth}`);
  count.elements++;
  if (count.elements > maxBerElements) throw tooMany();
  const content =
    (element.tag & constructedBit) === 0
      ? [source.subarray(element.contentStart, element.end)]
      : readBerMembers(source, element).map((member) => convert(source, member, count, depth + 1));
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([Uint8Array.from([element.tag, ...lengthOctets(length)]), ...content]);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 + octets.length, ...octets];
}

function readBer(source: Uint8Array, start: number, limit: number): BerElement {
  const tag = source[start] ?? 0;
  // No structure that we read has tag numbers above 30.
  if ((tag & 0x1f) === 0x1f) throw invalid('identifier-long', `tag number above 30 at byte ${start}`);
  if (start + 1 >= limit) throw invalid('identifier-cut', `an element is cut short at byte ${start}`);
  const first = source[start + 1] ?? 0;
  if (first < 0x80)
    return within(tag, { start, contentStart: start + 2, length: first, limit }, 'short-length-exceeds');
  if (first === 0x80) throw invalid('length-indefinite', `indefinite length at byte ${start}`);
  const octets = first & 0x7f;
  if (octets > maxLengthOctets) {
    throw invalid('length-octets', `length in ${octets} octets at byte ${start}, expected at most ${maxLengthOctets}`, {
      octets,
    });
  }
  const contentStart = start + 2 + octets;
  if (contentStart > limit) throw invalid('length-cut', `a length is cut short at byte ${start}`);
  let length = 0;
  for (let at = start + 2; at < contentStart; at++) length = length * 256 + (source[at] ?? 0);
  if (length > 0x7fff_ffff) throw invalid('length-above-int32', `length ${length} at byte ${start}`, { length });
  return within(tag, { start, contentStart, length, limit }, 'long-length-exceeds');
}

function within(
  tag: number,
  place: { readonly start: number; readonly contentStart: number; readonly length: number; readonly limit: number },
  problem: BerProblem,
): BerElement {
  const { start, contentStart, length, limit } = place;
  if (length > limit - contentStart) {
    throw invalid(problem, `${length} bytes are announced at byte ${start}, ${limit - contentStart} follow`);
  }
  return { tag, start, contentStart, end: contentStart + length };
}

function tooMany(): PkiError {
  return invalid('too-many', `more than ${maxBerElements} elements`);
}

function invalid(problem: BerProblem, message: string, details: ErrorDetails = {}): PkiError {
  return new PkiError('PKI_BER_INVALID', message, { details: { problem, ...details } });
}
