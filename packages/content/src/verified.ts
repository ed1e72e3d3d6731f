// Reading content and being sure of it: every byte that leaves this file was compared with the descriptor's digest.

import { readAll } from '@nv2/base';
import {
  type Descriptor,
  digestAlgorithm,
  digestFrom,
  digestOf,
  hasherFor,
  inlineContent,
  isSameContent,
  maxManifestBytes,
} from '@nv2/oci';
import { ContentError } from './errors.ts';
import type { ContentStore, FetchOptions, Manifest } from './store.ts';

export interface FetchBytesOptions extends FetchOptions {
  /** Largest blob to load into memory, in bytes. */
  readonly maxBytes: number;
}

/**
 * Passes a stream on and ends normally only if its size and digest are those of `descriptor`. Bytes beyond the size are
 * never passed on. Until the end, what was passed on is unverified.
 *
 * @throws ContentError `CONTENT_MISMATCH` as the stream's last act
 */
export async function* verifyStream(
  descriptor: Descriptor,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hasher = hasherFor(descriptor.digest);
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > descriptor.size) throw mismatch(descriptor, `more than ${descriptor.size} bytes`);
    hasher.update(chunk);
    yield chunk;
  }
  if (size !== descriptor.size) throw mismatch(descriptor, `${size} bytes instead of ${descriptor.size}`);
  const digest = digestFrom(digestAlgorithm(descriptor.digest), hasher);
  if (digest !== descriptor.digest) throw mismatch(descriptor, `bytes with the digest ${digest}`);
}

/**
 * The bytes of a blob: its verified inline data, else fetched.
 *
 * @throws ContentError `CONTENT_LIMIT` before any transfer, `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`
 */
export async function fetchBytes(
  store: ContentStore,
  descriptor: Descriptor,
  options: FetchBytesOptions,
): Promise<Uint8Array> {
  if (descriptor.size > options.maxBytes) {
    throw new ContentError(
      'CONTENT_LIMIT',
      `blob ${descriptor.digest} has ${descriptor.size} bytes, more than ${options.maxBytes}`,
    );
  }
  const inline = inlineContent(descriptor);
  if (inline !== undefined) return inline;
  return readAll(verifyStream(descriptor, await store.fetchBlob(descriptor, options)), descriptor.size);
}

/**
 * The manifest that `descriptor` describes, from its verified inline data, else fetched by digest.
 *
 * @throws ContentError `CONTENT_LIMIT` above 4 MiB, `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH` for other bytes or another media type
 */
export async function fetchManifest(
  store: ContentStore,
  descriptor: Descriptor,
  options: FetchOptions = {},
): Promise<Manifest> {
  if (descriptor.size > maxManifestBytes) {
    throw new ContentError(
      'CONTENT_LIMIT',
      `manifest ${descriptor.digest} has ${descriptor.size} bytes, more than ${maxManifestBytes}`,
    );
  }
  const inline = inlineContent(descriptor);
  if (inline !== undefined) return manifestOf(inline, descriptor);
  const manifest = await store.findManifest(descriptor.digest, options);
  if (manifest === undefined) {
    throw new ContentError('CONTENT_NOT_FOUND', `manifest ${descriptor.digest} is not in ${store.name}`);
  }
  checkManifestBytes(manifest);
  if (isSameContent(manifest.descriptor, descriptor)) return manifest;
  const found = `${manifest.descriptor.mediaType}, ${manifest.descriptor.digest}, ${manifest.descriptor.size} bytes`;
  throw mismatch(
    descriptor,
    `${found}, expected ${descriptor.mediaType}, ${descriptor.digest}, ${descriptor.size} bytes`,
  );
}

/** A manifest from its bytes: digest and size are computed, with the algorithm of `like.digest` where given. */
export function manifestOf(
  bytes: Uint8Array,
  like: { readonly mediaType: string; readonly digest?: Descriptor['digest'] },
): Manifest {
  const algorithm = like.digest === undefined ? 'sha256' : digestAlgorithm(like.digest);
  return { descriptor: { mediaType: like.mediaType, digest: digestOf(bytes, algorithm), size: bytes.length }, bytes };
}

/**
 * Proves that a manifest's descriptor belongs to its bytes, for stores that are handed one.
 *
 * @throws ContentError `CONTENT_MISMATCH`, `CONTENT_LIMIT` above 4 MiB
 */
export function checkManifestBytes(manifest: Manifest): void {
  const { bytes, descriptor } = manifest;
  if (bytes.length > maxManifestBytes) {
    throw new ContentError(
      'CONTENT_LIMIT',
      `manifest ${descriptor.digest} has ${bytes.length} bytes, more than ${maxManifestBytes}`,
    );
  }
  const digest = digestOf(bytes, digestAlgorithm(descriptor.digest));
  if (bytes.length !== descriptor.size)
    throw mismatch(descriptor, `${bytes.length} bytes instead of ${descriptor.size}`);
  if (digest !== descriptor.digest) throw mismatch(descriptor, `bytes with the digest ${digest}`);
}

function mismatch(descriptor: Descriptor, found: string): ContentError {
  return new ContentError('CONTENT_MISMATCH', `reading ${descriptor.digest}: found ${found}`, {
    details: { digest: descriptor.digest },
  });
}
