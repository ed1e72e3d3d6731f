// Who may answer for an issuer, and whether this answer is theirs (OC-03, REV-14, REV-15). Nothing here depends on the time,
// so it holds for these bytes for ever; when it counts is judge-ocsp.ts.

import { decodeDer, derTag, isEqualBytes, isNv2Error } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import type { CertificateCache } from '../certificate-cache.ts';
import { certificateSignature, isCertificateSignedWith } from '../certificate-signature.ts';
import { findUnprocessedExtension } from '../critical-extensions.ts';
import { isIssuedBy } from '../issuance.ts';
import { oids } from '../oids.ts';
import { hashResponderKey, isCertIdOf } from './cert-id.ts';
import type { OcspResponse, OcspSingleResponse } from './parse-ocsp.ts';

/** A genuine answer about one certificate. */
export interface OcspAnswer {
  readonly response: OcspResponse;
  readonly single: OcspSingleResponse;
  /** Absent: the issuer itself has signed. */
  readonly delegate?: Certificate;
}

export type OcspProof =
  | { readonly status: 'passed'; readonly answer: OcspAnswer }
  | { readonly status: 'failed'; readonly reason: string };

export interface ProveOcspOptions {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly keys: CertificateCache;
  /** The one that was sent. Without it the nonce of an answer means nothing. */
  readonly nonce?: Uint8Array | undefined;
}

const smallestRsaBits = 2048;
const maxNonceBytes = 128;
const wrongSignature = 'the signature of the answer is wrong';

/** Finds what `response` says about a certificate, if the issuer or a delegate of the issuer says it. */
export function proveOcspResponse(response: OcspResponse, options: ProveOcspOptions): OcspProof {
  const { certificate, issuer, nonce } = options;
  const matching = response.responses.filter(({ id }) => isCertIdOf(id, certificate, issuer));
  // Two statements about one certificate: the one that revokes counts, else the first.
  const single = matching.find(({ status }) => status.kind === 'revoked') ?? matching[0];
  if (single === undefined) return failed('the answer is not about this certificate');
  const critical = response.extensions.find(({ isCritical, oid }) => isCritical && oid !== oids.ocspNonce);
  if (critical !== undefined) return failed(`the answer has the critical extension ${critical.oid}`);
  if (nonce !== undefined && !hasNonce(response, nonce))
    return failed('the answer does not have the nonce of the request');
  const algorithm = certificateSignature(response);
  if (algorithm.kind !== 'usable') {
    const found = algorithm.kind === 'broken' ? algorithm.hash : `algorithm ${response.signatureAlgorithm.oid}`;
    return failed(`the answer is signed with ${found}, expected SHA-256, SHA-384 or SHA-512`);
  }
  if (isNamed(response, issuer) && isSignedBy(response, issuer, options)) {
    return { status: 'passed', answer: { response, single } };
  }
  return proveDelegate(response, single, options);
}

function proveDelegate(response: OcspResponse, single: OcspSingleResponse, options: ProveOcspOptions): OcspProof {
  let reason = isNamed(response, options.issuer)
    ? wrongSignature
    : 'the answer is signed neither by the issuer nor by a responder whose certificate came along';
  for (const der of response.certificates) {
    const delegate = findCertificate(der, options.keys);
    if (delegate === undefined || !isNamed(response, delegate)) continue;
    // What the issuer itself has not signed it has not signed as its own delegate.
    if (delegate.fingerprint === options.issuer.fingerprint) continue;
    const flaw = findDelegateFlaw(delegate, options);
    if (flaw !== undefined) reason = flaw;
    else if (isSignedBy(response, delegate, options))
      return { status: 'passed', answer: { response, single, delegate } };
    else reason = wrongSignature;
  }
  return failed(reason);
}

/** RFC 6960 section 4.2.2.2: issued by the same CA, directly, and for nothing less than this. */
function findDelegateFlaw(delegate: Certificate, { issuer, keys }: ProveOcspOptions): string | undefined {
  const { extendedKeyUsage, keyUsage, key } = delegate;
  // anyExtendedKeyUsage is not enough: every certificate that has it would be a responder.
  if (extendedKeyUsage?.oids.includes(oids.ocspSigning) !== true) {
    return 'the certificate of the responder is not for OCSP signing';
  }
  if (keyUsage !== undefined && !keyUsage.usages.has('digitalSignature')) {
    return 'the key usage of the responder does not allow signatures';
  }
  if (key.kind === 'rsa' && key.bits < smallestRsaBits) return `the key of the responder has only ${key.bits} bits`;
  const unprocessed = findUnprocessedExtension(delegate, [oids.ocspNoCheck]);
  if (unprocessed !== undefined) return `the certificate of the responder has the critical extension ${unprocessed}`;
  return isIssuedBy(delegate, issuer, keys)
    ? undefined
    : 'the certificate of the responder is not from the same issuer';
}

function isNamed({ responder }: OcspResponse, certificate: Certificate): boolean {
  return responder.kind === 'name'
    ? isEqualBytes(responder.name, certificate.subject.der)
    : isEqualBytes(responder.hash, hashResponderKey(certificate));
}

function isSignedBy(response: OcspResponse, signer: Certificate, { keys }: ProveOcspOptions): boolean {
  const key = keys.publicKey(signer);
  return key !== undefined && isCertificateSignedWith(response, key);
}

function hasNonce({ extensions }: OcspResponse, wanted: Uint8Array): boolean {
  const extension = extensions.find(({ oid }) => oid === oids.ocspNonce);
  if (extension === undefined) return false;
  try {
    const { tag, content } = decodeDer(extension.value, { maxBytes: maxNonceBytes });
    return tag === derTag.octetString && isEqualBytes(content, wanted);
  } catch (error) {
    if (isNv2Error(error)) return false; // what is not an OCTET STRING is not our nonce
    throw error;
  }
}

/** A certificate that cannot be parsed cannot have signed anything that counts. */
function findCertificate(der: Uint8Array, keys: CertificateCache): Certificate | undefined {
  try {
    return keys.parse(der);
  } catch (error) {
    if (isNv2Error(error)) return undefined;
    throw error;
  }
}

function failed(reason: string): OcspProof {
  return { status: 'failed', reason };
}
