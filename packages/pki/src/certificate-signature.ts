// The signature algorithms that certificates may carry (RFC 4055, RFC 5758), and those refused by name (CERT-07).

import {
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  type HashName,
  isNv2Error,
  isSignatureValid,
  type PublicKey,
  parseDerNull,
  parseDerOid,
  parseDerSmallInteger,
  type SignatureScheme,
} from '@nv2/base';
import { type AlgorithmId, hasNoParameters } from './algorithm-id.ts';
import type { Certificate } from './certificate.ts';
import { maxCertificateBytes } from './limits.ts';
import { oids } from './oids.ts';

const schemes: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.113549.1.1.11', { kind: 'rsa-pkcs1', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa-pkcs1', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa-pkcs1', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'sha256', encoding: 'der' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'sha384', encoding: 'der' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'sha512', encoding: 'der' }],
]);

// Collisions of these hashes have been computed, so a signature over one certificate may be moved to another.
const brokenAlgorithms: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'MD2'],
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.3.14.3.2.29', 'SHA-1'],
  ['1.2.840.10045.4.1', 'SHA-1'],
  ['1.2.840.10040.4.3', 'SHA-1'],
]);

const hashes: ReadonlyMap<string, { readonly hash: HashName; readonly bytes: number }> = new Map([
  ['2.16.840.1.101.3.4.2.1', { hash: 'sha256', bytes: 32 }],
  ['2.16.840.1.101.3.4.2.2', { hash: 'sha384', bytes: 48 }],
  ['2.16.840.1.101.3.4.2.3', { hash: 'sha512', bytes: 64 }],
]);

const hashParameterTag = 0xa0;
const maskParameterTag = 0xa1;
const saltParameterTag = 0xa2;
const trailerParameterTag = 0xa3;

/** How a certificate is signed; `broken` names the hash that nobody may rely on any more. */
export type CertificateSignature =
  | { readonly kind: 'usable'; readonly scheme: SignatureScheme }
  | { readonly kind: 'broken'; readonly hash: string }
  | { readonly kind: 'unknown' };

/** Classifies the signature algorithm of a certificate. OpenSSL accepts SHA-1 and MD5, so we decide (CERT-07, OC-63). */
export function certificateSignature({
  signatureAlgorithm,
}: Pick<Certificate, 'signatureAlgorithm'>): CertificateSignature {
  return classifySignature(signatureAlgorithm);
}

/** As {@link certificateSignature}, for the algorithm of anything that is signed as certificates are. */
export function classifySignature(algorithm: AlgorithmId): CertificateSignature {
  const { oid, parameters } = algorithm;
  const hash = brokenAlgorithms.get(oid);
  if (hash !== undefined) return { kind: 'broken', hash };
  if (oid === oids.rsaPss) return pssSignature(parameters);
  const scheme = schemes.get(oid);
  // RFC 4055 wants NULL or nothing for RSA, RFC 5758 nothing for ECDSA, where NULL is a common slip without meaning.
  if (scheme === undefined || !hasNoParameters(algorithm)) return { kind: 'unknown' };
  return { kind: 'usable', scheme };
}

/** What is signed as certificates are: CRLs and OCSP answers too. */
export type SignedPart = Pick<Certificate, 'tbs' | 'signatureAlgorithm' | 'signature'>;

/** Whether `key` made the certificate's signature. False for every algorithm that is not usable. */
export function isCertificateSignedWith(certificate: SignedPart, key: PublicKey): boolean {
  const signature = certificateSignature(certificate);
  if (signature.kind !== 'usable') return false;
  const wanted = signature.scheme.kind === 'ecdsa' ? 'ec' : 'rsa';
  if (key.asymmetricKeyType !== wanted) return false;
  return isSignatureValid(signature.scheme, key, certificate.tbs, certificate.signature);
}

function pssSignature(parameters: Uint8Array | undefined): CertificateSignature {
  if (parameters === undefined) return { kind: 'broken', hash: 'SHA-1' };
  try {
    return parsePssParameters(decodeDer(parameters, { maxBytes: maxCertificateBytes }));
  } catch (error) {
    // Parameters that cannot be read select no algorithm; the certificate is then simply not signed by anyone.
    if (isNv2Error(error, 'DER_MALFORMED')) return { kind: 'unknown' };
    throw error;
  }
}

// Only one set of parameters per hash: MGF1 with the same hash, a salt as long as the hash, trailer 1 (RFC 4055 section 3.1).
// Every member defaults to SHA-1 or to what belongs to it.
function parsePssParameters(element: DerElement): CertificateSignature {
  const members = element.members();
  const hashMember = members.findNext(hashParameterTag);
  const maskMember = members.findNext(maskParameterTag);
  if (hashMember === undefined || maskMember === undefined) return { kind: 'broken', hash: 'SHA-1' };
  const hashOid = parseHashAlgorithm(onlyMember(hashMember));
  const mask = onlyMember(maskMember).members();
  const isMgf1 = parseDerOid(mask.read(derTag.oid, 'a mask function')) === oids.mgf1;
  const maskHashOid = parseHashAlgorithm(mask.read(derTag.sequence, 'the hash of the mask function'));
  mask.readEnd('the mask function');
  const saltLength = optionalNumber(members, saltParameterTag) ?? 20;
  const trailer = optionalNumber(members, trailerParameterTag) ?? 1;
  members.readEnd('the PSS parameters');
  const hash = hashes.get(hashOid);
  if (hash === undefined || !isMgf1 || maskHashOid !== hashOid || saltLength !== hash.bytes || trailer !== 1) {
    return { kind: 'unknown' };
  }
  return { kind: 'usable', scheme: { kind: 'rsa-pss', hash: hash.hash } };
}

function parseHashAlgorithm(element: DerElement): string {
  const members: DerReader = element.members();
  const oid = parseDerOid(members.read(derTag.oid, 'a hash algorithm'));
  if (!members.isAtEnd) parseDerNull(members.readAny('NULL'));
  members.readEnd('the hash algorithm');
  return oid;
}

function onlyMember(element: DerElement): DerElement {
  const members = element.members();
  const only = members.read(derTag.sequence, 'an algorithm');
  members.readEnd('an algorithm');
  return only;
}

function optionalNumber(members: DerReader, tag: number): number | undefined {
  const inner = members.findNext(tag)?.members();
  if (inner === undefined) return undefined;
  const value = parseDerSmallInteger(inner.read(derTag.integer, 'a number'));
  inner.readEnd('a number');
  return value;
}
