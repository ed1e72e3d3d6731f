// Who signed a token, and whether they did (TSA-15 to TSA-19). Nothing of what the token states is looked at before this has
// passed (TSA-29, OC-16, OC-56).

import { type HashName, hashBytes, isEqualBytes, isSignatureValid, type SignatureScheme } from '@nv2/base';
import { type AlgorithmId, hasNoParameters } from '../algorithm-id.ts';
import type { Certificate } from '../certificate.ts';
import type { CertificateCache } from '../certificate-cache.ts';
import { classifySignature } from '../certificate-signature.ts';
import { findHash } from '../hash-algorithm.ts';
import { oids } from '../oids.ts';
import { malformedToken } from './malformed.ts';
import { readSignedAttributes, type SignedAttributes } from './signed-attributes.ts';
import type { SignedData } from './signed-data.ts';
import type { IssuerAndSerial, SignerInfo } from './signer-info.ts';

/** The token's signature is good under the key of `certificate`, which the signer named by its hash. Nobody vouches for it yet. */
export interface TokenSigner {
  readonly certificate: Certificate;
  /** What the signer says about when it signed; not the time of the time-stamp. */
  readonly signingTime?: Date;
}

const supportedVersion = 1;

/**
 * Finds the signer among the certificates of the token and verifies what they signed.
 *
 * @throws PkiError `PKI_TIMESTAMP_INVALID` with the broken rule in its details; BaseError `DER_MALFORMED`
 */
export function openSigner(
  signed: SignedData,
  certificates: readonly Certificate[],
  cache: CertificateCache,
): TokenSigner {
  const info = onlySigner(signed.signers);
  const hash = digestHash(signed, info.digestAlgorithm);
  if (info.signedBytes === undefined) throw malformedToken('TSA-16', 'the signer signed no attributes');
  const attributes = readSignedAttributes(info.attributes);
  const certificate = signingCertificate(info, attributes, certificates);
  const scheme = signatureScheme(info.signatureAlgorithm, hash);
  if (!isSignedWith(scheme, certificate, { data: info.signedBytes, signature: info.signature }, cache)) {
    throw malformedToken('TSA-17', 'the signature of the token does not verify');
  }
  checkContent(signed, attributes, hash);
  const { signingTime } = attributes;
  return { certificate, ...(signingTime && { signingTime }) };
}

// TSA-15, OC-16: RFC 3161 wants the authority's signature alone; a second one would be anybody's.
function onlySigner(signers: readonly SignerInfo[]): SignerInfo & { readonly signer: IssuerAndSerial } {
  const [info, ...others] = signers;
  if (info === undefined) throw malformedToken('TSA-15', 'the token has no signer');
  if (others.length > 0) throw malformedToken('TSA-15', `the token has ${signers.length} signers, expected one`);
  const { version, signer } = info;
  if (signer === undefined || version !== supportedVersion) {
    throw malformedToken('TSA-15', `the SignerInfo has version ${version}, expected 1 with issuer and serial number`);
  }
  return { ...info, signer };
}

// TSA-18; RFC 5652 section 5.1: the hash is announced before the content, so that a reader can compute it in passing.
function digestHash({ digestAlgorithms }: SignedData, algorithm: AlgorithmId): HashName {
  const hash = hasNoParameters(algorithm) ? findHash(algorithm.oid) : undefined;
  if (hash === undefined) {
    throw malformedToken('TSA-18', `the token is hashed with ${algorithm.oid}, expected SHA-256, SHA-384 or SHA-512`);
  }
  const isAnnounced = digestAlgorithms.some((known) => known.oid === algorithm.oid && hasNoParameters(known));
  if (!isAnnounced) throw malformedToken('TSA-18', 'the token does not announce the hash that its signer uses');
  return hash;
}

// TSA-19: the attribute is signed, so it decides; the SignerInfo, which is not, must not say otherwise.
function signingCertificate(
  { signer }: { readonly signer: IssuerAndSerial },
  { signingCertificate: { hash, digest, issuerSerial = signer } }: SignedAttributes,
  certificates: readonly Certificate[],
): Certificate {
  if (!isSameCertificate(signer, issuerSerial)) {
    throw malformedToken('TSA-19', 'the SignerInfo and signingCertificateV2 name different certificates');
  }
  const named = certificates.find(({ issuer, serialNumber }) =>
    isSameCertificate({ issuer: issuer.der, serialNumber }, issuerSerial),
  );
  // TSA-10
  if (named === undefined) throw malformedToken('TSA-10', 'the certificate of the signer is not in the token');
  if (isEqualBytes(hashBytes(hash, named.der), digest)) return named;
  throw malformedToken('TSA-19', 'signingCertificateV2 has the hash of another certificate');
}

function isSameCertificate(a: IssuerAndSerial, b: IssuerAndSerial): boolean {
  return a.serialNumber === b.serialNumber && isEqualBytes(a.issuer, b.issuer);
}

// TSA-18: of the names in use, one names the key alone and takes the hash of the SignerInfo.
function signatureScheme(algorithm: AlgorithmId, hash: HashName): SignatureScheme {
  if (algorithm.oid === oids.rsaEncryption && hasNoParameters(algorithm)) return { kind: 'rsa-pkcs1', hash };
  const found = classifySignature(algorithm);
  if (found.kind === 'usable' && (found.scheme.kind !== 'rsa-pss' || found.scheme.hash === hash)) return found.scheme;
  const what = found.kind === 'broken' ? found.hash : `algorithm ${algorithm.oid}`;
  throw malformedToken(
    'TSA-18',
    `the token is signed with ${what}, expected RSA or ECDSA with SHA-256, SHA-384 or SHA-512`,
  );
}

function isSignedWith(
  scheme: SignatureScheme,
  certificate: Certificate,
  { data, signature }: { readonly data: Uint8Array; readonly signature: Uint8Array },
  cache: CertificateCache,
): boolean {
  const key = cache.publicKey(certificate);
  const wanted = scheme.kind === 'ecdsa' ? 'ec' : 'rsa';
  return key?.asymmetricKeyType === wanted && isSignatureValid(scheme, key, data, signature);
}

// TSA-16: the attributes are what is signed; through them the content is.
function checkContent(signed: SignedData, { contentType, messageDigest }: SignedAttributes, hash: HashName): void {
  if (contentType !== signed.contentType) {
    throw malformedToken(
      'TSA-16',
      `the signed content type is ${contentType}, that of the content ${signed.contentType}`,
    );
  }
  if (!isEqualBytes(messageDigest, hashBytes(hash, signed.content))) {
    throw malformedToken('TSA-16', 'the signed hash is not that of the content');
  }
}
