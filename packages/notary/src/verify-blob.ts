// Verifying a file against a signature beside it (docs/spec-map.md section 9). The caller chooses the statement, from the policy for
// blobs and no other (BLOB-06).

import type { BodySource } from '@nv2/base';
import { assertBlobMediaType, measureBlob } from './blob.ts';
import type { ExpectedSubject } from './checks/check.ts';
import { NotaryError } from './errors.ts';
import { findSkipped, judgeSignature } from './judge-signature.ts';
import type { SignatureOutcome } from './outcome.ts';
import { openSession, type VerificationOptions } from './session.ts';

export interface VerifyBlobRequest extends VerificationOptions {
  /** Read once, as a stream, and only for a signature that passes every earlier check. */
  readonly content: BodySource;
  /** Compared only if given (BLOB-04). */
  readonly mediaType?: string;
  /** Whether a media type without a subtype will do, as it does for the reference. Default: no. */
  readonly allowBareMediaType?: boolean;
  readonly envelope: Uint8Array;
  /** Media type of the envelope. */
  readonly envelopeMediaType: string;
}

/**
 * Verifies a blob. A trusted outcome carries the signed descriptor as `target`; level `skip` gives an outcome without any
 * (OC-18).
 *
 * @throws NotaryError `NOTARY_BLOB_SIGNATURE_EMPTY` before any policy is looked at (BLOB-08), `NOTARY_MEDIA_TYPE_INVALID`, and as
 * `verify`
 */
export async function verifyBlob(request: VerifyBlobRequest): Promise<SignatureOutcome> {
  const { content, mediaType, envelope, envelopeMediaType, signal } = request;
  if (envelope.length === 0)
    throw new NotaryError('NOTARY_BLOB_SIGNATURE_EMPTY', 'the signature to verify has no bytes');
  if (mediaType !== undefined) assertBlobMediaType(mediaType, request.allowBareMediaType);
  const session = openSession(request);
  const subject: ExpectedSubject = {
    kind: 'blob',
    measure: (hash) => measureBlob(content, hash, signal),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
  // BLOB-10
  const skipped = findSkipped(session);
  if (skipped !== undefined) return skipped;
  session.onEvent?.({ type: 'signature-opened', mediaType: envelopeMediaType });
  return judgeSignature(envelope, envelopeMediaType, { ...session, subject });
}
