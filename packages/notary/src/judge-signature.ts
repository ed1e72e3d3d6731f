// From the bytes of one envelope to its outcome.

import type { VerifiedEnvelope } from '@nv2/envelope';
import type { CertificateChain } from '@nv2/pki';
import { type Mutable, plainText } from '@nv2/base';
import { type PolicyRun, runChecks } from './apply-policy.ts';
import { summarizeCertificate, summarizeChain } from './certificate-summary.ts';
import type { CheckContext, Knowledge } from './checks/check.ts';
import { checkEnvelopeIntegrity } from './checks/integrity.ts';
import { maxReasonChars } from './limits.ts';
import type {
  AuditedSignature,
  CheckResult,
  Failure,
  SignatureClaims,
  SkippedSignature,
  TrustedSignature,
  UntrustedSignature,
} from './outcome.ts';
import type { SubjectSession } from './session.ts';
import { toProvenTime } from './timestamp.ts';

export type JudgedSignature = TrustedSignature | UntrustedSignature | AuditedSignature;

/** Level `skip` says that signatures are not looked at (VER-02, BLOB-10). */
export function findSkipped(session: Pick<SubjectSession, 'trust'>): SkippedSignature | undefined {
  if (session.trust.level.name !== 'skip') return undefined;
  return { verdict: 'not-verified', because: 'policy-level-skip' };
}

/** Integrity first, then every check of the session in order, as far as the policy lets them run. */
export function judgeSignature(
  bytes: Uint8Array,
  mediaType: string,
  session: SubjectSession,
): JudgedSignature | Promise<JudgedSignature> {
  session.onEvent?.({ type: 'check-started', check: 'integrity' });
  const integrity = checkEnvelopeIntegrity(bytes, mediaType, session);
  if (integrity.status === 'failed') {
    const { reason, facts } = integrity.finding;
    const failure = { check: 'integrity', status: 'failed', action: 'enforce', reason, facts } as const;
    session.onEvent?.({ type: 'check-finished', result: failure });
    return refuse(failure, session);
  }
  const { trust, at, subject, userMetadata, checkRevocation, checkTimestamp, plugins, onEvent, signal } = session;
  const { envelope, chain } = integrity;
  const context: CheckContext = {
    envelope,
    chain,
    at,
    subject,
    trust,
    userMetadata,
    checkRevocation,
    checkTimestamp,
    learned: {},
    plugins,
    onEvent,
    signal,
  };
  const intact = { check: 'integrity', status: 'passed' } as const;
  onEvent?.({ type: 'check-finished', result: intact });
  const run = runChecks(session.checks, context, trust.level);
  const finish = ({ results, context: known }: PolicyRun): JudgedSignature => conclude([intact, ...results], known);
  return run instanceof Promise ? run.then(finish) : finish(run);
}

/** The outcome of a signature of which nothing but `failure` can be said. */
export function refuse(failure: Failure, session: Pick<SubjectSession, 'checks'>): UntrustedSignature {
  const rest = session.checks.map(
    ({ name }): CheckResult => ({ check: name, status: 'skipped', because: 'earlier-failure' }),
  );
  return { verdict: 'untrusted', failures: [failure], checks: [failure, ...rest] };
}

/** VER-22: trusted when no enforced check failed and the signer is somebody. */
function conclude(checks: readonly CheckResult[], context: CheckContext): JudgedSignature {
  const { envelope, chain, learned, trust } = context;
  const claims = toClaims(envelope, chain);
  const failures = checks.filter(isFailure);
  // An enforced failure ended the run, so there is at most one.
  const decisive = failures.find(({ action }) => action === 'enforce');
  if (decisive !== undefined) {
    const tolerated = failures.filter((failure) => failure !== decisive);
    return withTimestamp({ verdict: 'untrusted', failures: [decisive, ...tolerated], checks, claims }, learned);
  }
  const unauthentic = failures.find(({ check }) => check === 'authenticity');
  if (unauthentic !== undefined) {
    // VER-34: tolerated is not trusted.
    const others = failures.filter((failure) => failure !== unauthentic);
    const because = 'authenticity-not-enforced';
    const audited = { verdict: 'not-verified', because, failures: [unauthentic, ...others], checks, claims } as const;
    return withTimestamp(audited, learned);
  }
  const { anchor, target, interview } = learned;
  // openSession has made sure that both checks ran, and they pass only with these.
  if (anchor === undefined || target === undefined) throw new TypeError('a check passed without saying what it found');
  // A check of the caller's own in the place of one that asks would leave the plugin, and critical attributes with it, unheard.
  if (interview !== undefined && interview.capabilities.length > 0 && !interview.wasAsked)
    throw new TypeError('no check asked the plugin that the signature demands');
  const signer = { leaf: claims.chain[0], anchor: summarizeCertificate(anchor), trustedBy: trust.trustedBy };
  return withTimestamp({ verdict: 'trusted', signer, target, claims, envelope, failures, checks }, learned);
}

function withTimestamp(judged: JudgedSignature, { timestamp }: Knowledge): JudgedSignature {
  return timestamp === undefined ? judged : { ...judged, timestamp: toProvenTime(timestamp) };
}

function isFailure(result: CheckResult): result is Failure {
  return result.status === 'failed' || result.status === 'inconclusive';
}

function toClaims(envelope: VerifiedEnvelope, chain: CertificateChain): SignatureClaims {
  const { mediaType, signed, unsigned } = envelope;
  const { signingAgent } = unsigned;
  const claims: Mutable<SignatureClaims> = {
    mediaType,
    scheme: signed.signingScheme,
    chain: summarizeChain(chain),
    signingTime: signed.signingTime,
    hasTimestamp: unsigned.timestampSignature !== undefined,
  };
  if (signed.expiry !== undefined) claims.expiry = signed.expiry;
  // ATTR-16: free text of a stranger.
  if (signingAgent !== undefined) claims.signingAgent = plainText(signingAgent, maxReasonChars);
  return claims;
}
