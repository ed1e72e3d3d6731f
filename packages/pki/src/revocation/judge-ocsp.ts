// What a genuine OCSP answer means at an instant (REV-16 to REV-18).

import type { Certificate } from '../certificate.ts';
import { maxClockSkewMs } from '../limits.ts';
import { oids } from '../oids.ts';
import { findCertificatesOutsideValidity } from '../validity.ts';
import type { RevocationFacts } from './check-revocation.ts';
import type { OcspAnswer } from './prove-ocsp.ts';
import { findInvalidityDate } from './revocation-reason.ts';
import { ageText } from './words.ts';

export type Judgement =
  | { readonly status: 'ok' }
  | { readonly status: 'revoked'; readonly facts: RevocationFacts }
  /** `isAnswer`: the responder has answered, and says that it does not know (REV-11). */
  | { readonly status: 'unknown'; readonly reason: string; readonly isAnswer?: true };

export interface Instant {
  readonly at: Date;
  readonly authenticSigningTime?: Date | undefined;
}

export function judgeOcspAnswer({ single, delegate }: OcspAnswer, instant: Instant): Judgement {
  const problem = findStaleness(single, instant.at) ?? findDelegateOutsideValidity(delegate, instant.at);
  if (problem !== undefined) return { status: 'unknown', reason: problem };
  // REV-17
  const critical = single.extensions.find(({ isCritical, oid }) => isCritical && oid !== oids.invalidityDate);
  if (critical !== undefined)
    return { status: 'unknown', reason: `the answer has the critical extension ${critical.oid}` };
  const { status } = single;
  if (status.kind === 'revoked') {
    // REV-18: exempted is what was provably signed before the key was in other hands.
    const since = findInvalidityDate(single.extensions);
    return isBefore(instant.authenticSigningTime, since)
      ? { status: 'ok' }
      : { status: 'revoked', facts: status.facts };
  }
  if (status.kind === 'good') return { status: 'ok' };
  return { status: 'unknown', reason: 'the responder does not know this certificate', isAnswer: true };
}

/** Whether a signature was made, authentically, before a key became invalid. */
export function isBefore(signed: Date | undefined, since: Date | undefined): boolean {
  return signed !== undefined && since !== undefined && signed.getTime() < since.getTime();
}

/** Why dated data is not to be relied on at an instant: REV-16 for OCSP answers, REV-23 for CRLs. */
export function findStaleness(
  { thisUpdate, nextUpdate }: { readonly thisUpdate: Date; readonly nextUpdate?: Date | undefined },
  at: Date,
): string | undefined {
  if (nextUpdate === undefined) return 'it does not say until when it is valid';
  if (nextUpdate.getTime() < thisUpdate.getTime()) return 'it ends before it begins';
  // Written so that an invalid date, which compares as false, is outside.
  if (!(thisUpdate.getTime() <= at.getTime() + maxClockSkewMs)) {
    return `it is from the future: ${thisUpdate.toISOString()}`;
  }
  if (!(at.getTime() <= nextUpdate.getTime())) {
    return `it was valid until ${nextUpdate.toISOString()} and is ${ageText(thisUpdate, at)} old`;
  }
  return undefined;
}

function findDelegateOutsideValidity(delegate: Certificate | undefined, at: Date): string | undefined {
  if (delegate === undefined || findCertificatesOutsideValidity([delegate], at).length === 0) return undefined;
  const { notBefore, notAfter } = delegate;
  return `the certificate of the responder is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
}
