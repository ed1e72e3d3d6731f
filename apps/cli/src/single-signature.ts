// The outcome of one signature file, in the form of an artifact's outcome, so that both read alike.

import { assertNever } from '@nv2/base';
import type { ArtifactOutcome, SignatureOutcome, VerificationTrust } from '@nv2/notary';
import type { Descriptor } from '@nv2/oci';
import { levelOf, type VerificationLevel } from '@nv2/trust';

export interface SingleSignature {
  readonly subject: Descriptor;
  /** Describes the envelope; there is no signature manifest. */
  readonly signature: Descriptor;
  readonly trust: VerificationTrust;
}

export function toArtifactOutcome(
  outcome: SignatureOutcome,
  { subject, signature, trust }: SingleSignature,
): ArtifactOutcome {
  const level: VerificationLevel = trust.kind === 'policy' ? trust.statement.level : levelOf('strict');
  const shared = { subject, level, isLimitReached: false };
  switch (outcome.verdict) {
    case 'trusted': {
      const accepted = { descriptor: signature, outcome };
      return { ...shared, verdict: 'trusted', signatures: [accepted], accepted };
    }
    case 'untrusted': {
      const best = { descriptor: signature, outcome };
      return { ...shared, verdict: 'untrusted', signatures: [best], why: { code: 'all-failed', best } };
    }
    case 'not-verified': {
      if (outcome.because === 'policy-level-skip')
        return { ...shared, verdict: 'not-verified', because: outcome.because, signatures: [] };
      const accepted = { descriptor: signature, outcome };
      return { ...shared, verdict: 'not-verified', because: outcome.because, signatures: [accepted], accepted };
    }
    default:
      return assertNever(outcome);
  }
}
