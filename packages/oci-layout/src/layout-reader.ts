// The reading half of a content store over a layout.

import { quoteText } from '@nv2/base';
import {
  checkManifestBytes,
  ContentError,
  type FetchOptions,
  type Manifest,
  type ReferrersOptions,
  verifyStream,
} from '@nv2/content';
import { type Descriptor, type Digest, isDigest, isSameContent, maxManifestBytes } from '@nv2/oci';
import { LayoutError } from './errors.ts';
import { entryName, findNamed, type LayoutIndex, parseLayoutIndex } from './index-json.ts';
import { blobPath, indexPath, type LayoutFiles } from './layout-files.ts';
import { maxIndexBytes } from './limits.ts';
import { ManifestScan } from './manifest-scan.ts';

export class LayoutReader {
  readonly #files: LayoutFiles;
  readonly #scan: ManifestScan;
  #cached: { readonly version: string; readonly index: LayoutIndex } | undefined;

  constructor(files: LayoutFiles) {
    this.#files = files;
    this.#scan = new ManifestScan(files);
  }

  /** `index.json` as it is now; parsed again only when the file changed. */
  async index(): Promise<LayoutIndex> {
    const version = await this.#files.findVersion(indexPath);
    if (version !== undefined && this.#cached?.version === version) return this.#cached.index;
    const bytes = await this.#files.findBytes(indexPath, maxIndexBytes);
    if (version === undefined || bytes === undefined) {
      throw new LayoutError('LAYOUT_INVALID', `${this.#files.name} has no file index.json`);
    }
    const index = parseLayoutIndex(bytes);
    this.#cached = { version, index };
    return index;
  }

  async findManifestDescriptor(reference: string, { signal }: FetchOptions = {}): Promise<Descriptor | undefined> {
    signal?.throwIfAborted();
    const found = await this.#findListed(reference, signal);
    if (found === undefined || !(await this.#hasFile(found))) return undefined;
    return { mediaType: found.mediaType, digest: found.digest, size: found.size };
  }

  async findManifest(reference: string, { signal }: FetchOptions = {}): Promise<Manifest | undefined> {
    signal?.throwIfAborted();
    const found = await this.#findListed(reference, signal);
    if (found === undefined) return undefined;
    const bytes = await this.#files.findBytes(blobPath(found.digest), maxManifestBytes);
    if (bytes === undefined) return undefined;
    const { mediaType, digest, size } = found;
    const manifest = { descriptor: { mediaType, digest, size }, bytes };
    checkManifestBytes(manifest);
    return manifest;
  }

  async hasBlob(descriptor: Descriptor, { signal }: FetchOptions = {}): Promise<boolean> {
    signal?.throwIfAborted();
    return this.#hasFile(descriptor);
  }

  async fetchBlob(descriptor: Descriptor, { signal }: FetchOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    signal?.throwIfAborted();
    const path = blobPath(descriptor.digest);
    if ((await this.#files.findSize(path)) === undefined) {
      throw new ContentError('CONTENT_NOT_FOUND', `blob ${descriptor.digest} is not in ${this.#files.name}`);
    }
    return verifyStream(descriptor, this.#files.stream(path, signal));
  }

  // STORE-15: a layout keeps no list of referrers; they are the manifests whose subject is the same content.
  async *referrers(subject: Descriptor, options: ReferrersOptions = {}): AsyncGenerator<Descriptor> {
    const { signal, artifactType } = options;
    signal?.throwIfAborted();
    const { entries } = await this.index();
    const listed = new Set<Digest>();
    for await (const facts of this.#scan.manifests(
      entries.map((entry) => entry.descriptor),
      signal,
    )) {
      if (facts.subject === undefined || !isSameContent(facts.subject, subject)) continue;
      if (artifactType !== undefined && facts.listing.artifactType !== artifactType) continue;
      if (listed.has(facts.listing.digest)) continue;
      listed.add(facts.listing.digest);
      yield facts.listing;
    }
  }

  async *tags({ signal }: FetchOptions = {}): AsyncGenerator<string> {
    signal?.throwIfAborted();
    const { entries } = await this.index();
    const names = new Set(entries.map(entryName).filter((name) => name !== undefined));
    yield* [...names].toSorted();
  }

  async #findListed(reference: string, signal: AbortSignal | undefined): Promise<Descriptor | undefined> {
    const index = await this.index();
    if (!isDigest(reference)) return findNamed(index, reference);
    const descriptors = index.entries.map((entry) => entry.descriptor);
    const listed = descriptors.find((descriptor) => descriptor.digest === reference);
    if (listed !== undefined) return listed;
    // Without its file there is nothing to find, and no reason to look through every index.
    if ((await this.#files.findSize(blobPath(reference))) === undefined) return undefined;
    return this.#scan.findNested(descriptors, reference, signal);
  }

  async #hasFile({ digest, size }: Descriptor): Promise<boolean> {
    return (await this.#files.findSize(blobPath(digest))) === size;
  }
}

/** Says that a store cannot be written. @throws ContentError `CONTENT_READ_ONLY` */
export function refuseWriting(what: string, name: string): never {
  throw new ContentError('CONTENT_READ_ONLY', `${what} into ${quoteText(name)}: it is open for reading only`);
}
