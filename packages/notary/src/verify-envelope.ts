// Verifying envelopes that the caller already has.

import type { Descriptor } from '@nv2/oci';
import { findSkipped, judgeSignature } from './judge-signature.ts';
import type { SignatureOutcome } from './outcome.ts';
import {
  type PreparedSession,
  prepareSession,
  sessionFor,
  type TimelessOptions,
  type VerificationOptions,
} from './session.ts';

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
  return judge(request, prepareSession(request));
}

/** One envelope that a {@link Verifier} is asked about. */
export type EnvelopeQuestion = Omit<VerifyEnvelopeRequest, keyof TimelessOptions>;

/** Verifies any number of envelopes on the same grounds. */
export interface Verifier {
  /** As {@link verifyEnvelope}. @throws NotaryError `NOTARY_REQUEST_INVALID` */
  verifyEnvelope(question: EnvelopeQuestion): Promise<SignatureOutcome>;
}

/**
 * Prepares what does not change between verifications: policy, stores, checks. Each trust store is read once, when it is first
 * needed; make a new verifier when policy or stores change. Nothing is remembered about any signature.
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID`, `NOTARY_METADATA_INVALID`, `NOTARY_ANCHORS_INVALID`
 */
export function createVerifier(options: TimelessOptions): Verifier {
  const prepared = prepareSession(options);
  return { verifyEnvelope: async (question) => judge(question, prepared) };
}

function judge(
  { envelope, mediaType, subject: descriptor, at, signal }: EnvelopeQuestion,
  prepared: PreparedSession,
): SignatureOutcome | Promise<SignatureOutcome> {
  const session = sessionFor(prepared, { at, signal, subject: { kind: 'artifact', descriptor } });
  const skipped = findSkipped(session);
  if (skipped !== undefined) return skipped;
  session.onEvent?.({ type: 'signature-opened', mediaType });
  return judgeSignature(envelope, mediaType, session);
}
