// CMS SignedData as far as a time-stamp token uses it (RFC 5652 section 5.1, RFC 3161 section 2.4.2). Structure only: what
// the signer said is judged in check-signer.ts, and nothing here is trusted.

import { type DerElement, type DerReader, decodeDer, derTag, parseDerOid, parseDerSmallInteger } from '@nv2/base';
import { type AlgorithmId, parseAlgorithmId } from '../algorithm-id.ts';
import { maxDigestAlgorithms, maxSigners, maxTokenBytes, maxTokenCertificates } from './limits.ts';
import { malformedToken } from './malformed.ts';
import { timestampOids } from './oids.ts';
import { parseSignerInfo, type SignerInfo } from './signer-info.ts';

export interface SignedData {
  /** The hashes that the signers use. */
  readonly digestAlgorithms: readonly AlgorithmId[];
  readonly contentType: string;
  /** What is signed: the octets of eContent. */
  readonly content: Uint8Array;
  /** DER of the certificates that travel along, in their order. Attacker-chosen. */
  readonly certificates: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
}

const contentTag = 0xa0;
const certificatesTag = 0xa0;
const crlsTag = 0xa1;
const supportedVersion = 3;

/**
 * Reads a ContentInfo that holds SignedData.
 *
 * @throws PkiError `PKI_TIMESTAMP_INVALID` for what is no SignedData or not version 3 (TSA-13); BaseError `DER_MALFORMED`
 */
export function parseSignedData(der: Uint8Array): SignedData {
  const outer = openSequence(decodeDer(der, { maxBytes: maxTokenBytes }), 'a token');
  const type = parseDerOid(outer.read(derTag.oid, 'a content type'));
  if (type !== timestampOids.signedData) throw malformedToken('TSA-13', `content of type ${type} is not SignedData`);
  const signed = only(outer.read(contentTag, 'SignedData'), derTag.sequence, 'SignedData').members();
  outer.readEnd('the token');
  return parseMembers(signed);
}

function parseMembers(members: DerReader): SignedData {
  const version = parseDerSmallInteger(members.read(derTag.integer, 'a version'));
  // OC-23: the version that RFC 5652 demands for content other than plain data.
  if (version !== supportedVersion) throw malformedToken('TSA-13', `SignedData has version ${version}, expected 3`);
  const digestAlgorithms = readList(
    members.read(derTag.set, 'digest algorithms'),
    maxDigestAlgorithms,
    'digest algorithms',
  );
  const content = parseContent(members.read(derTag.sequence, 'the content'));
  const certificates = members.findNext(certificatesTag);
  // Revocation is asked of those who answer for it, not read from what the signer brings along.
  members.findNext(crlsTag);
  const signers = readList(members.read(derTag.set, 'signers'), maxSigners, 'signers');
  members.readEnd('SignedData');
  return {
    digestAlgorithms: digestAlgorithms.map(announcedHash),
    ...content,
    certificates:
      certificates === undefined
        ? []
        : readList(certificates, maxTokenCertificates, 'certificates').map(certificateBytes),
    signers: signers.map(parseSignerInfo),
  };
}

function parseContent(element: DerElement): Pick<SignedData, 'contentType' | 'content'> {
  const members = element.members();
  const contentType = parseDerOid(members.read(derTag.oid, 'a content type'));
  const wrapper = members.findNext(contentTag);
  members.readEnd('the content');
  if (wrapper === undefined) throw malformedToken('TSA-14', 'the token does not hold what it signs');
  return { contentType, content: only(wrapper, derTag.octetString, 'the content').content };
}

function announcedHash(element: DerElement): AlgorithmId {
  if (element.tag !== derTag.sequence) throw malformedToken('TSA-18', 'an announced hash algorithm is not a SEQUENCE');
  return parseAlgorithmId(element);
}

// Attribute certificates and the obsolete forms have other tags; no chain can use them.
function certificateBytes({ tag, bytes }: DerElement): Uint8Array {
  if (tag !== derTag.sequence)
    throw malformedToken('TSA-21', 'the token holds something that is not an X.509 certificate');
  return bytes;
}

/** Members of a SET OF, bounded. @throws PkiError `PKI_TIMESTAMP_INVALID` */
export function readList(element: DerElement, maxMembers: number, what: string): readonly DerElement[] {
  const list: DerElement[] = [];
  for (const members = element.members(); !members.isAtEnd; ) {
    if (list.length >= maxMembers) throw malformedToken('TSA-15', `more than ${maxMembers} ${what}`);
    list.push(members.readAny(what));
  }
  return list;
}

function only(element: DerElement, tag: number, what: string): DerElement {
  const members = element.members();
  const member = members.read(tag, what);
  members.readEnd(what);
  return member;
}

function openSequence(element: DerElement, what: string): DerReader {
  if (element.tag !== derTag.sequence) throw malformedToken('TSA-13', `${what} is not a SEQUENCE`);
  return element.members();
}
