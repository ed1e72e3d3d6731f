// What verifying an index said: about the image for one platform, or about everything in it.

import { assertNever } from '@nv2/base';
import { type ArtifactOutcome, type MembersOutcome, type PlatformOutcome, toReport } from '@nv2/notary';
import { type Descriptor, type Digest, formatPlatform, type Platform } from '@nv2/oci';
import type { CommandResult } from '../command.ts';
import { type Conclusion, exitCodeOf } from '../exit-codes.ts';
import { type DescribedVerification, describeOutcome, type VerificationFacts } from './verification.ts';
import { countText, shellWord } from './words.ts';

/** Facts that are the same for everything in one place. */
export interface IndexFacts extends Omit<VerificationFacts, 'subject'> {
  readonly nameOf: (digest: Digest) => string;
}

/** Standard output: the image for the platform by digest, when it is accepted, by whichever signature. */
export function describePlatform(outcome: PlatformOutcome, platform: Platform, facts: IndexFacts): CommandResult {
  const { image, decisive, tried } = outcome;
  const { mediaType, digest, size } = image;
  const { nameOf } = facts;
  const [subject, signed] = [nameOf(digest), nameOf(decisive.subject.digest)];
  const decidedBy = decisive.subject.digest === digest ? 'image' : 'index';
  const described = describeOutcome(decisive, { ...facts, subject: signed });
  const others = described.isAccepted ? [] : tried.filter((one) => one !== decisive);
  const why = [
    ...described.why,
    ...others.map((one) => `${roleOf(one, digest)}, ${nameOf(one.subject.digest)}: ${stateOf(one)}`),
  ];
  const name = formatPlatform(platform);
  const reportOfTrial = (one: ArtifactOutcome): Readonly<Record<string, string>> => {
    return { subject: nameOf(one.subject.digest), verdict: one.verdict, code: toReport(one).code };
  };
  return {
    conclusion: described.conclusion,
    report: {
      ...described.report,
      subject,
      descriptor: { mediaType, digest, size },
      platform: { name, decidedBy, signed, tried: tried.map(reportOfTrial) },
      why,
    },
    result: described.isAccepted ? [subject] : [],
    text: [
      `nv2: ${subject}: ${described.verdict}`,
      `  platform: ${name}`,
      `  looked at: ${decidedBy === 'image' ? 'signatures of the image itself' : `signatures of the index that contains it, ${signed}`}`,
      ...described.signatures,
      ...described.summary,
      ...why.map((line) => `why: ${line}`),
      ...described.next.map((line) => `next: ${line}`),
    ],
  };
}

function roleOf(outcome: ArtifactOutcome, image: Digest): string {
  return outcome.subject.digest === image ? 'the image itself' : 'the index that contains it';
}

function stateOf(outcome: ArtifactOutcome): string {
  if (outcome.verdict !== 'untrusted') return outcome.verdict;
  switch (outcome.why.code) {
    case 'no-signature':
      return 'no signature';
    case 'only-foreign-formats':
      return 'only signatures of other formats';
    case 'all-failed':
      return outcome.why.best.outcome.failures[0].reason;
    default:
      return assertNever(outcome.why);
  }
}

interface Part {
  readonly name: string;
  readonly platform: Platform | undefined;
  readonly described: DescribedVerification;
}

/** Standard output: the index by digest, when it and everything in it is accepted. */
export function describeMembers(outcome: MembersOutcome, facts: IndexFacts): CommandResult {
  const { root, members, attestations } = outcome;
  const whole = describePart(root.subject, root, facts);
  const inside = members.map(({ member, outcome: own }) => describePart(member.descriptor, own, facts));
  const parts = [whole, ...inside];
  const failed = parts.filter(({ described }) => !described.isAccepted);
  const conclusion = parts.map(({ described }) => described.conclusion).reduce(worse);
  const why = [...new Set(failed.flatMap(({ described }) => described.why))];
  const next = nextLines(failed, whole.name);
  return {
    conclusion,
    report: {
      ...whole.described.report,
      conclusion,
      members: inside.map(({ described, platform }) => ({
        ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
        ...described.report,
      })),
      attestations: attestations.map(({ descriptor }) => descriptor.digest),
      why,
      next,
    },
    result: failed.length === 0 ? [whole.name] : [],
    text: [
      `nv2: ${whole.name}: ${verdictOf(conclusion, failed.length, parts.length)}`,
      ...parts.flatMap((part) => partLines(part, facts.explain)),
      ...(attestations.length === 0
        ? []
        : [`  signed as part of the index: ${countText(attestations.length, 'attestation')}`]),
      `  decided by: ${facts.decidedBy}`,
      ...why.map((line) => `why: ${line}`),
      ...next.map((line) => `next: ${line}`),
    ],
  };
}

function describePart(descriptor: Descriptor, outcome: ArtifactOutcome, facts: IndexFacts): Part {
  const name = facts.nameOf(descriptor.digest);
  return { name, platform: descriptor.platform, described: describeOutcome(outcome, { ...facts, subject: name }) };
}

function verdictOf(conclusion: Conclusion, failed: number, total: number): string {
  if (failed > 0) return `${failed} of ${countText(total, 'manifest')} not accepted`;
  if (conclusion === 'accepted') {
    if (total === 1) return 'trusted; there is nothing inside';
    return `trusted, and so is ${total === 2 ? 'the one manifest' : `each of the ${total - 1} manifests`} inside`;
  }
  return 'not verified, at least in part, because of the trust policy';
}

/** What is accepted takes one line, unless every check is to be shown. */
function partLines({ name, platform, described }: Part, explain: boolean): readonly string[] {
  const about = platform === undefined ? '' : ` (${formatPlatform(platform)})`;
  const isBrief = described.isAccepted && !explain;
  return [
    `  ${name}${about}: ${described.verdict}`,
    ...(isBrief ? [] : described.signatures.map((line) => `  ${line}`)),
  ];
}

/** Where signatures are missing, one command makes them all. */
function nextLines(failed: readonly Part[], root: string): readonly string[] {
  const isUnsigned = failed.some(({ described }) => described.conclusion === 'no-signature');
  if (isUnsigned) return [`nv2 sign -k KEY --recursive --if-missing ${shellWord(root)}`];
  return [...new Set(failed.flatMap(({ described }) => described.next))];
}

/** Accepted is best, not verified next; then by exit code. */
function worse(one: Conclusion, other: Conclusion): Conclusion {
  return severityOf(other) > severityOf(one) ? other : one;
}

function severityOf(conclusion: Conclusion): number {
  return conclusion === 'not-verified' ? 0.5 : exitCodeOf(conclusion);
}
