// CertID: how OCSP names a certificate (RFC 6960 section 4.1.1).

import {
  concatBytes,
  type DerElement,
  decodeDer,
  derTag,
  encodeDer,
  encodeDerOid,
  encodeHex,
  hashBytes,
  hashOcspIdentifier,
  isEqualBytes,
  parseDerBitOctets,
  parseDerInteger,
  parseHex,
} from '@nv2/base';
import { parseAlgorithmId } from '../algorithm-id.ts';
import type { Certificate } from '../certificate.ts';
import { maxCertificateBytes } from '../limits.ts';
import { oids } from '../oids.ts';

export interface CertId {
  /** Dotted OID. */
  readonly hash: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Content octets of the INTEGER, lower-case hexadecimal. */
  readonly serialNumber: string;
}

// What a responder may use in its answer; a request always has SHA-1, which all of them know (REV-12). Nothing hangs on
// the hash: a responder signs about whatever name it was asked for, and the issuer's key decides who is a responder.
const hashes: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  [oids.sha1, hashOcspIdentifier],
  [oids.sha256, (bytes) => hashBytes('sha256', bytes)],
  [oids.sha384, (bytes) => hashBytes('sha384', bytes)],
  [oids.sha512, (bytes) => hashBytes('sha512', bytes)],
]);

/** The CertID of a request, with SHA-1 (REV-12). */
export function encodeCertId({ serialNumber }: Certificate, issuer: Certificate): Uint8Array {
  return encodeDer(
    derTag.sequence,
    encodeDer(derTag.sequence, encodeDerOid(oids.sha1), encodeDer(derTag.null)),
    encodeDer(derTag.octetString, hashOcspIdentifier(issuer.subject.der)),
    encodeDer(derTag.octetString, hashOcspIdentifier(keyBits(issuer))),
    encodeDer(derTag.integer, parseHex(serialNumber)),
  );
}

/** @throws BaseError `DER_MALFORMED` */
export function parseCertId(element: DerElement): CertId {
  const members = element.members();
  const { oid } = parseAlgorithmId(members.read(derTag.sequence, 'a hash algorithm'));
  const issuerNameHash = members.read(derTag.octetString, 'the hash of a name').content;
  const issuerKeyHash = members.read(derTag.octetString, 'the hash of a key').content;
  const serialNumber = encodeHex(parseDerInteger(members.read(derTag.integer, 'a serial number')));
  members.readEnd('a CertID');
  return { hash: oid, issuerNameHash, issuerKeyHash, serialNumber };
}

/** OC-03, REV-14: the whole of it, since two issuers may have given the same serial number. */
export function isCertIdOf(id: CertId, certificate: Certificate, issuer: Certificate): boolean {
  if (id.serialNumber !== certificate.serialNumber) return false;
  const hash = hashes.get(id.hash);
  if (hash === undefined) return false;
  return (
    isEqualBytes(id.issuerNameHash, hash(issuer.subject.der)) && isEqualBytes(id.issuerKeyHash, hash(keyBits(issuer)))
  );
}

/** How a responder names itself by its key: the SHA-1 of the key's bits (RFC 6960 section 4.2.1). */
export function hashResponderKey(certificate: Pick<Certificate, 'spki'>): Uint8Array {
  return hashOcspIdentifier(keyBits(certificate));
}

/** A name for the question about one certificate at one server, to keep answers by. */
export function questionKey(url: string, certificate: Certificate, issuer: Certificate): Uint8Array {
  return concatBytes([encodeCertId(certificate, issuer), new TextEncoder().encode(url)]);
}

// Without the tag, the length and the count of unused bits (RFC 6960 section 4.1.1).
function keyBits({ spki }: Pick<Certificate, 'spki'>): Uint8Array {
  const members = decodeDer(spki, { maxBytes: maxCertificateBytes }).members();
  members.read(derTag.sequence, 'a key algorithm');
  return parseDerBitOctets(members.read(derTag.bitString, 'key bits'));
}
