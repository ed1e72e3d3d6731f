// Reads an OCSP response (RFC 6960 section 4.2.1), strictly and once. Says nothing about who signed it.

import {
  BaseError,
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  isNv2Error,
  parseDerBitOctets,
  parseDerOid,
  parseDerSmallInteger,
  parseDerTime,
} from '@nv2/base';
import { type AlgorithmId, parseAlgorithmId } from '../algorithm-id.ts';
import type { CertificateExtension } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { maxOcspResponseBytes } from '../limits.ts';
import { oids } from '../oids.ts';
import { parseWrappedExtensions } from '../parse-extensions.ts';
import { type CertId, parseCertId } from './cert-id.ts';
import type { RevocationFacts } from './check-revocation.ts';
import { findReason } from './revocation-reason.ts';

export type OcspStatus =
  | { readonly kind: 'good' | 'unknown' }
  | { readonly kind: 'revoked'; readonly facts: RevocationFacts };

export interface OcspSingleResponse {
  readonly id: CertId;
  readonly status: OcspStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly extensions: readonly CertificateExtension[];
}

export interface OcspResponse {
  /** The signed part, as found. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmId;
  readonly signature: Uint8Array;
  /** Who says it has signed: the DER of a name, or the hash of a key. */
  readonly responder:
    | { readonly kind: 'name'; readonly name: Uint8Array }
    | { readonly kind: 'key'; readonly hash: Uint8Array };
  readonly producedAt: Date;
  readonly responses: readonly OcspSingleResponse[];
  readonly extensions: readonly CertificateExtension[];
  /** DER of the certificates that came along, none of them parsed. */
  readonly certificates: readonly Uint8Array[];
}

const enumeratedTag = 0x0a;
const explicit = [0xa0, 0xa1, 0xa2] as const;

const statuses: ReadonlyMap<number, string> = new Map([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

/**
 * Parses one OCSPResponse with a basic response inside.
 *
 * @throws PkiError `PKI_OCSP_INVALID`; `PKI_OCSP_UNSUCCESSFUL` when the responder says that it has no answer (REV-14)
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  try {
    return parseOuter(new Uint8Array(der));
  } catch (cause) {
    if (!isNv2Error(cause) || cause instanceof PkiError) throw cause;
    throw new PkiError('PKI_OCSP_INVALID', `${der.length} bytes are not a valid OCSP response`, { cause });
  }
}

function parseOuter(der: Uint8Array): OcspResponse {
  const outer = openSequence(der, 'an OCSP response');
  const status = outer.read(enumeratedTag, 'a response status').content;
  if (status.length !== 1) throw malformed('the response status is not one octet');
  if (status[0] !== 0) {
    const name = statuses.get(status[0] ?? -1) ?? `status ${status[0]}`;
    throw new PkiError('PKI_OCSP_UNSUCCESSFUL', `the responder answered ${name}`, { details: { status: name } });
  }
  const wrapper = outer.read(explicit[0], 'the response').members();
  outer.readEnd('the OCSP response');
  const response = wrapper.read(derTag.sequence, 'the response').members();
  wrapper.readEnd('the response');
  const type = parseDerOid(response.read(derTag.oid, 'a response type'));
  if (type !== oids.ocspBasic) throw malformed(`a response of type ${type}, expected a basic one`);
  const basic = response.read(derTag.octetString, 'a basic response').content;
  response.readEnd('the response');
  return parseBasic(openSequence(basic, 'a basic response'));
}

function parseBasic(basic: DerReader): OcspResponse {
  const tbs = basic.read(derTag.sequence, 'the signed part');
  const signatureAlgorithm = parseAlgorithmId(basic.read(derTag.sequence, 'a signature algorithm'));
  const signature = parseDerBitOctets(basic.read(derTag.bitString, 'a signature'));
  const certificates = basic.findNext(explicit[0]);
  basic.readEnd('the basic response');
  return {
    tbs: tbs.bytes,
    signatureAlgorithm,
    signature,
    certificates: certificates === undefined ? [] : parseCertificateList(certificates),
    ...parseData(tbs.members()),
  };
}

function parseCertificateList(element: DerElement): readonly Uint8Array[] {
  const wrapper = element.members();
  const list = wrapper.read(derTag.sequence, 'the certificates').members();
  wrapper.readEnd('the certificates');
  const found: Uint8Array[] = [];
  // As many as fit into maxOcspResponseBytes.
  while (!list.isAtEnd) found.push(list.read(derTag.sequence, 'a certificate').bytes);
  return found;
}

type ResponseData = Pick<OcspResponse, 'responder' | 'producedAt' | 'responses' | 'extensions'>;

function parseData(data: DerReader): ResponseData {
  const version = data.findNext(explicit[0]);
  if (version !== undefined) assertVersion1(version);
  const responder = parseResponder(data.readAny('a responder'));
  const producedAt = generalizedTime(data, 'producedAt');
  const list = data.read(derTag.sequence, 'the responses').members();
  const responses: OcspSingleResponse[] = [];
  while (!list.isAtEnd) responses.push(parseSingle(list.read(derTag.sequence, 'a response').members()));
  const extensions = data.findNext(explicit[1]);
  data.readEnd('the signed part');
  return {
    responder,
    producedAt,
    responses,
    extensions: extensions === undefined ? [] : parseWrappedExtensions(extensions),
  };
}

// Written out although it is the default by some responders.
function assertVersion1(element: DerElement): void {
  const members = element.members();
  const version = parseDerSmallInteger(members.read(derTag.integer, 'a version'));
  members.readEnd('the version');
  if (version !== 0) throw malformed(`a response of version ${version + 1}`);
}

function parseResponder(element: DerElement): OcspResponse['responder'] {
  const members = element.members();
  if (element.tag === explicit[1]) {
    const name = members.read(derTag.sequence, 'the name of a responder').bytes;
    members.readEnd('a responder');
    return { kind: 'name', name };
  }
  if (element.tag !== explicit[2]) throw malformed('a responder is named neither by name nor by key');
  const hash = members.read(derTag.octetString, 'the key hash of a responder').content;
  members.readEnd('a responder');
  return { kind: 'key', hash };
}

function parseSingle(single: DerReader): OcspSingleResponse {
  const id = parseCertId(single.read(derTag.sequence, 'a CertID'));
  const status = parseStatus(single.readAny('a certificate status'));
  const thisUpdate = generalizedTime(single, 'thisUpdate');
  const next = single.findNext(explicit[0]);
  const extensions = single.findNext(explicit[1]);
  single.readEnd('a response');
  return {
    id,
    status,
    thisUpdate,
    ...(next === undefined ? {} : { nextUpdate: onlyTime(next) }),
    extensions: extensions === undefined ? [] : parseWrappedExtensions(extensions),
  };
}

function parseStatus(element: DerElement): OcspStatus {
  switch (element.tag) {
    case 0x80:
    case 0x82:
      if (element.content.length !== 0) throw malformed('a certificate status is not NULL');
      return { kind: element.tag === 0x80 ? 'good' : 'unknown' };
    case 0xa1: {
      const members = element.members();
      const revokedAt = generalizedTime(members, 'a revocation time');
      const wrapper = members.findNext(explicit[0])?.members();
      members.readEnd('the facts of a revocation');
      const reason = wrapper === undefined ? undefined : findReason(wrapper.readAny('a reason'));
      wrapper?.readEnd('a reason');
      return { kind: 'revoked', facts: { revokedAt, ...(reason === undefined ? {} : { reason }) } };
    }
    default:
      throw malformed('a certificate status is neither good nor revoked nor unknown');
  }
}

function onlyTime(element: DerElement): Date {
  const members = element.members();
  const time = generalizedTime(members, 'nextUpdate');
  members.readEnd('nextUpdate');
  return time;
}

function generalizedTime(members: DerReader, what: string): Date {
  return parseDerTime(members.read(derTag.generalizedTime, what));
}

function openSequence(der: Uint8Array, what: string): DerReader {
  const element = decodeDer(der, { maxBytes: maxOcspResponseBytes });
  if (element.tag !== derTag.sequence) throw malformed(`${what} is not a SEQUENCE`);
  return element.members();
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
