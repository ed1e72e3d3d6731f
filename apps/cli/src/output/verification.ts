// A verification's outcome in words and as the published report.

import { plainText } from '@nv2/base';
import {
  type ArtifactOutcome,
  type ProvenTime,
  type SignatureRecord,
  type SignatureReport,
  toReport,
} from '@nv2/notary';
import type { CommandResult, Report } from '../command.ts';
import { type Conclusion, concludeReasons } from '../exit-codes.ts';
import { type NextStepFacts, nextSteps } from './next-steps.ts';
import { checkName, explainChecks } from './explain.ts';
import { explainOutcome, type WhyFacts } from './why.ts';
import { certificateText, countText, formatName, shellWord, timeText } from './words.ts';

export interface VerificationFacts extends NextStepFacts, WhyFacts {
  /** What decided, for people: `policy "x", level strict`, `key wabbit-networks.key`. */
  readonly decidedBy: string;
  readonly explain: boolean;
  /** How signatures are called that have a better name than their digest: files. */
  readonly signatureNames?: ReadonlyMap<string, string>;
}

/** A verification in pieces, for those who arrange them otherwise. */
export interface DescribedVerification {
  readonly conclusion: Conclusion;
  readonly isAccepted: boolean;
  /** What the verdict is called. */
  readonly verdict: string;
  /** A line for each signature, with those of its checks. */
  readonly signatures: readonly string[];
  /** Who signed and what decided. */
  readonly summary: readonly string[];
  readonly why: readonly string[];
  readonly next: readonly string[];
  readonly report: Report;
}

/** Turns an outcome into the result of `verify`. Standard output carries the reference by digest only when accepted (R8). */
export function describeVerification(outcome: ArtifactOutcome, facts: VerificationFacts): CommandResult {
  const { conclusion, isAccepted, verdict, signatures, summary, why, next, report } = describeOutcome(outcome, facts);
  return {
    conclusion,
    report,
    result: isAccepted ? [facts.subject] : [],
    text: [
      `nv2: ${facts.subject}: ${verdict}`,
      ...signatures,
      ...summary,
      ...why.map((line) => `why: ${line}`),
      ...next.map((line) => `next: ${line}`),
    ],
  };
}

export function describeOutcome(outcome: ArtifactOutcome, facts: VerificationFacts): DescribedVerification {
  const conclusion = concludeOutcome(outcome);
  const why = explainOutcome(outcome, facts);
  const next = nextLines(outcome, facts);
  return {
    conclusion,
    isAccepted: conclusion === 'accepted' || conclusion === 'not-verified',
    verdict: verdictText(outcome, conclusion),
    signatures: outcome.signatures.flatMap((record) => signatureLines(record, outcome, facts)),
    summary: summaryLines(outcome, facts),
    why,
    next,
    report: reportOf(outcome, { facts, conclusion, why, next }),
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
  denied: 'access was refused',
  defect: 'unexpected error',
};

function verdictText(outcome: ArtifactOutcome, conclusion: Conclusion): string {
  if (outcome.verdict !== 'not-verified') return conclusionTexts[conclusion];
  return outcome.because === 'policy-level-skip'
    ? 'not verified, because the trust policy says to skip verification'
    : 'not verified, because the trust policy only audits';
}

/** One line for a signature; with `explain` also one for each of its checks. */
function signatureLines(
  record: SignatureRecord,
  whole: ArtifactOutcome,
  { explain, signatureNames }: VerificationFacts,
): readonly string[] {
  const { descriptor, outcome } = record;
  const claims = 'claims' in outcome ? outcome.claims : undefined;
  const about =
    claims === undefined
      ? ''
      : `  ${formatName(claims.mediaType)}  ${claims.chain[0].subject}  ${timeText(claims.signingTime)}`;
  const checks = explain ? explainChecks(outcome).map((line) => `    ${line}`) : [];
  const name = signatureNames?.get(descriptor.digest) ?? descriptor.digest;
  return [`  ${name}${about}: ${stateText(record, isExplained(record, whole))}`, ...checks];
}

/** Whether `why:` says what is to say about this signature, so that its own line need not. */
function isExplained({ descriptor }: SignatureRecord, whole: ArtifactOutcome): boolean {
  if (whole.verdict === 'trusted') return false;
  if (whole.verdict === 'not-verified') return true;
  return whole.why.code === 'all-failed' && whole.why.best.descriptor.digest === descriptor.digest;
}

function stateText({ outcome }: SignatureRecord, isBrief: boolean): string {
  const failures = outcome.failures.map(({ check, status, action, reason }) => {
    const what = `${checkName(check)} ${status === 'failed' ? 'failed' : 'not established'}`;
    return `${what}${action === 'log' ? ' (tolerated by the policy)' : ''}${isBrief ? '' : `: ${reason}`}`;
  });
  const verdict = outcome.verdict === 'not-verified' ? 'not verified' : outcome.verdict;
  return [verdict, ...failures].join('; ');
}

function summaryLines(outcome: ArtifactOutcome, facts: VerificationFacts): readonly string[] {
  const limit = outcome.isLimitReached
    ? [`  limit: only ${countText(outcome.signatures.length, 'signature')} examined, there are more (--max-signatures)`]
    : [];
  const decided = `  decided by: ${facts.decidedBy}`;
  if (outcome.verdict !== 'trusted') return [...limit, decided];
  const { signer, claims, target, timestamp } = outcome.accepted.outcome;
  const metadata = Object.entries(target.annotations ?? {});
  return [
    ...limit,
    `  signer: ${certificateText(signer.leaf)}`,
    `  anchor: ${certificateText(signer.anchor)}`,
    `  signed at: ${timeText(claims.signingTime)}${claims.scheme === 'notary.x509' ? ' (as the signer says)' : ''}`,
    ...(timestamp === undefined ? [] : timestampLines(timestamp)),
    ...(claims.expiry === undefined ? [] : [`  expires: ${timeText(claims.expiry)}`]),
    ...metadata.map(([key, value]) => `  metadata: ${plainText(key)}=${plainText(value, 500)}`),
    decided,
  ];
}

function timestampLines({ earliest, latest, authority }: ProvenTime): readonly string[] {
  const range =
    earliest.getTime() === latest.getTime()
      ? timeText(latest)
      : `between ${timeText(earliest)} and ${timeText(latest)}`;
  return [`  time-stamped: ${range}, by ${certificateText(authority[0])}`];
}

function nextLines(outcome: ArtifactOutcome, facts: VerificationFacts): readonly string[] {
  if (outcome.verdict !== 'untrusted') return [];
  if (outcome.why.code === 'all-failed') return nextSteps(outcome.why.best.outcome.failures[0].facts, facts);
  // A copy comes under the tag of its source, so the place alone is the destination.
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
