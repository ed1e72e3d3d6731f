// Making a signature: the envelope alone, wherever it goes afterwards (docs/spec-map.md section 7).

import type { EnvelopeFormat } from '@nv2/envelope';
import { signEnvelope } from '@nv2/envelope';
import type { Annotations, Descriptor } from '@nv2/oci';
import { type Certificate, type CertificateCache, parseCertificate, type RemoteKey, type SigningKey } from '@nv2/pki';
import { type EnvelopeSigner, generateEnvelope } from './envelope-signer.ts';
import { NotaryError } from './errors.ts';
import { latestTime } from './limits.ts';
import { encodePayload, type TargetArtifact } from './payload.ts';
import type { Timestamper } from './timestamp.ts';
import { addUserMetadata } from './user-metadata.ts';

/** Whatever signs: a key at hand, a key far away, or a service that makes whole envelopes. */
export type Signer = SigningKey | RemoteKey | EnvelopeSigner;

/** What signing takes, whatever is signed. */
export interface SigningOptions {
  readonly key: Signer;
  /** One of the two envelope formats (SIGN-03). */
  readonly format: EnvelopeFormat;
  /** The signing time; cut to whole seconds (SIGN-05). */
  readonly at: Date;
  /** Whole seconds from `at` on; 0 or absent: no expiry (SIGN-04). */
  readonly expirySeconds?: number;
  readonly userMetadata?: Annotations;
  /** For example `nv2/0.1.0`; the key's own agent is appended (SIGN-11). */
  readonly signingAgent: string;
  /** Countersigns the signature with the time. When it fails, nothing is signed (SIGN-08). */
  readonly timestamp?: Timestamper;
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
  /** The signing certificate. */
  readonly signer: Certificate;
  /** What a signing service wants in the signature manifest; unsigned (STORE-09). */
  readonly annotations?: Annotations;
}

/**
 * Signs a descriptor with scheme `notary.x509` and verifies what came out (SIGN-06, SIGN-07).
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID`, `NOTARY_METADATA_INVALID`; for a signer that makes whole envelopes
 * `NOTARY_ENVELOPE_REFUSED` and `NOTARY_SIGNER_UNSUITED`; EnvelopeError for a chain or key that breaks a rule; whatever the
 * signer and the time-stamper throw
 */
export async function createSignature(request: CreateSignatureRequest): Promise<CreatedSignature> {
  const { key, format, at, signingAgent, timestamp, cache, signal } = request;
  if ('generateEnvelope' in key) return createByService(key, request);
  const expiry = expiryOf(at, request.expirySeconds ?? 0);
  const { payload } = payloadOf(request);
  const envelope = await signEnvelope(
    {
      format,
      payload,
      key,
      signingTime: at,
      signingAgent,
      ...(expiry === undefined ? {} : { expiry }),
      // TSA-01: this scheme is the only one made here, and the only one that has a use for the time of others.
      ...(timestamp === undefined
        ? {}
        : { timestamp: (signature, options) => timestamp(signature, { ...options, at, hash: key.algorithm.hash }) }),
      ...(cache === undefined ? {} : { cache }),
    },
    signal === undefined ? {} : { signal },
  );
  const signer = 'chain' in key ? key.chain[0] : leafOf(envelope, format);
  return { envelope, mediaType: format.mediaType, signer };
}

/** SIGN-02 */
function payloadOf({ subject, userMetadata = {} }: CreateSignatureRequest): {
  readonly target: TargetArtifact;
  readonly payload: Uint8Array;
} {
  const target = addUserMetadata(subject, userMetadata);
  return { target, payload: encodePayload(target) };
}

// The envelope was read and verified a moment ago, so it has a certificate.
function leafOf(envelope: Uint8Array, format: EnvelopeFormat): Certificate {
  const [leaf] = format.parse(envelope).unsigned.certificateChain;
  if (leaf === undefined) throw new TypeError('a verified envelope has no certificate');
  return parseCertificate(leaf);
}

/** PLUG-25: the service decides about scheme, time and agent, and whether it adds a time-stamp; nobody else may (PLUG-26). */
async function createByService(signer: EnvelopeSigner, request: CreateSignatureRequest): Promise<CreatedSignature> {
  const { format, at, expirySeconds = 0, timestamp, cache, signal } = request;
  if (timestamp !== undefined) {
    const message = `${signer.name} makes whole envelopes, to which no time-stamp can be added`;
    throw new NotaryError('NOTARY_SIGNER_UNSUITED', message, { hint: 'Sign without a time-stamp of your own.' });
  }
  expiryOf(at, expirySeconds);
  const checked = await generateEnvelope(signer, {
    ...payloadOf(request),
    format,
    expirySeconds,
    ...(cache === undefined ? {} : { cache }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { mediaType: format.mediaType, ...checked };
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
