// TimeStampResp (RFC 3161 section 2.4.2): the authority's answer. The token in it stays as it was received (TSA-12).

import {
  type DerReader,
  decodeDer,
  derTag,
  parseDerBitString,
  parseDerSmallInteger,
  parseUtf8,
  plainText,
} from '@nv2/base';
import { type BerElement, readBerMembers, readOnlyBer, toDer } from './ber.ts';
import { maxStatusTextChars, maxStatusTexts, maxTokenBytes } from './limits.ts';
import { malformedToken } from './malformed.ts';
import { reading } from './parse-token.ts';

export type TimestampResponse =
  /** Status 0 or 1. */
  | { readonly status: 'granted'; readonly token: Uint8Array }
  | { readonly status: 'refused'; readonly refusal: TimestampRefusal };

export interface TimestampRefusal {
  /** PKIStatus, for example `rejection`, or its number. */
  readonly status: string;
  /** Names of the failInfo bits that are set, for example `badAlg`. */
  readonly failures: readonly string[];
  /** What the authority writes; foreign text, made safe to print. */
  readonly texts: readonly string[];
}

// TSA-08
const statusNames: readonly string[] = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
];

const failureNames: ReadonlyMap<number, string> = new Map([
  [0, 'badAlg'],
  [2, 'badRequest'],
  [5, 'badDataFormat'],
  [14, 'timeNotAvailable'],
  [15, 'unacceptedPolicy'],
  [16, 'unacceptedExtension'],
  [17, 'addInfoNotAvailable'],
  [25, 'systemFailure'],
]);

/** @throws PkiError `PKI_BER_INVALID`, `PKI_TIMESTAMP_INVALID` */
export function parseTimestampResponse(bytes: Uint8Array): TimestampResponse {
  const root = readOnlyBer(bytes);
  if (root.tag !== derTag.sequence) throw malformedToken('TSA-08', 'the response is not a SEQUENCE');
  const [statusInfo, token, ...more] = readBerMembers(bytes, root);
  if (statusInfo === undefined || more.length > 0) {
    throw malformedToken('TSA-08', 'the response is not a status and a token');
  }
  const { status, failures, texts } = reading(() => parseStatusInfo(toDer(slice(bytes, statusInfo))));
  if (status > 1) {
    return { status: 'refused', refusal: { status: statusNames[status] ?? `status ${status}`, failures, texts } };
  }
  if (token === undefined) throw malformedToken('TSA-08', 'the response grants a time-stamp and holds none');
  return { status: 'granted', token: slice(bytes, token) };
}

function slice(bytes: Uint8Array, { start, end }: BerElement): Uint8Array {
  return bytes.subarray(start, end);
}

interface StatusInfo extends Pick<TimestampRefusal, 'failures' | 'texts'> {
  readonly status: number;
}

function parseStatusInfo(der: Uint8Array): StatusInfo {
  const root = decodeDer(der, { maxBytes: maxTokenBytes });
  if (root.tag !== derTag.sequence) throw malformedToken('TSA-08', 'the status is not a SEQUENCE');
  const members = root.members();
  const status = parseDerSmallInteger(members.read(derTag.integer, 'a status'));
  const texts = members.findNext(derTag.sequence);
  const failInfo = members.findNext(derTag.bitString);
  members.readEnd('the status');
  return {
    status,
    texts: texts === undefined ? [] : parseTexts(texts.members()),
    failures: failInfo === undefined ? [] : failureBits(parseDerBitString(failInfo).bytes),
  };
}

function parseTexts(list: DerReader): readonly string[] {
  const texts: string[] = [];
  while (!list.isAtEnd) {
    const text = parseUtf8(list.read(derTag.utf8String, 'a text').content);
    if (texts.length < maxStatusTexts) texts.push(plainText(text, maxStatusTextChars));
  }
  return texts;
}

function failureBits(octets: Uint8Array): readonly string[] {
  const known = [...failureNames].filter(([bit]) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  if (known.length > 0) return known.map(([, name]) => name);
  return octets.some((octet) => octet !== 0) ? ['an unknown failure'] : [];
}
