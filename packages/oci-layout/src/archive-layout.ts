// A content store over a layout in a tar, for reading.

import type { ContentStore, FetchOptions, Manifest, ReferrersOptions } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';
import { type ArchiveFiles, openArchiveFiles } from './archive-files.ts';
import { LayoutReader, refuseWriting } from './layout-reader.ts';
import { checkMarker } from './open-layout.ts';

/**
 * Opens an image layout in an uncompressed tar. Only the headers are read; the file must not change while it is open.
 *
 * @throws LayoutError `LAYOUT_NOT_FOUND`, `LAYOUT_INVALID`, `LAYOUT_LIMIT`, `LAYOUT_DENIED`, `LAYOUT_IO`
 */
export async function openLayoutArchive(
  tarPath: string,
  options: FetchOptions = {},
): Promise<ContentStore & AsyncDisposable> {
  const files = await openArchiveFiles(tarPath, options.signal);
  try {
    await checkMarker(files);
    const layout = new ArchiveLayout(files);
    await layout.check();
    return layout;
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}

class ArchiveLayout implements ContentStore, AsyncDisposable {
  readonly name: string;
  readonly #files: ArchiveFiles;
  readonly #reader: LayoutReader;

  constructor(files: ArchiveFiles) {
    this.name = files.name;
    this.#files = files;
    this.#reader = new LayoutReader(files);
  }

  async check(): Promise<void> {
    await this.#reader.index();
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

  async pushBlob(): Promise<void> {
    refuseWriting('writing a blob', this.name);
  }

  async pushManifest(): Promise<void> {
    refuseWriting('writing a manifest', this.name);
  }

  async tagManifest(): Promise<void> {
    refuseWriting('naming a manifest', this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }
}
