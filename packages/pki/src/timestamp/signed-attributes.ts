// What a signer signs beside the content (RFC 5652 section 11, RFC 5816).

import { type DerElement, derTag, parseDerOid, parseDerTime } from '@nv2/base';
import { malformedToken } from './malformed.ts';
import { timestampOids } from './oids.ts';
import type { SignedAttribute } from './signer-info.ts';
import { parseSigningCertificate, type SigningCertificateId } from './signing-certificate.ts';

export interface SignedAttributes {
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  readonly signingCertificate: SigningCertificateId;
  readonly signingTime?: Date;
}

/**
 * Reads the attributes that count. An attribute that stands twice, or with several values, could be read one way by us and
 * another way by somebody else (TSA-16, OC-56).
 *
 * @throws PkiError `PKI_TIMESTAMP_INVALID`, with the broken rule in its details; BaseError `DER_MALFORMED`
 */
export function readSignedAttributes(attributes: readonly SignedAttribute[]): SignedAttributes {
  assertUnique(attributes);
  const contentType = findValue(attributes, timestampOids.contentType, 'TSA-16');
  const messageDigest = findValue(attributes, timestampOids.messageDigest, 'TSA-16');
  if (contentType?.tag !== derTag.oid) throw malformedToken('TSA-16', 'the signed attributes lack contentType');
  if (messageDigest?.tag !== derTag.octetString)
    throw malformedToken('TSA-16', 'the signed attributes lack messageDigest');
  const signingTime = findValue(attributes, timestampOids.signingTime, 'TSA-22');
  return {
    contentType: parseDerOid(contentType),
    messageDigest: messageDigest.content,
    signingCertificate: parseSigningCertificate(findSigningCertificate(attributes)),
    ...(signingTime && { signingTime: parseDerTime(signingTime) }), // TSA-22
  };
}

function assertUnique(attributes: readonly SignedAttribute[]): void {
  const seen = new Set<string>();
  for (const { oid } of attributes) {
    if (seen.has(oid)) throw malformedToken('TSA-16', `the signed attribute ${oid} stands twice`);
    seen.add(oid);
  }
}

// TSA-19: version 1 names the certificate by its SHA-1 hash, which no longer tells two certificates apart.
function findSigningCertificate(attributes: readonly SignedAttribute[]): DerElement {
  const value = findValue(attributes, timestampOids.signingCertificateV2, 'TSA-19');
  if (value !== undefined) return value;
  const hasFirst = attributes.some(({ oid }) => oid === timestampOids.signingCertificate);
  throw malformedToken(
    'TSA-19',
    hasFirst
      ? 'the signer is named by signingCertificate, whose hash is SHA-1; signingCertificateV2 is required'
      : 'the signed attributes lack signingCertificateV2',
  );
}

function findValue(attributes: readonly SignedAttribute[], wanted: string, rule: string): DerElement | undefined {
  const attribute = attributes.find(({ oid }) => oid === wanted);
  if (attribute === undefined) return undefined;
  const [value, ...more] = attribute.values;
  if (value === undefined || more.length > 0) {
    throw malformedToken(rule, `the signed attribute ${wanted} has ${attribute.values.length} values, expected one`);
  }
  return value;
}
