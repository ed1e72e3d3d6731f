// What verification says (VER-30). Verdicts are data; an exception means that there is none.

import type { SigningScheme, VerifiedEnvelope } from '@nv2/envelope';
import type { Descriptor } from '@nv2/oci';
import type { VerificationLevel } from '@nv2/trust';
import type { CertificateStatus } from './certificate-status.ts';
import type { CertificateSummary } from './certificate-summary.ts';
import type { FailureFacts } from './failure-facts.ts';
import type { TargetArtifact } from './payload.ts';
import type { ProvenTime } from './timestamp.ts';

/** The checks of the specification, in its order (VER-10 to VER-18), those a policy governs under its names (VER-31). */
export type BuiltinCheckName =
  | 'integrity'
  | 'plugin'
  | 'criticalAttributes'
  | 'authenticity'
  | 'expiry'
  | 'authenticTimestamp'
  | 'revocation'
  | 'payload'
  | 'userMetadata';

/** A gate comes after the checks and can only tighten a verdict. */
export type CheckName = BuiltinCheckName | `gate:${string}`;

/** What happens on failure. A failure with `log` is reported and tolerated. */
export type FailureAction = 'enforce' | 'log';

/** One check's result. `facts.code` is stable; `reason` is for people. `certificates` come from revocation. */
export type CheckResult =
  | { readonly check: CheckName; readonly status: 'passed'; readonly certificates?: readonly CertificateStatus[] }
  | {
      readonly check: CheckName;
      readonly status: 'failed';
      readonly action: FailureAction;
      readonly reason: string;
      readonly facts: FailureFacts;
      readonly certificates?: readonly CertificateStatus[];
    }
  | {
      readonly check: CheckName;
      readonly status: 'inconclusive';
      readonly action: FailureAction;
      readonly reason: string;
      readonly facts: FailureFacts;
      readonly cause?: unknown;
      readonly certificates?: readonly CertificateStatus[];
    }
  | { readonly check: CheckName; readonly status: 'skipped'; readonly because: 'policy' | 'earlier-failure' };

export type Failure = Exclude<CheckResult, { readonly status: 'passed' | 'skipped' }>;

/** What an intact envelope says about itself. Only a trusted outcome makes more of it than a claim. */
export interface SignatureClaims {
  /** Media type of the envelope. */
  readonly mediaType: string;
  readonly scheme: SigningScheme;
  /** Leaf first, root last. */
  readonly chain: readonly [CertificateSummary, ...CertificateSummary[]];
  /** Authentic only under the signing-authority scheme, and there only if its store anchors the chain. */
  readonly signingTime: Date;
  readonly expiry?: Date;
  readonly signingAgent?: string;
  readonly hasTimestamp: boolean;
}

/** Who signed, as far as trust was configured for it. */
export interface SignerIdentity {
  /** The signing certificate. */
  readonly leaf: CertificateSummary;
  /** The configured certificate that the chain contains; the leaf itself where a key was pinned. */
  readonly anchor: CertificateSummary;
  /** Where trust came from: `policy wabbit-networks`, `key`, `certificates`. */
  readonly trustedBy: string;
}

/** No enforced check failed and the signer is trusted. `failures` were tolerated by the policy. */
export interface TrustedSignature {
  readonly verdict: 'trusted';
  readonly signer: SignerIdentity;
  /** What was signed; `annotations` are the signer's user metadata (META-06). */
  readonly target: TargetArtifact;
  readonly claims: SignatureClaims;
  readonly envelope: VerifiedEnvelope;
  /** Where a time-stamp was judged and holds. */
  readonly timestamp?: ProvenTime;
  readonly failures: readonly Failure[];
  readonly checks: readonly CheckResult[];
}

/** An enforced check failed. */
export interface UntrustedSignature {
  readonly verdict: 'untrusted';
  /** The one that decided, then those that the policy tolerated. */
  readonly failures: readonly [Failure, ...Failure[]];
  readonly checks: readonly CheckResult[];
  /** Absent when integrity failed: then nothing in the envelope means anything. */
  readonly claims?: SignatureClaims;
  /** Where a time-stamp was judged and holds. */
  readonly timestamp?: ProvenTime;
}

/** Level `skip`: the signature was not looked at. */
export interface SkippedSignature {
  readonly verdict: 'not-verified';
  readonly because: 'policy-level-skip';
}

/**
 * The policy (level `audit`, or an override) tolerated that the signer is not trusted: the bytes are intact and about this
 * subject, and nothing more is known (VER-34).
 */
export interface AuditedSignature {
  readonly verdict: 'not-verified';
  readonly because: 'authenticity-not-enforced';
  /** Authenticity, then others that were tolerated. */
  readonly failures: readonly [Failure, ...Failure[]];
  readonly checks: readonly CheckResult[];
  readonly claims: SignatureClaims;
  /** Where a time-stamp was judged and holds. */
  readonly timestamp?: ProvenTime;
}

/** One signature's outcome. */
export type SignatureOutcome = TrustedSignature | UntrustedSignature | SkippedSignature | AuditedSignature;

/** A signature that was looked at, in the order of trial. */
export interface SignatureRecord<Outcome = Exclude<SignatureOutcome, SkippedSignature>> {
  /** Its signature manifest. */
  readonly descriptor: Descriptor;
  readonly outcome: Outcome;
}

/** A referrer that is not a Notary signature. `format` names foreign signatures that are recognised. */
export interface OtherReferrer {
  readonly descriptor: Descriptor;
  readonly format?: string;
}

/** Why an artifact is not trusted. */
export type UntrustedReason =
  | { readonly code: 'no-signature'; readonly others: readonly OtherReferrer[] }
  | {
      readonly code: 'only-foreign-formats';
      readonly formats: readonly string[];
      readonly others: readonly OtherReferrer[];
    }
  /** Every signature failed; `best` is the one whose first enforced failure comes latest in the order of checks. */
  | { readonly code: 'all-failed'; readonly best: SignatureRecord<UntrustedSignature> };

interface ArtifactFacts {
  readonly subject: Descriptor;
  readonly level: VerificationLevel;
  /** Signatures that were looked at, in the order of trial. */
  readonly signatures: readonly SignatureRecord[];
  /** More signatures exist than were examined (`maxSignatures`, or an endless listing). */
  readonly isLimitReached: boolean;
}

/** An artifact's outcome: trusted when one of its signatures is (STORE-16). There is no boolean to misread. */
export type ArtifactOutcome =
  | (ArtifactFacts & { readonly verdict: 'trusted'; readonly accepted: SignatureRecord<TrustedSignature> })
  | (ArtifactFacts & { readonly verdict: 'untrusted'; readonly why: UntrustedReason })
  | (ArtifactFacts & { readonly verdict: 'not-verified'; readonly because: 'policy-level-skip' })
  | (ArtifactFacts & {
      readonly verdict: 'not-verified';
      readonly because: 'authenticity-not-enforced';
      readonly accepted: SignatureRecord<AuditedSignature>;
    });
