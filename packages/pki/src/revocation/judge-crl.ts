// What a CRL, with the delta that brings it up to date, means for one certificate at an instant (REV-22 to REV-29).

import { isEqualBytes, isNv2Error } from '@nv2/base';
import type { Certificate, CertificateExtension } from '../certificate.ts';
import { oids } from '../oids.ts';
import type { RevocationFacts } from './check-revocation.ts';
import type { CrlFacts } from './crl-facts.ts';
import {
  allReasons,
  type DistributionPoint,
  findFreshestUrls,
  findIssuingDistributionPoint,
  findScopeProblem,
} from './distribution-point.ts';
import { findStaleness, type Instant, isBefore } from './judge-ocsp.ts';
import { type Crl, isNumberAbove } from './parse-crl.ts';
import type { CrlEntry } from './scan-crl-entries.ts';

/** A base CRL and, where it says that there is one, its delta. */
export interface CrlPair {
  readonly base: Crl;
  readonly delta?: Crl | undefined;
}

export interface CrlQuestion extends Instant {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** The point at which the certificate says that this CRL is; absent where it names none and somebody has one anyway. */
  readonly point?: DistributionPoint | undefined;
}

export type CrlJudgement =
  /** `reasons`: the ones for which this is known. */
  | { readonly status: 'ok'; readonly reasons: number }
  | { readonly status: 'revoked'; readonly facts: RevocationFacts }
  | { readonly status: 'unknown'; readonly reason: string };

/** Judges a CRL. What is malformed inside is a result too: then it says nothing. */
export function judgeCrl(pair: CrlPair, question: CrlQuestion, facts: CrlFacts): CrlJudgement {
  try {
    return judge(pair, question, facts);
  } catch (error) {
    // Extensions and entries are read here, and a broken one makes the CRL worthless.
    if (isNv2Error(error)) return { status: 'unknown', reason: `the CRL is malformed: ${error.message}` };
    throw error;
  }
}

function judge({ base, delta }: CrlPair, question: CrlQuestion, facts: CrlFacts): CrlJudgement {
  const { certificate, issuer, at, point } = question;
  // A delta lists only changes: alone it would make everybody good who was revoked earlier.
  if (base.baseNumber !== undefined) return unknown('the CRL', 'it is a delta CRL, which says nothing alone');
  const scope = findIssuingDistributionPoint(base.extensions);
  const problem =
    facts.findFlaw(base, issuer) ?? findStaleness(base, at) ?? findScopeProblem(scope, certificate, point);
  if (problem !== undefined) return unknown('the CRL', problem);
  const missing = findMissingDelta(base, delta, certificate);
  if (missing !== undefined) return unknown('the CRL', missing);
  if (delta !== undefined) {
    const flaw = facts.findFlaw(delta, issuer) ?? findStaleness(delta, at) ?? findDeltaProblem(base, delta);
    if (flaw !== undefined) return unknown('the delta CRL', flaw);
  }
  const entries = [base, delta].flatMap((crl) => (crl === undefined ? [] : facts.findEntries(crl, certificate)));
  const revoking = findRevokingEntry(entries, question);
  if (revoking === undefined)
    return { status: 'ok', reasons: (scope?.reasons ?? allReasons) & (point?.reasons ?? allReasons) };
  const { revokedAt, reason } = revoking;
  return { status: 'revoked', facts: { revokedAt, ...(reason === undefined ? {} : { reason }) } };
}

// REV-27
function findMissingDelta(base: Crl, delta: Crl | undefined, { extensions }: Certificate): string | undefined {
  if (delta !== undefined) return undefined;
  if (findFreshestUrls(base.extensions).length > 0) return 'its delta CRL is missing';
  const isOnlyInCertificate = findFreshestUrls(extensions).length > 0;
  return isOnlyInCertificate ? 'only the certificate says where a delta CRL is, which is not supported' : undefined;
}

// REV-28
function findDeltaProblem(base: Crl, delta: Crl): string | undefined {
  if (delta.baseNumber === undefined) return 'it is not a delta CRL';
  if (base.number === undefined || delta.number === undefined) return 'it or its base has no CRL number';
  if (!isNumberAbove(delta.number, base.number)) return 'it is not newer than its base';
  if (isNumberAbove(delta.baseNumber, base.number)) return 'it changes a newer base than the one at hand';
  return isEqualExtension(base.extensions, delta.extensions) ? undefined : 'it covers something else than its base';
}

/** RFC 5280 section 5.2.4: base and delta have the same scope. */
function isEqualExtension(a: readonly CertificateExtension[], b: readonly CertificateExtension[]): boolean {
  const [first, second] = [a, b].map((list) => list.find(({ oid }) => oid === oids.issuingDistributionPoint)?.value);
  return first === undefined || second === undefined ? first === second : isEqualBytes(first, second);
}

/**
 * REV-26: a hold ends with a later removal, everything else is for ever. REV-25, REV-29: an entry for a time after an
 * authentic signature does not count, and the search goes on behind it.
 */
function findRevokingEntry(entries: readonly CrlEntry[], { authenticSigningTime }: Instant): CrlEntry | undefined {
  let held: CrlEntry | undefined;
  // Stable, so that at the same date the base comes before its delta.
  for (const entry of entries.toSorted((a, b) => a.revokedAt.getTime() - b.revokedAt.getTime())) {
    if (isBefore(authenticSigningTime, entry.invalidityDate)) continue;
    if (entry.reason === 'removeFromCRL') held = undefined;
    else if (entry.reason === 'certificateHold') held = entry;
    else return entry;
  }
  return held;
}

function unknown(what: string, problem: string): CrlJudgement {
  return { status: 'unknown', reason: `${what} cannot be used: ${problem}` };
}
