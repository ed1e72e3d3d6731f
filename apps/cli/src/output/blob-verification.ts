// What verifying files said: each by itself, and the whole.

import type { CommandResult, Report } from '../command.ts';
import { type Conclusion, concludeErrors, exitCodeOf } from '../exit-codes.ts';
import { reportFailure } from '../report-failure.ts';
import type { TrustChoice } from '../trust-choice.ts';
import type { BlobFileOutcome } from '../verify-blob-file.ts';
import { type DescribedVerification, describeOutcome } from './verification.ts';
import { countText, shellWord } from './words.ts';

export type BlobVerificationResult = { readonly file: string } & (
  | BlobFileOutcome
  | { readonly status: 'failed'; readonly error: unknown }
);

export interface BlobVerificationFacts extends TrustChoice {
  readonly policyName?: string;
  readonly explain: boolean;
}

interface Described {
  readonly file: string;
  readonly conclusion: Conclusion;
  readonly isAccepted: boolean;
  readonly verdict: string;
  /** A line for each signature. */
  readonly signatures: readonly string[];
  readonly summary: readonly string[];
  readonly why: readonly string[];
  readonly next: readonly string[];
  readonly report: Report;
}

/** Standard output: each accepted file as it was named. */
export function describeBlobVerification(
  results: readonly BlobVerificationResult[],
  facts: BlobVerificationFacts,
): CommandResult {
  const all = results.map((result) => describeOne(result, facts));
  const accepted = all.filter(({ isAccepted }) => isAccepted);
  const conclusion = all.map((one) => one.conclusion).reduce(worse);
  const next = [...new Set(all.flatMap((one) => one.next))].slice(0, 4);
  return {
    conclusion,
    report: {
      conclusion,
      accepted: accepted.length,
      refused: all.length - accepted.length,
      files: all.map(({ report }) => report),
    },
    result: accepted.map(({ file }) => file),
    text: [
      ...(all.length === 1 ? all.flatMap(linesOfOne) : linesOfMany(all, facts)),
      ...next.map((line) => `next: ${line}`),
    ],
  };
}

function linesOfOne({ file, verdict, signatures, summary, why }: Described): readonly string[] {
  return [`nv2: ${nameOf(file)}: ${verdict}`, ...signatures, ...summary, ...why.map((line) => `why: ${line}`)];
}

function linesOfMany(all: readonly Described[], { decidedBy }: BlobVerificationFacts): readonly string[] {
  const refused = all.filter(({ isAccepted }) => !isAccepted);
  const isTrusted = all.every(({ conclusion }) => conclusion === 'accepted');
  const head =
    refused.length > 0
      ? `${refused.length} of ${countText(all.length, 'file')} not accepted`
      : `${countText(all.length, 'file')}: ${isTrusted ? 'trusted' : 'accepted, and not all of them verified'}`;
  return [
    `nv2: ${head}`,
    ...all.flatMap(({ file, verdict, signatures, why }) => [
      `  ${file}: ${verdict}`,
      ...signatures.map((line) => `  ${line}`),
      ...why.map((line) => `    why: ${line}`),
    ]),
    `  decided by: ${decidedBy}`,
  ];
}

function describeOne(result: BlobVerificationResult, facts: BlobVerificationFacts): Described {
  switch (result.status) {
    case 'judged':
      return describeJudged(result, facts);
    case 'no-signature':
      return describeUnsigned(result);
    default:
      return describeFailed(result.file, result.error);
  }
}

function describeJudged(
  { file, outcome, descriptor, names, signature }: Extract<BlobVerificationResult, { status: 'judged' }>,
  { trust, decidedBy, policyName, explain }: BlobVerificationFacts,
): Described {
  const described: DescribedVerification = describeOutcome(outcome, {
    subject: file,
    place: file,
    listedBy: 'signature files',
    scope: policyName === undefined ? 'blobs without a name, since none is global' : `the name ${policyName}`,
    trustKind: trust.kind,
    decidedBy,
    explain,
    signatureNames: names,
    blob: { signature, ...(policyName === undefined ? {} : { policyName }) },
  });
  const { descriptor: _, subject: _subject, signatures = [], signature: _signature, ...report } = described.report;
  return {
    file,
    ...described,
    report: {
      file,
      status: 'judged',
      signature,
      ...(descriptor === undefined ? {} : { descriptor: contentOf(descriptor) }),
      ...report,
      signatures,
    },
  };
}

function contentOf({
  mediaType,
  digest,
  size,
}: NonNullable<Extract<BlobFileOutcome, { status: 'judged' }>['descriptor']>): Report {
  return { mediaType, digest, size };
}

function describeUnsigned({
  file,
  lookedAt,
}: {
  readonly file: string;
  readonly lookedAt: readonly string[];
}): Described {
  const why = [`there is neither ${lookedAt.join(' nor ')}`];
  const next = [`nv2 blob verify -s SIGNATURE ${shellWord(file)}`, `nv2 blob sign -k KEY ${shellWord(file)}`];
  return {
    file,
    conclusion: 'no-signature',
    isAccepted: false,
    verdict: 'no signature found',
    signatures: [],
    summary: [],
    why,
    next,
    report: { file, status: 'no-signature', conclusion: 'no-signature', why, next },
  };
}

function describeFailed(file: string, error: unknown): Described {
  const failure = reportFailure(error, 'blob verify');
  const conclusion = concludeErrors([error]);
  return {
    file,
    conclusion,
    isAccepted: false,
    verdict: `could not be verified: ${failure.message}`,
    signatures: [],
    summary: [],
    why: [],
    next: failure.next === undefined ? [] : [failure.next],
    report: { file, status: 'failed', conclusion, error: failure },
  };
}

/** Accepted is best, not verified next; then by exit code. */
function worse(one: Conclusion, other: Conclusion): Conclusion {
  const severityOf = (conclusion: Conclusion): number => (conclusion === 'not-verified' ? 0.5 : exitCodeOf(conclusion));
  return severityOf(other) > severityOf(one) ? other : one;
}

/** For people. */
function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
