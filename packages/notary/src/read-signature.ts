// From a listed signature to its envelope: two reads, or one where the manifest carries the envelope inline.

import { type ContentStore, type FetchOptions, fetchBytes, fetchManifest } from '@nv2/content';
import { maxEnvelopeBytes } from '@nv2/envelope';
import { type Descriptor, inlineContent } from '@nv2/oci';
import type { NotaryEventListener } from './events.ts';
import type { SignatureListing } from './signature-listing.ts';
import { parseSignatureManifest, type SignatureManifest } from './signature-manifest.ts';

export interface ReadSignatureOptions extends FetchOptions {
  readonly onEvent?: NotaryEventListener;
}

export interface StoredSignature {
  /** Of the signature manifest, proven by its bytes. */
  readonly descriptor: Descriptor;
  readonly manifest: SignatureManifest;
  readonly envelope: Uint8Array;
  /** Media type of the envelope, as the layer states it (VER-07). */
  readonly mediaType: string;
}

/**
 * Reads a listed signature. Sizes are compared with their bounds before anything is downloaded, and content with digest and
 * size after (STORE-13).
 *
 * @throws NotaryError `NOTARY_MANIFEST_INVALID`; ContentError `CONTENT_LIMIT`, `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`
 */
export async function readSignature(
  store: ContentStore,
  listing: SignatureListing,
  options: ReadSignatureOptions = {},
): Promise<StoredSignature> {
  const manifest = await readSignatureManifest(store, listing, options);
  const envelope = await readEnvelope(store, manifest.envelope, options);
  const { mediaType } = manifest.envelope;
  return { descriptor: listing.descriptor, manifest, envelope, mediaType };
}

/** The first half of {@link readSignature}: at most 4 MiB, and the subject must be the very one. */
export async function readSignatureManifest(
  store: ContentStore,
  { descriptor, subject }: SignatureListing,
  options: ReadSignatureOptions,
): Promise<SignatureManifest> {
  const { bytes } = await fetchManifest(store, descriptor, options);
  const manifest = parseSignatureManifest(bytes, descriptor.mediaType, subject);
  const { data } = manifest.envelope;
  if (data === undefined || inlineContent(manifest.envelope) !== undefined) return manifest;
  options.onEvent?.({ type: 'inline-data-ignored', signature: descriptor });
  const { mediaType, digest, size } = manifest.envelope;
  return { ...manifest, envelope: { mediaType, digest, size } };
}

/** The second half: at most 32 MiB. */
export function readEnvelope(store: ContentStore, envelope: Descriptor, options: FetchOptions): Promise<Uint8Array> {
  return fetchBytes(store, envelope, {
    maxBytes: maxEnvelopeBytes,
    ...(options.signal ? { signal: options.signal } : {}),
  });
}
