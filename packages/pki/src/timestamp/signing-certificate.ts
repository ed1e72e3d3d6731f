// The attribute signingCertificateV2 (RFC 5035 section 4): which certificate the signer says is its own, by hash. Without it
// a certificate of the same name, number and key could be put in the place of the signer's.

import { type DerElement, type DerReader, derTag, encodeHex, type HashName, parseDerInteger } from '@nv2/base';
import { type AlgorithmId, hasNoParameters, parseAlgorithmId } from '../algorithm-id.ts';
import { findHash } from '../hash-algorithm.ts';
import { maxTokenCertificates } from './limits.ts';
import { malformedToken } from './malformed.ts';
import type { IssuerAndSerial } from './signer-info.ts';

/** The first ESSCertIDv2, which is the signer's (TSA-19). */
export interface SigningCertificateId {
  readonly hash: HashName;
  readonly digest: Uint8Array;
  readonly issuerSerial?: IssuerAndSerial;
}

const directoryNameTag = 0xa4;

/** @throws PkiError `PKI_TIMESTAMP_INVALID`; BaseError `DER_MALFORMED` */
export function parseSigningCertificate(element: DerElement): SigningCertificateId {
  if (element.tag !== derTag.sequence) throw malformedToken('TSA-19', 'signingCertificateV2 is not a SEQUENCE');
  const members = element.members();
  const certificates = members.read(derTag.sequence, 'certificates').members();
  members.findNext(derTag.sequence); // policies restrict nothing here
  members.readEnd('signingCertificateV2');
  if (certificates.isAtEnd) throw malformedToken('TSA-19', 'signingCertificateV2 lists no certificate');
  const first = parseCertificateId(certificates.read(derTag.sequence, 'a certificate identifier').members());
  for (let count = 1; !certificates.isAtEnd; count++) {
    if (count >= maxTokenCertificates)
      throw malformedToken('TSA-19', 'signingCertificateV2 lists too many certificates');
    parseCertificateId(certificates.read(derTag.sequence, 'a certificate identifier').members());
  }
  return first;
}

function parseCertificateId(members: DerReader): SigningCertificateId {
  const algorithm = members.findNext(derTag.sequence);
  const hash = algorithm === undefined ? 'sha256' : certificateHash(parseAlgorithmId(algorithm));
  const digest = members.read(derTag.octetString, 'a certificate hash').content;
  const issuerSerial = members.findNext(derTag.sequence);
  members.readEnd('the certificate identifier');
  return { hash, digest, ...(issuerSerial && { issuerSerial: parseIssuerSerial(issuerSerial.members()) }) };
}

function certificateHash(algorithm: AlgorithmId): HashName {
  const hash = findHash(algorithm.oid);
  if (hash === undefined || !hasNoParameters(algorithm)) {
    throw malformedToken(
      'TSA-19',
      `the signing certificate is named by hash ${algorithm.oid}, expected SHA-256, SHA-384 or SHA-512`,
    );
  }
  return hash;
}

// IssuerSerial (RFC 5035 section 5): GeneralNames, of which only a single directory name can be an issuer.
function parseIssuerSerial(members: DerReader): IssuerAndSerial {
  const names = members.read(derTag.sequence, 'issuer names').members();
  const serialNumber = encodeHex(parseDerInteger(members.read(derTag.integer, 'a serial number')));
  members.readEnd('the issuer and serial number');
  const name = names.readAny('an issuer name');
  if (name.tag !== directoryNameTag || !names.isAtEnd) {
    throw malformedToken('TSA-19', 'the issuer of the signing certificate is not a single directory name');
  }
  const wrapper = name.members();
  const issuer = wrapper.read(derTag.sequence, 'an issuer').bytes;
  wrapper.readEnd('the issuer name');
  return { issuer, serialNumber };
}
