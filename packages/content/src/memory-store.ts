// A content store in memory: for packing, for tests, and as the plainest reading of what a store does.

import { type BodySource, readAll } from '@nv2/base';
import {
  artifactTypeOf,
  type Descriptor,
  type Digest,
  isDigest,
  isSameContent,
  isTag,
  OciError,
  type ParsedManifest,
  parseManifest,
} from '@nv2/oci';
import { quoteText } from '@nv2/base';
import { ContentError } from './errors.ts';
import { maxMemoryStoreBytes } from './limits.ts';
import type {
  ContentStore,
  DeletableStore,
  FetchOptions,
  Manifest,
  PushManifestOptions,
  ReferrersOptions,
} from './store.ts';
import { checkManifestBytes, verifyStream } from './verified.ts';

/**
 * Makes an empty store of at most 512 MiB.
 *
 * Its writes throw ContentError `CONTENT_MISMATCH`, `CONTENT_NOT_FOUND`, `CONTENT_LIMIT`, and OciError for a manifest or
 * tag that is not one.
 */
export function memoryStore(name = 'memory'): ContentStore & DeletableStore {
  return new MemoryStore(name);
}

interface StoredManifest {
  readonly manifest: Manifest;
  readonly parsed: ParsedManifest;
}

class MemoryStore implements DeletableStore {
  readonly name: string;
  readonly #manifests = new Map<Digest, StoredManifest>();
  readonly #blobs = new Map<Digest, Uint8Array>();
  readonly #tags = new Map<string, Digest>();
  #bytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  async findManifestDescriptor(reference: string, options: FetchOptions = {}): Promise<Descriptor | undefined> {
    return (await this.findManifest(reference, options))?.descriptor;
  }

  async findManifest(reference: string, options: FetchOptions = {}): Promise<Manifest | undefined> {
    options.signal?.throwIfAborted();
    const digest = isDigest(reference) ? reference : this.#tags.get(reference);
    return digest === undefined ? undefined : this.#manifests.get(digest)?.manifest;
  }

  async hasBlob(descriptor: Descriptor, options: FetchOptions = {}): Promise<boolean> {
    options.signal?.throwIfAborted();
    return this.#blobs.get(descriptor.digest)?.length === descriptor.size;
  }

  async fetchBlob(descriptor: Descriptor, options: FetchOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    options.signal?.throwIfAborted();
    const bytes = this.#blobs.get(descriptor.digest);
    if (bytes === undefined) throw notFound(`blob ${descriptor.digest}`, this.name);
    return verifyStream(descriptor, streamOf(bytes));
  }

  async pushBlob(descriptor: Descriptor, body: BodySource, options: FetchOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (await this.hasBlob(descriptor)) return;
    this.#checkRoom(descriptor.size);
    // The stream is at most as long as the descriptor says, so the bound is never reached.
    const bytes = await readAll(verifyStream(descriptor, body.open()), descriptor.size);
    if (!this.#blobs.has(descriptor.digest)) this.#bytes += bytes.length;
    this.#blobs.set(descriptor.digest, bytes.slice());
  }

  async pushManifest(manifest: Manifest, options: PushManifestOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    checkManifestBytes(manifest);
    if (options.tag !== undefined) checkTag(options.tag);
    const { mediaType, digest, size } = manifest.descriptor;
    if (!this.#manifests.has(digest)) {
      this.#checkRoom(size);
      const bytes = manifest.bytes.slice();
      this.#manifests.set(digest, {
        manifest: { descriptor: { mediaType, digest, size }, bytes },
        parsed: parseManifest(bytes, mediaType),
      });
      this.#bytes += size;
    }
    if (options.tag !== undefined) this.#tags.set(options.tag, digest);
  }

  async tagManifest(descriptor: Descriptor, tag: string, options: FetchOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    checkTag(tag);
    if (!this.#manifests.has(descriptor.digest)) throw notFound(`manifest ${descriptor.digest}`, this.name);
    this.#tags.set(tag, descriptor.digest);
  }

  async *referrers(subject: Descriptor, options: ReferrersOptions = {}): AsyncGenerator<Descriptor> {
    for (const { manifest, parsed } of this.#manifests.values()) {
      options.signal?.throwIfAborted();
      if (parsed.subject === undefined || !isSameContent(parsed.subject, subject)) continue;
      const descriptor = describeReferrer(manifest.descriptor, parsed);
      if (options.artifactType === undefined || descriptor.artifactType === options.artifactType) yield descriptor;
    }
  }

  async *tags(options: FetchOptions = {}): AsyncGenerator<string> {
    options.signal?.throwIfAborted();
    yield* [...this.#tags.keys()].toSorted();
  }

  async deleteManifest(reference: string, options: FetchOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (!isDigest(reference)) {
      if (!this.#tags.delete(reference)) throw notFound(`tag ${quoteText(reference)}`, this.name);
      return;
    }
    const stored = this.#manifests.get(reference);
    if (stored === undefined) throw notFound(`manifest ${reference}`, this.name);
    this.#manifests.delete(reference);
    this.#bytes -= stored.manifest.bytes.length;
    for (const [tag, digest] of this.#tags) if (digest === reference) this.#tags.delete(tag);
  }

  async deleteBlob(digest: Digest, options: FetchOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw notFound(`blob ${digest}`, this.name);
    this.#blobs.delete(digest);
    this.#bytes -= bytes.length;
  }

  #checkRoom(size: number): void {
    if (this.#bytes + size > maxMemoryStoreBytes) {
      throw new ContentError('CONTENT_LIMIT', `${this.name} would hold more than ${maxMemoryStoreBytes} bytes`);
    }
  }
}

/** How a listing describes a referrer: content, effective artifact type and the manifest's own annotations (distribution-spec, "Listing Referrers"). */
export function describeReferrer(content: Descriptor, manifest: ParsedManifest): Descriptor {
  const artifactType = artifactTypeOf(manifest);
  return {
    mediaType: content.mediaType,
    digest: content.digest,
    size: content.size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  };
}

function checkTag(tag: string): void {
  if (!isTag(tag)) throw new OciError('OCI_REFERENCE_INVALID', `${quoteText(tag)} is not a tag`);
}

function notFound(what: string, where: string): ContentError {
  return new ContentError('CONTENT_NOT_FOUND', `${what} is not in ${where}`);
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes.slice();
}
