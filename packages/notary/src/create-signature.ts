// Making a signature: the envelope alone, wherever it goes afterwards (docs/spec-map.md section 7).

import type { EnvelopeFormat } from '@nv2/envelope';
import { signEnvelope } from '@nv2/envelope';
import type { Annotations, Descriptor } from '@nv2/oci';
import type { CertificateCache, SigningKey } from '@nv2/pki';
import { NotaryError } from './errors.ts';
import { latestTime } from './limits.ts';
import { encodePayload } from './payload.ts';
import { addUserMetadata } from './user-metadata.ts';

/** What signing takes, whatever is signed. */
export interface SigningOptions {
  readonly key: SigningKey;
  /** One of the two envelope formats (SIGN-03). */
  readonly format: EnvelopeFormat;
  /** The signing time; cut to whole seconds (SIGN-05). */
  readonly at: Date;
  /** Whole seconds from `at` on; 0 or absent: no expiry (SIGN-04). */
  readonly expirySeconds?: number;
  readonly userMetadata?: Annotations;
  /** For example `nv2/0.1.0`; the key's own agent is appended (SIGN-11). */
  readonly signingAgent: string;
  /** A time-stamp authority to ask. Refused, since this version has none to offer (SIGN-08). */
  readonly timestamp?: { readonly url: string };
  readonly cache?: CertificateCache;
  readonly signal?: AbortSignal;
}

export interface CreateSignatureRequest extends SigningOptions {
  /** Resolved by the caller. Its media type, digest, size and annotations are signed. */
  readonly subject: Descriptor;
}

export interface CreatedSignature {
  readonly envelope: Uint8Array;
  /** Media type of the envelope. */
  readonly mediaType: string;
}

/**
 * Signs a descriptor with scheme `notary.x509` and verifies what came out (SIGN-06, SIGN-07).
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID`, `NOTARY_METADATA_INVALID`, `NOTARY_TIMESTAMP_UNSUPPORTED`; EnvelopeError for a
 * chain or key that breaks a rule; whatever the key throws
 */
export async function createSignature(request: CreateSignatureRequest): Promise<CreatedSignature> {
  const { subject, key, format, at, userMetadata = {}, signingAgent, cache, signal } = request;
  if (request.timestamp !== undefined) {
    // SIGN-08: what was asked for and cannot be done must not be left out silently.
    throw new NotaryError('NOTARY_TIMESTAMP_UNSUPPORTED', 'signing with a time-stamp is not available');
  }
  const expiry = expiryOf(at, request.expirySeconds ?? 0);
  const payload = encodePayload(addUserMetadata(subject, userMetadata)); // SIGN-02
  const envelope = await signEnvelope(
    {
      format,
      payload,
      key,
      signingTime: at,
      signingAgent,
      ...(expiry === undefined ? {} : { expiry }),
      ...(cache === undefined ? {} : { cache }),
    },
    signal === undefined ? {} : { signal },
  );
  return { envelope, mediaType: format.mediaType };
}

/** SIGN-04 */
function expiryOf(at: Date, seconds: number): Date | undefined {
  if (Number.isNaN(at.getTime())) throw new NotaryError('NOTARY_REQUEST_INVALID', 'the signing time is not a time');
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new NotaryError('NOTARY_REQUEST_INVALID', `expiry is ${seconds} s, expected whole seconds, 0 or more`);
  }
  if (seconds === 0) return undefined;
  const expiry = new Date(at.getTime() + seconds * 1000);
  if (expiry.getTime() <= latestTime.getTime()) return expiry;
  throw new NotaryError('NOTARY_REQUEST_INVALID', `expiry in ${seconds} s is later than the year 9999`);
}
