// TSTInfo (RFC 3161 section 2.4.2): what a time-stamp authority states.

import {
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  encodeHex,
  parseDerBoolean,
  parseDerInteger,
  parseDerOid,
  parseDerSmallInteger,
  parseDerTime,
} from '@nv2/base';
import { type AlgorithmId, parseAlgorithmId } from '../algorithm-id.ts';
import { maxTokenBytes, maxTstExtensions } from './limits.ts';
import { malformedToken } from './malformed.ts';
import { timestampOids } from './oids.ts';

export interface MessageImprint {
  readonly algorithm: AlgorithmId;
  readonly digest: Uint8Array;
}

export interface TstInfo {
  readonly policy: string;
  readonly imprint: MessageImprint;
  /** Content octets of the INTEGER, lower-case hexadecimal. */
  readonly serialNumber: string;
  /** To the millisecond; what is finer is cut. */
  readonly genTime: Date;
  /** In milliseconds, rounded up. */
  readonly accuracyMs: number;
  /** The first and last instant that the statement covers. */
  readonly earliest: Date;
  readonly latest: Date;
  readonly nonce?: Uint8Array;
}

const millisTag = 0x80;
const microsTag = 0x81;
const tsaTag = 0xa0;
const extensionsTag = 0xa1;
const maxFraction = 999;
const baselineAccuracyMs = 1000;
const cutMs = 1;

/** @throws PkiError `PKI_TIMESTAMP_INVALID` for another version and for extensions nobody understands; BaseError `DER_MALFORMED` */
export function parseTstInfo(content: Uint8Array): TstInfo {
  const root = decodeDer(content, { maxBytes: maxTokenBytes });
  if (root.tag !== derTag.sequence) throw malformedToken('TSA-25', 'TSTInfo is not a SEQUENCE');
  const members = root.members();
  const version = parseDerSmallInteger(members.read(derTag.integer, 'a version'));
  if (version !== 1) throw malformedToken('TSA-25', `TSTInfo has version ${version}, expected 1`);
  const policy = parseDerOid(members.read(derTag.oid, 'a policy'));
  const imprint = parseImprint(members.read(derTag.sequence, 'a message imprint').members());
  const serialNumber = encodeHex(parseDerInteger(members.read(derTag.integer, 'a serial number')));
  const time = parseGenTime(members.read(derTag.generalizedTime, 'a time'));
  const accuracyMs = chooseAccuracy(members.findNext(derTag.sequence), policy);
  const ordering = members.findNext(derTag.boolean);
  if (ordering !== undefined) parseDerBoolean(ordering);
  const nonce = members.findNext(derTag.integer);
  const name = members.findNext(tsaTag)?.members();
  name?.readAny('the name of the authority');
  name?.readEnd('the name of the authority');
  const extensions = members.findNext(extensionsTag);
  if (extensions !== undefined) checkExtensions(extensions.members());
  members.readEnd('TSTInfo');
  return { policy, imprint, serialNumber, ...range(time, accuracyMs), ...(nonce && { nonce: parseDerInteger(nonce) }) };
}

/** @throws BaseError `DER_MALFORMED` */
export function parseImprint(members: DerReader): MessageImprint {
  const algorithm = parseAlgorithmId(members.read(derTag.sequence, 'a hash algorithm'));
  const digest = members.read(derTag.octetString, 'a hash').content;
  members.readEnd('the message imprint');
  return { algorithm, digest };
}

interface GenTime {
  readonly genTime: Date;
  /** Whether digits below milliseconds were cut. */
  readonly isCut: boolean;
}

// TSA-09: in UTC; the reader takes nothing else.
function parseGenTime(element: DerElement): GenTime {
  const secondsBytes = 'YYYYMMDDHHMMSS.000Z'.length;
  return { genTime: parseDerTime(element, { allowFraction: true }), isCut: element.content.length > secondsBytes };
}

// TSA-26, OC-16: what is written counts, also when it is zero; only silence is filled by the policy's promise.
function chooseAccuracy(element: DerElement | undefined, policy: string): number {
  if (element !== undefined) return parseAccuracy(element.members());
  return policy === timestampOids.baselinePolicy ? baselineAccuracyMs : 0;
}

function parseAccuracy(members: DerReader): number {
  const seconds = members.findNext(derTag.integer);
  const millis = members.findNext(millisTag);
  const micros = members.findNext(microsTag);
  members.readEnd('the accuracy');
  const whole = seconds === undefined ? 0 : parseDerSmallInteger(seconds);
  const roundedUp = micros === undefined ? 0 : Math.min(1, parseFraction(micros, 'microseconds'));
  return whole * 1000 + (millis === undefined ? 0 : parseFraction(millis, 'milliseconds')) + roundedUp;
}

function parseFraction(element: DerElement, unit: string): number {
  const value = parseDerSmallInteger(element);
  if (value >= 1 && value <= maxFraction) return value;
  throw malformedToken('TSA-26', `the accuracy has ${value} ${unit}, expected 1 to ${maxFraction}`);
}

/** Wider rather than narrower where something was cut: the range must hold the true instant. */
function range(
  { genTime, isCut }: GenTime,
  accuracyMs: number,
): Pick<TstInfo, 'genTime' | 'accuracyMs' | 'earliest' | 'latest'> {
  const time = genTime.getTime();
  const latest = new Date(time + accuracyMs + (isCut ? cutMs : 0));
  return { genTime, accuracyMs, earliest: new Date(time - accuracyMs), latest };
}

// RFC 3161: a token with a critical extension that is not understood is invalid, and none is understood here.
function checkExtensions(list: DerReader): void {
  for (let count = 0; !list.isAtEnd; count++) {
    if (count >= maxTstExtensions) throw malformedToken('TSA-25', `more than ${maxTstExtensions} extensions`);
    const members = list.read(derTag.sequence, 'an extension').members();
    const oid = parseDerOid(members.read(derTag.oid, 'an extension type'));
    const critical = members.findNext(derTag.boolean);
    members.read(derTag.octetString, 'an extension value');
    members.readEnd('the extension');
    if (critical !== undefined && parseDerBoolean(critical)) {
      throw malformedToken('TSA-25', `TSTInfo has the critical extension ${oid}, which is not understood`);
    }
  }
}
