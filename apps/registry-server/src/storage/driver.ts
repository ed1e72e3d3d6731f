// Where the bytes of blobs live. Metadata decides what exists; a driver only keeps bytes by digest, and uploads by id.

import type { Digest } from '@nv2/oci';

/** Part of a blob: `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A blob that was found and opened. Reading to the end, breaking off the iteration, or `close` frees it. */
export interface OpenedBlob {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Content-addressed bytes plus temporary uploads. Errors: `SERVER_STORAGE_FULL`, `SERVER_STORAGE_FAILED`. */
export interface StorageDriver {
  /**
   * Opens a blob, or a part of it.
   *
   * @throws ServerError `SERVER_STORAGE_FAILED` when the bytes are not there, for metadata said they are
   */
  openBlob(digest: Digest, range?: ByteRange): Promise<OpenedBlob>;
  /** Bytes of a stored blob. */
  findBlobSize(digest: Digest): Promise<number | undefined>;

  /**
   * Writes at `offset`, dropping whatever lay beyond it, and resolves when the bytes are durable. At offset 0 the
   * upload
   * begins; ids are lower-case hexadecimal with dashes.
   *
   * `onBytes` sees each chunk after it was written. If the body breaks off, what arrived is made durable before the
   * body's error is thrown.
   */
  appendUpload(
    id: string,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<void>;
  /** The first `length` bytes of an upload. */
  readUpload(id: string, length: number): AsyncIterable<Uint8Array>;
  /**
   * Makes the first `length` bytes of an upload the blob of `digest`, durably. The upload stays until it is deleted.
   */
  commitUpload(id: string, length: number, digest: Digest): Promise<void>;
  /** Deleting what is not there is fine. */
  deleteUpload(id: string): Promise<void>;
  listUploads(): Promise<readonly string[]>;

  /** Bytes that may still be written. */
  freeBytes(): Promise<number>;
}

/** How a driver comes to be. */
export interface StorageKind {
  readonly name: string;
  /** @throws ServerError `SERVER_DIRECTORY_UNUSABLE` */
  open(directory: string, options: { readonly isDurable: boolean }): Promise<StorageDriver>;
}
