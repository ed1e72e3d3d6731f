// VER-10: does the envelope hold together? Chain rules, algorithm, signature and what all formats share.

import { describeError, isSignatureValid } from '@nv2/base';
import {
  type Certificate,
  type CertificateCache,
  type CertificateChain,
  checkChain,
  createCertificateCache,
  findAlgorithm,
} from '@nv2/pki';
import { payloadContentType } from './attribute-names.ts';
import type { EnvelopeContent, UnverifiedEnvelope, VerifiedEnvelope } from './envelope.ts';
import { isZeroTime } from './signing-time.ts';

export type IntegrityResult =
  | { readonly status: 'passed'; readonly envelope: VerifiedEnvelope; readonly chain: CertificateChain }
  | IntegrityFailure;

export interface IntegrityFailure {
  readonly status: 'failed';
  /** The broken rule, for example `CERT-13`. */
  readonly rule: string;
  readonly reason: string;
}

export interface CheckIntegrityOptions {
  /** Remembers parsed certificates, imported keys and proven links between verifications. */
  readonly cache?: CertificateCache;
}

/**
 * Checks everything that can be judged without a clock, a trust store or a network: VER-10.
 *
 * Validity in time is not part of it (CERT-11), nor is who the signer is; the payload stays unread (PAY-08).
 */
export function checkIntegrity(envelope: UnverifiedEnvelope, options: CheckIntegrityOptions = {}): IntegrityResult {
  const cache = options.cache ?? createCertificateCache();
  const brokenClaim = checkClaims(envelope);
  if (brokenClaim !== undefined) return brokenClaim;

  let certificates: readonly Certificate[];
  try {
    certificates = envelope.unsigned.certificateChain.map((der) => cache.parse(der));
  } catch (error) {
    // A certificate that cannot be read is a verdict about the envelope, not a failure to judge it.
    return failed('CERT-01', `chain holds an unreadable certificate: ${describeError(error)}`);
  }
  const [leaf] = certificates;
  if (leaf === undefined) return failed('ATTR-14', 'chain is empty');

  const brokenSignature = checkSignature(envelope, leaf, cache);
  if (brokenSignature !== undefined) return brokenSignature;
  const chain = checkChain(certificates, { purpose: 'code-signing', cache });
  if (chain.status === 'failed') return failed(chain.rule, `certificate ${chain.certificate + 1}: ${chain.reason}`);
  // All of VER-10 holds, which is what the brand says. The two brands exclude each other, hence the way round.
  const content: EnvelopeContent = envelope;
  return { status: 'passed', envelope: content as VerifiedEnvelope, chain: chain.chain };
}

function checkClaims({ payload, signed }: EnvelopeContent): IntegrityFailure | undefined {
  // PAY-01, PAY-10
  if (signed.contentType !== payloadContentType) return failed('PAY-01', 'content type is not supported');
  if (payload.length === 0) return failed('PAY-10', 'payload is empty');
  // ATTR-08, ATTR-07
  if (isZeroTime(signed.signingTime)) return failed('ATTR-08', 'signing time is zero');
  if (signed.expiry !== undefined && !(signed.expiry.getTime() > signed.signingTime.getTime())) {
    return failed('ATTR-07', 'expiry is not later than the signing time');
  }
  return undefined;
}

function checkSignature(
  envelope: EnvelopeContent,
  leaf: Certificate,
  cache: CertificateCache,
): IntegrityFailure | undefined {
  const algorithm = findAlgorithm(leaf.key);
  if (algorithm === undefined)
    return failed('CERT-22', 'the key of the signing certificate is of an unsupported type or size');
  // SIG-JWS-07, SIG-COSE-06: the certificate is the source of truth, not the header.
  if (algorithm.name !== envelope.algorithm) {
    return failed(
      'ALG-02',
      `algorithm is ${envelope.algorithm}, but the signing certificate asks for ${algorithm.name}`,
    );
  }
  // SIG-JWS-18, SIG-COSE-15
  if (envelope.signature.length !== algorithm.signatureBytes) {
    return failed('VER-10', `signature has ${envelope.signature.length} bytes, expected ${algorithm.signatureBytes}`);
  }
  const key = cache.publicKey(leaf);
  if (key === undefined) return failed('CERT-22', 'the key of the signing certificate cannot be used');
  // SIG-JWS-19: `scheme` fixes the hash, r‖s and a salt as long as the hash (OC-62).
  if (!isSignatureValid(algorithm.scheme, key, envelope.signedBytes, envelope.signature)) {
    return failed('VER-10', 'signature does not verify with the key of the signing certificate');
  }
  return undefined;
}

function failed(rule: string, reason: string): IntegrityFailure {
  return { status: 'failed', rule, reason };
}
