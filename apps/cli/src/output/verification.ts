// A verification's outcome in words and as the published report.

import { assertNever, plainText } from '@nv2/base';
import {
  type ArtifactOutcome,
  type CheckResult,
  type SignatureOutcome,
  type SignatureRecord,
  type SignatureReport,
  toReport,
} from '@nv2/notary';
import type { CommandResult, Report } from '../command.ts';
import { type Conclusion, concludeReasons } from '../exit-codes.ts';
import { explainFailure, type NextStepFacts, nextSteps } from './next-steps.ts';
import { certificateText, countText, formatName, shellWord, timeText } from './words.ts';

export interface VerificationFacts extends NextStepFacts {
  /** What decided, for people: `policy "x", level strict`, `key wabbit-networks.key`. */
  readonly decidedBy: string;
  readonly explain: boolean;
}

/** Turns an outcome into the result of `verify`. Standard output carries the reference by digest only when accepted (R8). */
export function describeVerification(outcome: ArtifactOutcome, facts: VerificationFacts): CommandResult {
  const conclusion = concludeOutcome(outcome);
  const why = whyLines(outcome, facts.place);
  const next = nextLines(outcome, facts);
  const text = [
    `nv2: ${facts.subject}: ${verdictText(outcome, conclusion)}`,
    ...outcome.signatures.flatMap((record) => signatureLines(record, facts.explain)),
    ...summaryLines(outcome, facts),
    ...why.map((line) => `why: ${line}`),
    ...next.map((line) => `next: ${line}`),
  ];
  const isAccepted = conclusion === 'accepted' || conclusion === 'not-verified';
  return {
    conclusion,
    report: reportOf(outcome, { facts, conclusion, why, next }),
    result: isAccepted ? [facts.subject] : [],
    text,
  };
}

/** The conclusion of a whole verification. */
export function concludeOutcome(outcome: ArtifactOutcome): Conclusion {
  if (outcome.verdict === 'trusted') return 'accepted';
  if (outcome.verdict === 'not-verified') return 'not-verified';
  if (outcome.why.code !== 'all-failed') return 'no-signature';
  const enforced = outcome.why.best.outcome.failures.filter((failure) => failure.action === 'enforce');
  return concludeReasons(enforced.map((failure) => failure.facts.code));
}

const conclusionTexts: Readonly<Record<Conclusion, string>> = {
  done: 'done',
  accepted: 'trusted',
  'not-verified': 'not verified',
  'invalid-input': 'cannot be decided, the trust configuration is not usable',
  'no-signature': 'no signature found',
  tampered: 'signature does not match the content',
  'not-trusted': 'signer not trusted',
  revoked: 'revoked',
  expired: 'expired or not yet valid',
  'policy-not-met': 'policy not met',
  'unknown-status': 'status could not be established',
  unreachable: 'signature could not be fetched',
};

function verdictText(outcome: ArtifactOutcome, conclusion: Conclusion): string {
  if (outcome.verdict !== 'not-verified') return conclusionTexts[conclusion];
  return outcome.because === 'policy-level-skip'
    ? 'not verified, because the trust policy says to skip verification'
    : 'not verified, because the trust policy only audits';
}

/** One line for a signature; with `explain` also one for each of its checks. */
function signatureLines({ descriptor, outcome }: SignatureRecord, explain: boolean): readonly string[] {
  const claims = 'claims' in outcome ? outcome.claims : undefined;
  const about =
    claims === undefined
      ? ''
      : `  ${formatName(claims.mediaType)}  ${claims.chain[0].subject}  ${timeText(claims.signingTime)}`;
  const checks = explain ? outcome.checks.map((check) => `    ${checkLine(check)}`) : [];
  return [`  ${descriptor.digest}${about}: ${stateText(outcome)}`, ...checks];
}

function stateText(outcome: Exclude<SignatureOutcome, { because: 'policy-level-skip' }>): string {
  const failures = outcome.failures.map((failure) => {
    const audit = failure.action === 'log' ? ' (audit: tolerated by the policy)' : '';
    return `${failure.reason}${audit}`;
  });
  const verdict = outcome.verdict === 'not-verified' ? 'not verified' : outcome.verdict;
  return [verdict, ...failures].join('; ');
}

function checkLine(check: CheckResult): string {
  switch (check.status) {
    case 'passed':
      return `${check.check}: passed`;
    case 'skipped':
      return `${check.check}: skipped (${check.because})`;
    case 'failed':
    case 'inconclusive':
      return `${check.check}: ${check.status}${check.action === 'log' ? ', tolerated' : ''}: ${check.reason}`;
    default:
      return assertNever(check);
  }
}

function summaryLines(outcome: ArtifactOutcome, facts: VerificationFacts): readonly string[] {
  const limit = outcome.isLimitReached
    ? [`  limit: only ${countText(outcome.signatures.length, 'signature')} examined, there are more (--max-signatures)`]
    : [];
  const decided = `  decided by: ${facts.decidedBy}`;
  if (outcome.verdict !== 'trusted') return [...limit, decided];
  const { signer, claims, target } = outcome.accepted.outcome;
  const metadata = Object.entries(target.annotations ?? {});
  return [
    ...limit,
    `  signer: ${certificateText(signer.leaf)}`,
    `  anchor: ${certificateText(signer.anchor)}`,
    `  signed at: ${timeText(claims.signingTime)}${claims.scheme === 'notary.x509' ? ' (as the signer says)' : ''}`,
    ...(claims.expiry === undefined ? [] : [`  expires: ${timeText(claims.expiry)}`]),
    ...metadata.map(([key, value]) => `  metadata: ${plainText(key)}=${plainText(value, 500)}`),
    decided,
  ];
}

function whyLines(outcome: ArtifactOutcome, place: string): readonly string[] {
  if (outcome.verdict === 'not-verified') {
    return outcome.because === 'policy-level-skip'
      ? []
      : outcome.accepted.outcome.failures.map((failure) => `audit: ${failure.reason}`);
  }
  if (outcome.verdict === 'trusted') return [];
  switch (outcome.why.code) {
    case 'no-signature': {
      const others = outcome.why.others.map(({ descriptor }) => descriptor.artifactType ?? descriptor.mediaType);
      const found =
        others.length === 0
          ? `nothing in ${place} refers to this digest`
          : `what refers to this digest is not a signature: ${[...new Set(others)].join(', ')}`;
      return [found];
    }
    case 'only-foreign-formats':
      return [`there are only signatures of other formats: ${outcome.why.formats.join(', ')}`];
    case 'all-failed':
      return outcome.why.best.outcome.failures.flatMap((failure) => [failure.reason, ...explainFailure(failure.facts)]);
    default:
      return assertNever(outcome.why);
  }
}

function nextLines(outcome: ArtifactOutcome, facts: VerificationFacts): readonly string[] {
  if (outcome.verdict !== 'untrusted') return [];
  if (outcome.why.code === 'all-failed') return nextSteps(outcome.why.best.outcome.failures[0].facts, facts);
  return [`nv2 sign -k KEY ${shellWord(facts.subject)}`, `nv2 copy SIGNED-SOURCE ${shellWord(facts.place)}`];
}

interface ReportParts {
  readonly facts: VerificationFacts;
  readonly conclusion: Conclusion;
  readonly why: readonly string[];
  readonly next: readonly string[];
}

function reportOf(outcome: ArtifactOutcome, { facts, conclusion, why, next }: ReportParts): Report {
  const { subject, policy, signatures, ...rest } = toReport(outcome);
  return {
    subject: facts.subject,
    descriptor: subject,
    ...rest,
    conclusion,
    policy: { ...policy, decidedBy: facts.decidedBy },
    signatures: signatures.map(reportSignature),
    why,
    next,
  };
}

/** A signature as data. The checks have the names of the failure catalogue; freshness is not established yet. */
export function reportSignature({ checks, ...signature }: SignatureReport): Report {
  if (checks === undefined) return signature;
  const { authenticTimestamp, ...others } = checks;
  return {
    ...signature,
    checks: { ...others, ...(authenticTimestamp ? { timestamp: authenticTimestamp } : {}), freshness: notRun },
  };
}

const notRun = { status: 'skipped', because: 'policy' } as const;
