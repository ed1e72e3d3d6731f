// What a place that holds artifacts can do. Every operation of nv2 works on two of these.

import type { BodySource } from '@nv2/base';
import type { Descriptor, Digest } from '@nv2/oci';

export interface FetchOptions {
  readonly signal?: AbortSignal;
}

/** A manifest as stored, with the descriptor computed from its bytes. */
export interface Manifest {
  readonly descriptor: Descriptor;
  /** The exact bytes; `descriptor.digest` and `descriptor.size` were computed from them. */
  readonly bytes: Uint8Array;
}

export interface PushManifestOptions extends FetchOptions {
  /** Names to give the manifest, in the same request where the store can. */
  readonly tag?: string;
}

export interface ReferrersOptions extends FetchOptions {
  /** Only referrers of this artifact type. Every store filters, whatever its server does. */
  readonly artifactType?: string;
}

/**
 * Blobs, manifests and names of one repository (or layout).
 *
 * Implementations never trust what they read: `fetch…` yields exactly the bytes of the descriptor or throws
 * `CONTENT_MISMATCH`; nothing is found is `undefined`, nothing else is.
 */
export interface ContentStore {
  /** Names the place for people, for example `localhost:5000/net-monitor` or a path. */
  readonly name: string;

  /** Resolves a tag or digest without transferring the manifest where possible. */
  findManifestDescriptor(reference: string, options?: FetchOptions): Promise<Descriptor | undefined>;

  /**
   * Fetches a manifest by tag or digest in one round trip. The digest is computed from the bytes; for a digest reference
   * it equals that digest or `CONTENT_MISMATCH` is thrown. At most 4 MiB.
   */
  findManifest(reference: string, options?: FetchOptions): Promise<Manifest | undefined>;

  hasBlob(descriptor: Descriptor, options?: FetchOptions): Promise<boolean>;

  /**
   * Opens a blob. The stream ends normally only if size and digest matched; otherwise its last act is to throw.
   *
   * @throws ContentError `CONTENT_NOT_FOUND`
   */
  fetchBlob(descriptor: Descriptor, options?: FetchOptions): Promise<AsyncIterable<Uint8Array>>;

  /** Stores a blob after checking size and digest. Existing content is not written again. */
  pushBlob(descriptor: Descriptor, body: BodySource, options?: FetchOptions): Promise<void>;

  /**
   * Stores a manifest by digest, and under `tag` if given. A manifest with a `subject` becomes one of that subject's
   * referrers, by whatever means the store has.
   */
  pushManifest(manifest: Manifest, options?: PushManifestOptions): Promise<void>;

  /** Gives an existing manifest a name. */
  tagManifest(descriptor: Descriptor, tag: string, options?: FetchOptions): Promise<void>;

  /** Manifests whose `subject` is `subject`, without duplicates. Claims of a listing are not verified here. */
  referrers(subject: Descriptor, options?: ReferrersOptions): AsyncIterable<Descriptor>;

  /** Tags in byte order. */
  tags(options?: FetchOptions): AsyncIterable<string>;
}

/** A store that can remove content. */
export interface DeletableStore extends ContentStore {
  /** Removes a tag or, by digest, a manifest with its tags and its entry among the subject's referrers. */
  deleteManifest(reference: string, options?: FetchOptions): Promise<void>;
  deleteBlob(digest: Digest, options?: FetchOptions): Promise<void>;
}

/** A store that can take over a blob of a sibling repository without transfer. */
export interface MountableStore extends ContentStore {
  /** @returns false when the store wants an ordinary upload instead. */
  mountBlob(descriptor: Descriptor, from: ContentStore, options?: FetchOptions): Promise<boolean>;
}

export function isDeletableStore(store: ContentStore): store is DeletableStore {
  return 'deleteManifest' in store;
}

export function isMountableStore(store: ContentStore): store is MountableStore {
  return 'mountBlob' in store;
}
