// Why an artifact was not accepted: what a person must learn, each fact once. The line of a signature says which check
// failed; here is what was expected and what was found.

import { assertNever, plainText } from '@nv2/base';
import type { ArtifactOutcome, CertificateSummary, Failure, OtherReferrer } from '@nv2/notary';
import { whyLines } from './revocation-lines.ts';
import { certificateText, timeText } from './words.ts';

export interface WhyFacts {
  /** Where the artifact is, without tag and digest. */
  readonly place: string;
  /** How referrers are found there: `referrers API and tag schema`. */
  readonly listedBy: string;
  /** What a policy statement for it would name. */
  readonly scope: string;
  /** What trust was built on. */
  readonly trustKind: 'policy' | 'key' | 'certificates' | 'none';
}

export function explainOutcome(outcome: ArtifactOutcome, facts: WhyFacts): readonly string[] {
  if (outcome.verdict === 'trusted') return [];
  if (outcome.verdict === 'not-verified') {
    if (outcome.because === 'policy-level-skip') return [];
    return outcome.accepted.outcome.failures.flatMap((failure) => tolerated(failure, facts));
  }
  switch (outcome.why.code) {
    case 'no-signature':
      return [explainAbsence(outcome.why.others, facts)];
    case 'only-foreign-formats':
      return [`there are only signatures of other formats: ${outcome.why.formats.join(', ')}`];
    case 'all-failed': {
      const [decisive, ...others] = outcome.why.best.outcome.failures;
      return [...explainFailure(decisive, facts), ...others.flatMap((failure) => tolerated(failure, facts))];
    }
    default:
      return assertNever(outcome.why);
  }
}

function explainAbsence(others: readonly OtherReferrer[], { place, listedBy }: WhyFacts): string {
  const where = `${place} (${listedBy})`;
  if (others.length === 0) return `nothing in ${where} refers to this digest`;
  const found = others.map(({ descriptor }) => {
    return `${plainText(descriptor.artifactType ?? descriptor.mediaType)} ${descriptor.digest}`;
  });
  return `what refers to this digest in ${where} is not a signature: ${found.join(', ')}`;
}

/** What the policy only logs: one line, marked. */
function tolerated(failure: Failure, facts: WhyFacts): readonly string[] {
  return [`audit: ${explainFailure(failure, facts).join('; ')}`];
}

function explainFailure(
  { reason, facts, certificates = [] }: Failure,
  { scope, trustKind }: WhyFacts,
): readonly string[] {
  switch (facts.code) {
    case 'no-policy':
      return ['there is no trust policy, so nobody is trusted yet', ...signerLines(facts), compareFirst];
    case 'no-statement':
      return [`no statement of the trust policy covers ${scope}`, ...signerLines(facts), compareFirst];
    case 'signer-unknown':
      return [unknownSigner(facts.stores, trustKind), ...signerLines(facts)];
    case 'identity-mismatch':
      return [
        `identity found: ${plainText(facts.found, 600)}`,
        ...facts.wanted.map((wanted) => `identity wanted: ${plainText(wanted, 600)}`),
      ];
    case 'expired':
      return [`the signature expired at ${timeText(facts.expiry)}; the local clock says ${timeText(facts.at)}`];
    case 'not-yet-valid':
    case 'certificate-expired':
      return [
        `${certificateText(facts.certificate)} is valid from ${timeText(facts.certificate.notBefore)} to ${timeText(facts.certificate.notAfter)}`,
        `judged at ${timeText(facts.at)}`,
        ...(facts.hasTimestamp
          ? []
          : ['the signature has no time-stamp, which could have shown that it was made in time']),
      ];
    case 'timestamp-required':
      return [
        reason,
        ...(facts.outside === undefined
          ? []
          : [
              `${certificateText(facts.outside)} is valid from ${timeText(facts.outside.notBefore)} to ${timeText(facts.outside.notAfter)}; a time-stamp could have shown that the signature was made in time`,
            ]),
      ];
    case 'revoked':
      return certificates.length > 0
        ? whyLines(certificates)
        : [reason, `revoked: ${certificateText(facts.certificate)}`];
    case 'wrong-subject':
      return [
        `expected ${facts.expected.digest}, ${facts.expected.size} bytes, ${plainText(facts.expected.mediaType ?? 'any media type')}`,
        `signed   ${facts.found.digest}, ${facts.found.size} bytes, ${plainText(facts.found.mediaType ?? 'no media type')}`,
      ];
    case 'revocation-unknown':
      return [
        ...(certificates.length > 0 ? whyLines(certificates) : [reason]),
        'level permissive, or the action "log" for revocation, tolerates that in a policy',
      ];
    default:
      return [reason];
  }
}

function unknownSigner(stores: readonly string[], trustKind: WhyFacts['trustKind']): string {
  if (trustKind === 'key') return 'signed with another key than the one that was given';
  if (stores.length === 0) return 'no certificate of the signer is among those that were given';
  return `no certificate of the signer is in the trust stores that were looked in: ${stores.join(', ')}`;
}

function signerLines({
  leaf,
  root,
}: {
  readonly leaf: CertificateSummary;
  readonly root: CertificateSummary;
}): readonly string[] {
  if (leaf.fingerprint === root.fingerprint) return [`signed by ${certificateText(leaf)}, which is its own root`];
  return [`signed by ${certificateText(leaf)}`, `under root ${certificateText(root)}`];
}

// R5: what travelled in the signature is shown, never taken over.
const compareFirst = 'trust that root only if the signer confirms its fingerprint by another way';
