// A content store in a layout directory.

import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BodySource, bytesBody, quoteText } from '@nv2/base';
import {
  checkManifestBytes,
  ContentError,
  type DeletableStore,
  type FetchOptions,
  type Manifest,
  type PushManifestOptions,
  type ReferrersOptions,
  verifyStream,
} from '@nv2/content';
import { artifactTypeOf, type Descriptor, type Digest, isDigest, parseManifest } from '@nv2/oci';
import type { DirectoryFiles } from './directory-files.ts';
import { removeIngest, syncDirectory, writeDurably } from './durable-write.ts';
import { fileStep } from './file-errors.ts';
import {
  checkName,
  encodeLayoutIndex,
  findNamed,
  type LayoutIndex,
  parseLayoutIndex,
  withManifest,
  withoutDigest,
  withoutName,
} from './index-json.ts';
import { blobPath, indexPath } from './layout-files.ts';
import { LayoutReader, refuseWriting } from './layout-reader.ts';
import { maxIndexBytes } from './limits.ts';
import { withLock } from './lock.ts';

export interface DirectoryLayoutOptions {
  readonly isReadOnly: boolean;
  readonly lockWaitMs: number;
}

export class DirectoryLayout implements DeletableStore, AsyncDisposable {
  readonly name: string;
  readonly #files: DirectoryFiles;
  readonly #reader: LayoutReader;
  readonly #options: DirectoryLayoutOptions;

  constructor(files: DirectoryFiles, options: DirectoryLayoutOptions) {
    this.name = files.name;
    this.#files = files;
    this.#reader = new LayoutReader(files);
    this.#options = options;
  }

  /** All entries of `index.json`, named and unnamed. */
  index(): Promise<LayoutIndex> {
    return this.#reader.index();
  }

  findManifestDescriptor(reference: string, options?: FetchOptions): Promise<Descriptor | undefined> {
    return this.#reader.findManifestDescriptor(reference, options);
  }

  findManifest(reference: string, options?: FetchOptions): Promise<Manifest | undefined> {
    return this.#reader.findManifest(reference, options);
  }

  hasBlob(descriptor: Descriptor, options?: FetchOptions): Promise<boolean> {
    return this.#reader.hasBlob(descriptor, options);
  }

  fetchBlob(descriptor: Descriptor, options?: FetchOptions): Promise<AsyncIterable<Uint8Array>> {
    return this.#reader.fetchBlob(descriptor, options);
  }

  referrers(subject: Descriptor, options?: ReferrersOptions): AsyncIterable<Descriptor> {
    return this.#reader.referrers(subject, options);
  }

  tags(options?: FetchOptions): AsyncIterable<string> {
    return this.#reader.tags(options);
  }

  async pushBlob(descriptor: Descriptor, body: BodySource, options: FetchOptions = {}): Promise<void> {
    this.#assertWritable('writing a blob', options);
    // A file of another size is the rest of an accident; it is replaced.
    if (await this.#reader.hasBlob(descriptor)) return;
    await this.#writeBlob(descriptor, body.open());
  }

  async pushManifest(manifest: Manifest, options: PushManifestOptions = {}): Promise<void> {
    this.#assertWritable('writing a manifest', options);
    checkManifestBytes(manifest);
    if (options.tag !== undefined) checkName(options.tag);
    const { mediaType, digest, size } = manifest.descriptor;
    const parsed = parseManifest(manifest.bytes, mediaType);
    if (!(await this.#reader.hasBlob(manifest.descriptor))) {
      await this.#writeBlob(manifest.descriptor, bytesBody(manifest.bytes).open());
    }
    const artifactType = parsed.subject === undefined ? undefined : artifactTypeOf(parsed);
    const entry = { mediaType, digest, size, ...(artifactType === undefined ? {} : { artifactType }) };
    await this.#change((index) => withManifest(index, entry, options.tag), options);
  }

  async tagManifest(descriptor: Descriptor, tag: string, options: FetchOptions = {}): Promise<void> {
    this.#assertWritable('naming a manifest', options);
    checkName(tag);
    const found = await this.#reader.findManifestDescriptor(descriptor.digest, options);
    if (found === undefined) throw this.#notFound(`manifest ${descriptor.digest}`);
    await this.#change((index) => withManifest(index, found, tag), options);
  }

  async deleteManifest(reference: string, options: FetchOptions = {}): Promise<void> {
    this.#assertWritable('deleting a manifest', options);
    if (!isDigest(reference)) {
      await this.#change((index) => {
        if (findNamed(index, reference) === undefined) throw this.#notFound(`tag ${quoteText(reference)}`);
        return withoutName(index, reference);
      }, options);
      return;
    }
    const found = await this.#reader.findManifestDescriptor(reference, options);
    if (found === undefined) throw this.#notFound(`manifest ${reference}`);
    await this.#change((index) => withoutDigest(index, reference), options);
    await this.#removeBlob(reference);
  }

  async deleteBlob(digest: Digest, options: FetchOptions = {}): Promise<void> {
    this.#assertWritable('deleting a blob', options);
    if ((await this.#files.findSize(blobPath(digest))) === undefined) throw this.#notFound(`blob ${digest}`);
    await this.#removeBlob(digest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#options.isReadOnly) await removeIngest(this.#files.root);
  }

  /** Changes `index.json` as it is at that moment, whoever wrote it last. */
  async #change(change: (index: LayoutIndex) => LayoutIndex, { signal }: FetchOptions): Promise<void> {
    const { root } = this.#files;
    const lock = { waitMs: this.#options.lockWaitMs, ...(signal === undefined ? {} : { signal }) };
    await withLock(root, lock, async (assertLocked) => {
      const before = parseLayoutIndex((await this.#files.findBytes(indexPath, maxIndexBytes)) ?? new Uint8Array());
      const after = change(before);
      const bytes = encodeLayoutIndex(after);
      if (after === before) return;
      // Also refuses what we could not read again.
      parseLayoutIndex(bytes);
      await writeDurably(root, join(root, indexPath), bytesBody(bytes).open(), assertLocked);
    });
  }

  async #writeBlob(descriptor: Descriptor, content: AsyncIterable<Uint8Array>): Promise<void> {
    const path = blobPath(descriptor.digest);
    const directory = dirname(path);
    await this.#makeDirectory('blobs');
    await this.#makeDirectory(directory);
    await writeDurably(this.#files.root, join(this.#files.root, path), verifyStream(descriptor, content));
  }

  async #makeDirectory(path: string): Promise<void> {
    const full = join(this.#files.root, path);
    await fileStep(`making ${full}`, () => mkdir(full, { recursive: true }));
    await this.#files.assertInside(path);
  }

  async #removeBlob(digest: Digest): Promise<void> {
    const path = join(this.#files.root, blobPath(digest));
    await this.#files.assertInside(dirname(blobPath(digest)));
    await fileStep(`removing ${path}`, () => rm(path, { force: true }));
    await syncDirectory(dirname(path));
  }

  #assertWritable(what: string, { signal }: FetchOptions): void {
    signal?.throwIfAborted();
    if (this.#options.isReadOnly) refuseWriting(what, this.name);
  }

  #notFound(what: string): ContentError {
    return new ContentError('CONTENT_NOT_FOUND', `${what} is not in ${this.name}`);
  }
}
