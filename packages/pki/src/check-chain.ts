// The certificate chain of an envelope or a time-stamp token (docs/spec-map.md section 6), independent of who is trusted.

import type { Branded } from '@nv2/base';
import type { Certificate } from './certificate.ts';
import { type CertificateCache, createCertificateCache } from './certificate-cache.ts';
import { type ChainPurpose, findPlaceFailure, type RuleFailure } from './certificate-rules.ts';
import { certificateSignature } from './certificate-signature.ts';
import { formatName } from './distinguished-name.ts';
import { findCriticalExtensionFailure } from './critical-extensions.ts';
import { isIssuedBy, isSelfSigned } from './issuance.ts';
import { maxChainLength } from './limits.ts';
import { findCertificatesOutsideValidity } from './validity.ts';

/** Leaf first, self-signed root last; every rule of section 6 but validity in time holds. Says nothing about trust. */
export type CertificateChain = Branded<readonly [Certificate, ...Certificate[]], 'CertificateChain'>;

export interface CheckChainOptions {
  readonly purpose: ChainPurpose;
  /** Demands that every certificate is valid at this instant, to the second (CERT-10). Without it time is not judged (CERT-11). */
  readonly at?: Date;
  /** Accepts RSA keys below 2048 bits in CA certificates (ALG-06). */
  readonly allowSmallCaKeys?: boolean;
  readonly cache?: CertificateCache;
}

export type ChainResult =
  | { readonly status: 'passed'; readonly chain: CertificateChain }
  | {
      readonly status: 'failed';
      /** The rule that is broken, for example `CERT-13`. */
      readonly rule: string;
      /** Its place in the chain; 0 is the leaf. */
      readonly certificate: number;
      readonly reason: string;
    };

/** A broken rule and the place in the chain of the certificate that breaks it. */
export type ChainFailure = RuleFailure & { readonly certificate: number };

type Failure = ChainFailure;

const smallestCaRsaBits = 2048;

/** Checks a chain, cheap rules before signatures. The first broken rule is the result. */
export function checkChain(certificates: readonly Certificate[], options: CheckChainOptions): ChainResult {
  const failure = findTimelessFailure(certificates, options) ?? findValidityFailure(certificates, options.at);
  if (failure !== undefined) return { status: 'failed', ...failure };
  // findShapeFailure refused the empty list, and all rules of the brand have just been checked.
  return { status: 'passed', chain: [...certificates] as readonly Certificate[] as CertificateChain };
}

/** Everything but validity: facts about the certificates' bytes, so a chain that passed passes again. */
function findTimelessFailure(certificates: readonly Certificate[], options: CheckChainOptions): Failure | undefined {
  const { purpose, cache = createCertificateCache(), allowSmallCaKeys } = options;
  // What is kept holds under the stricter rules, hence under the laxer ones too.
  if (cache.isKnownChain(certificates, purpose)) return undefined;
  const failure =
    findShapeFailure(certificates) ??
    findFirst(certificates, (certificate, index) => findMemberFailure(certificate, index, options)) ??
    findLinkFailure(certificates, cache);
  if (failure === undefined && allowSmallCaKeys !== true) cache.keepChain(certificates, purpose);
  return failure;
}

// CERT-01: the limit of the length is section 20's.
export function findShapeFailure(certificates: readonly Certificate[]): Failure | undefined {
  if (certificates.length === 0) return fail(0, 'CERT-01', 'the chain is empty');
  if (certificates.length > maxChainLength) {
    return fail(
      maxChainLength,
      'CERT-01',
      `the chain has ${certificates.length} certificates, more than ${maxChainLength}`,
    );
  }
  const seen = new Set<string>();
  return findFirst(certificates, ({ fingerprint }) => {
    if (seen.has(fingerprint)) return { rule: 'CERT-01', reason: 'the chain holds the same certificate twice' };
    seen.add(fingerprint);
    return undefined;
  });
}

function findMemberFailure(
  certificate: Certificate,
  index: number,
  options: CheckChainOptions,
): RuleFailure | undefined {
  return (
    findSignatureAlgorithmFailure(certificate) ??
    findPlaceFailure(certificate, { purpose: options.purpose, index }) ??
    (options.purpose === 'timestamping' ? findCriticalExtensionFailure(certificate) : undefined) ??
    (index > 0 && options.allowSmallCaKeys !== true ? findCaKeyFailure(certificate) : undefined)
  );
}

// CERT-07: the root too, although nobody needs its signature: one rule for all leaves no exception to argue about.
export function findSignatureAlgorithmFailure(certificate: Certificate): RuleFailure | undefined {
  const signature = certificateSignature(certificate);
  if (signature.kind === 'usable') return undefined;
  const found = signature.kind === 'broken' ? signature.hash : `algorithm ${certificate.signatureAlgorithm.oid}`;
  return { rule: 'CERT-07', reason: `a certificate is signed with ${found}, expected SHA-256, SHA-384 or SHA-512` };
}

export function findCaKeyFailure({ key }: Certificate): RuleFailure | undefined {
  // ALG-06
  if (key.kind !== 'rsa' || key.bits >= smallestCaRsaBits) return undefined;
  return {
    rule: 'ALG-06',
    reason: `a CA certificate has an RSA key of ${key.bits} bits, expected ${smallestCaRsaBits} or more`,
  };
}

function findLinkFailure(certificates: readonly Certificate[], cache: CertificateCache): Failure | undefined {
  return findFirst(certificates, (_, index) => findLinkFailureAt(certificates, index, cache));
}

/** Whether one certificate is issued by the next, or ends the chain as its root. */
export function findLinkFailureAt(
  certificates: readonly Certificate[],
  index: number,
  cache: CertificateCache,
): RuleFailure | undefined {
  const [certificate, parent] = [certificates[index], certificates[index + 1]];
  if (certificate === undefined) return undefined;
  const isSelf = isSelfSigned(certificate, cache);
  if (parent === undefined) {
    if (isSelf) return undefined;
    // CERT-03, CERT-04: by the signature, because a chain may well have one name throughout (OC-69).
    return {
      rule: index === 0 ? 'CERT-04' : 'CERT-03',
      reason: 'the last certificate of the chain is not self-signed',
    };
  }
  // CERT-05
  if (isSelf) return { rule: 'CERT-05', reason: 'a self-signed certificate stands before the end of the chain' };
  if (isIssuedBy(certificate, parent, cache)) return undefined;
  // CERT-02
  return { rule: 'CERT-02', reason: `${formatName(parent.subject)} did not issue the certificate before it` };
}

export function findValidityFailure(certificates: readonly Certificate[], at: Date | undefined): Failure | undefined {
  if (at === undefined) return undefined;
  // CERT-09: each on its own; a child may outlive its parent. CERT-10: certificates know only seconds.
  const second = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const [outside] = findCertificatesOutsideValidity(certificates, second);
  if (outside === undefined) return undefined;
  const { notBefore, notAfter } = outside;
  const found = Number.isNaN(at.getTime()) ? 'an invalid time' : at.toISOString();
  return fail(
    certificates.indexOf(outside),
    'CERT-10',
    `a certificate is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}, not at ${found}`,
  );
}

function findFirst(
  certificates: readonly Certificate[],
  find: (certificate: Certificate, index: number) => RuleFailure | undefined,
): Failure | undefined {
  for (const [index, certificate] of certificates.entries()) {
    const failure = find(certificate, index);
    if (failure !== undefined) return { certificate: index, ...failure };
  }
  return undefined;
}

function fail(certificate: number, rule: string, reason: string): Failure {
  return { certificate, rule, reason };
}
