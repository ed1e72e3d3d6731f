// Signing a file that is in no registry (docs/spec-map.md section 9).

import type { BodySource } from '@nv2/base';
import { assertBlobMediaType, measureBlob } from './blob.ts';
import { NotaryError } from './errors.ts';
import { type CreatedSignature, createSignature, type SigningOptions } from './create-signature.ts';

export interface SignBlobRequest extends SigningOptions {
  /** Read once, as a stream. */
  readonly content: BodySource;
  /** Required, for example `application/octet-stream` (BLOB-03). */
  readonly mediaType: string;
  /** Whether a media type without a subtype will do, as it does for the reference. Default: no. */
  readonly allowBareMediaType?: boolean;
}

/**
 * Signs a blob: its size, its media type and its digest by the hash of the signing key (PAY-05, PAY-06).
 *
 * @throws NotaryError `NOTARY_MEDIA_TYPE_INVALID`, `NOTARY_SIGNER_UNSUITED`, and what {@link createSignature} throws
 */
export async function signBlob(request: SignBlobRequest): Promise<CreatedSignature> {
  const { content, mediaType, allowBareMediaType, ...options } = request;
  const { key } = options;
  assertBlobMediaType(mediaType, allowBareMediaType);
  // BLOB-09: the key says before anything is read how the blob is hashed.
  if (key.algorithm === undefined) {
    throw new NotaryError(
      'NOTARY_SIGNER_UNSUITED',
      `${key.name} does not say what kind of key it has, so no blob can be signed`,
    );
  }
  const { digest, size } = await measureBlob(content, key.algorithm.hash, request.signal);
  return createSignature({ ...options, subject: { mediaType, digest, size } });
}
