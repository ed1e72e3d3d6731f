// The bytes of manifests: small ones in the database, larger ones in the blob storage, the latest in memory.

import { readAll } from '@nv2/base';
import { type Digest, maxManifestBytes } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import { manifestCacheBytes } from '../limits.ts';
import type { Metadata } from '../metadata/metadata.ts';
import type { StorageDriver } from '../storage/driver.ts';

export interface ManifestBytes {
  /** In memory, or in the database. */
  find(contentId: number): Uint8Array | undefined;
  /** From wherever they are. */
  read(contentId: number): Promise<Uint8Array>;
}

/** Contents are immutable and their numbers never used twice, so nothing here grows stale. */
export function createManifestBytes(
  metadata: Metadata,
  storage: StorageDriver,
  maxBytes = manifestCacheBytes,
): ManifestBytes {
  const cache = new Map<number, Uint8Array>();
  let cachedBytes = 0;

  const keep = (contentId: number, bytes: Uint8Array): void => {
    cache.set(contentId, bytes);
    cachedBytes += bytes.length;
    // A Map iterates in the order of insertion: what came first goes first.
    for (const [oldest, old] of cache) {
      if (cachedBytes <= maxBytes) break;
      cache.delete(oldest);
      cachedBytes -= old.length;
    }
  };
  const find = (contentId: number): Uint8Array | undefined => {
    const cached = cache.get(contentId);
    if (cached !== undefined) return cached;
    const bytes = metadata.manifests.findBytes(contentId);
    if (bytes !== undefined) keep(contentId, bytes);
    return bytes;
  };
  const load = async (contentId: number): Promise<Uint8Array> => {
    const digest: Digest | undefined = metadata.manifests.findCanonical(contentId);
    if (digest === undefined) throw new ServerError('SERVER_DATABASE_FAILED', `content ${contentId} has no digest`);
    const { stream } = await storage.openBlob(digest);
    const bytes = await readAll(stream, maxManifestBytes);
    if (!cache.has(contentId)) keep(contentId, bytes);
    return bytes;
  };
  return { find, read: async (contentId) => find(contentId) ?? load(contentId) };
}
