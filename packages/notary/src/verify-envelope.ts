// Verifying one envelope that the caller already has.

import type { Descriptor } from '@nv2/oci';
import { findSkipped, judgeSignature } from './judge-signature.ts';
import type { SignatureOutcome } from './outcome.ts';
import { openSession, type VerificationOptions } from './session.ts';

export interface VerifyEnvelopeRequest extends VerificationOptions {
  readonly envelope: Uint8Array;
  /** Media type of the envelope. */
  readonly mediaType: string;
  /** What the signature must be about, resolved by the caller. */
  readonly subject: Descriptor;
}

/**
 * Verifies one signature envelope over an artifact.
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID`, `NOTARY_METADATA_INVALID`, `NOTARY_ANCHORS_INVALID`
 * @see docs/spec-map.md section 16.2
 */
export async function verifyEnvelope(request: VerifyEnvelopeRequest): Promise<SignatureOutcome> {
  const session = openSession(request);
  const subject = { kind: 'artifact', descriptor: request.subject } as const;
  const skipped = findSkipped(session);
  if (skipped !== undefined) return skipped;
  session.onEvent?.({ type: 'signature-opened', mediaType: request.mediaType });
  return judgeSignature(request.envelope, request.mediaType, { ...session, subject });
}
