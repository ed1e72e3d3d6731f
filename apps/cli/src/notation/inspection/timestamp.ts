// A time-stamp as the reference shows it: the range it covers and its certificates, or why it cannot be read. Nothing in it is verified.

import { describeError, isNv2Error, type Nv2Error } from '@nv2/base';
import { type BerProblem, type Certificate, parseTimestampToken } from '@nv2/pki';

export type ShownTimestamp =
  | { readonly earliest: Date; readonly latest: Date; readonly certificates: readonly Certificate[] }
  | { readonly error: string };

/** @param signature what the token must be about */
export function describeTimestamp(token: Uint8Array, signature: Uint8Array): ShownTimestamp {
  try {
    const shown = parseTimestampToken(token);
    const { earliest, latest, certificates } = shown;
    if (shown.isAbout(signature)) return { earliest, latest, certificates };
    return failed('invalid TSTInfo: mismatched message');
  } catch (error) {
    // A broken token is shown, not fatal.
    if (!isNv2Error(error)) throw error;
    return failed(wordTokenProblem(error));
  }
}

function failed(reason: string): ShownTimestamp {
  return { error: `failed to parse timestamp countersignature: ${reason}` };
}

function wordTokenProblem(error: Nv2Error): string {
  if (!isNv2Error(error, 'PKI_BER_INVALID')) return `cms: syntax error: invalid signed data: ${describeError(error)}`;
  const { problem } = error.details;
  const wording = isBerProblem(problem) ? berProblems[problem] : undefined;
  const text = wording === undefined ? `asn1: structure error: decoding BER: ${error.message}` : fill(wording, error);
  return `cms: syntax error: invalid signed data: failed to convert from BER to DER: ${text}`;
}

function fill(wording: string, { details }: Nv2Error): string {
  return wording.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}

const syntax = 'asn1: syntax error: decoding BER';
const structure = 'asn1: structure error: decoding BER';

/** The reference's words for those problems that it has, too. */
const berProblems: Partial<Readonly<Record<BerProblem, string>>> = {
  empty: 'asn1: syntax error: BER-encoded ASN.1 data structures is empty',
  'identifier-cut': `${syntax} identifier octets: early EOF due to missing length and content octets`,
  'length-missing': `${syntax} length octets: length octets is empty`,
  'length-indefinite': `${structure} length octets: indefinite length not supported`,
  'length-octets': `${structure} length octets: length of encoded data ({octets} bytes) cannot exceed 4 bytes`,
  'length-cut': `${syntax} length octets: long form length octets with early EOF`,
  'length-above-int32': `${structure} length octets: length {length} does not fit the memory space of int32`,
  'short-length-exceeds': `${syntax} length octets: short form length octets value should be less or equal to the subsequent octets length`,
  'long-length-exceeds': `${syntax} length octets: long form length octets value should be less or equal to the subsequent octets length`,
};

function isBerProblem(text: unknown): text is BerProblem {
  return typeof text === 'string' && Object.hasOwn(berProblems, text);
}
