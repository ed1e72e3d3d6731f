// Uploads from POST to the blob (distribution-spec, "Pushing blobs"): resumable, one writer each,
// durable offsets.

import { type BodySource, bytesBody, encodeHex, type HashName } from '@nv2/base';
import { type Digest, digestAlgorithm, type RepositoryName } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import type { Metadata } from '../metadata/metadata.ts';
import type { Upload } from '../metadata/uploads.ts';
import type { Settings } from '../options.ts';
import type { ByteRange, StorageDriver } from '../storage/driver.ts';
import { boundedBody } from './body.ts';
import { UploadHashes } from './hashing.ts';
import { Locks } from './locks.ts';
import { assertContinues } from './place.ts';

export interface Chunk {
  readonly body?: BodySource | undefined;
  /** Where the client says these bytes belong; absent means at the end. */
  readonly range?: ByteRange | undefined;
}

/** At most this many expired uploads are removed on the way to a new one. */
const expiredAtATime = 16;

export class UploadSessions {
  readonly #settings: Settings;
  readonly #metadata: Metadata;
  readonly #storage: StorageDriver;
  readonly #hashes: UploadHashes;
  readonly #locks = new Locks();
  #openCount: number;

  constructor(settings: Settings, metadata: Metadata, storage: StorageDriver) {
    this.#settings = settings;
    this.#metadata = metadata;
    this.#storage = storage;
    this.#hashes = new UploadHashes(storage);
    this.#openCount = metadata.uploads.count();
  }

  /** Removes files that crashed requests left behind: those of no open upload. */
  async sweep(): Promise<void> {
    const open = new Set(this.#metadata.uploads.ids());
    for (const id of await this.#storage.listUploads()) if (!open.has(id)) await this.#storage.deleteUpload(id);
  }

  /** @throws ServerError `SERVER_TOO_MANY_UPLOADS`, `SERVER_STORAGE_FULL` */
  async start(repository: RepositoryName, algorithm: HashName): Promise<Upload> {
    await this.#expire();
    await this.#assertSpace(0);
    if (this.#openCount >= this.#settings.maxOpenUploads) {
      const headers = [['Retry-After', '60']] as const;
      throw new ServerError('SERVER_TOO_MANY_UPLOADS', `there are ${this.#openCount} open uploads`, { headers });
    }
    this.#openCount += 1;
    const upload: Upload = { id: this.#newId(), repository, algorithm, received: 0 };
    await this.#metadata.write(() => this.#metadata.uploads.add(upload, this.#settings.now()));
    return upload;
  }

  /** @throws ServerError `SERVER_UPLOAD_UNKNOWN` */
  get(repository: RepositoryName, id: string): Upload {
    const upload = this.#metadata.uploads.find(repository, id);
    if (upload !== undefined) return upload;
    throw new ServerError('SERVER_UPLOAD_UNKNOWN', `no such upload in ${repository}`);
  }

  append(repository: RepositoryName, id: string, chunk: Chunk): Promise<Upload> {
    return this.#locks.hold(id, async () => {
      const upload = this.get(repository, id);
      const received = await this.#receive(upload, chunk);
      await this.#setReceived(id, received);
      return { ...upload, received };
    });
  }

  /**
   * Adds a last chunk, checks the digest and makes the upload a blob of the repository. A wrong digest ends the upload
   * (G4).
   */
  finish(repository: RepositoryName, id: string, digest: Digest, chunk: Chunk): Promise<void> {
    return this.#locks.hold(id, async () => {
      const upload = this.get(repository, id);
      const length = await this.#receive(upload, chunk);
      const found = await this.#hashes.finish(id, digestAlgorithm(digest), length);
      if (found !== digest) await this.#discard(id);
      assertDigest(found, digest);
      await this.#storage.commitUpload(id, length, digest);
      // G9: the blob exists from this commit on; until then a crash leaves the upload as it was.
      await this.#metadata.write(() => {
        this.#metadata.blobs.link(this.#metadata.repositories.ensure(repository), digest, length);
        this.#metadata.uploads.remove(id);
      });
      this.#openCount -= 1;
      await this.#storage.deleteUpload(id);
    });
  }

  cancel(repository: RepositoryName, id: string): Promise<void> {
    return this.#locks.hold(id, async () => {
      this.get(repository, id);
      await this.#discard(id);
    });
  }

  /** A blob in one request. A broken connection leaves nothing behind. */
  async store(repository: RepositoryName, digest: Digest, body: BodySource | undefined): Promise<void> {
    await this.#assertSpace(body?.length ?? 0);
    const id = this.#newId();
    const algorithm = digestAlgorithm(digest);
    const follow = this.#hashes.follow(id, algorithm, 0);
    let length = 0;
    try {
      const bytes = boundedBody(body, { maxBytes: this.#settings.maxBlobBytes });
      await this.#storage.appendUpload(id, 0, bytes, (chunk) => {
        follow(chunk);
        length += chunk.length;
      });
      assertDigest(await this.#hashes.finish(id, algorithm, length), digest);
      await this.#storage.commitUpload(id, length, digest);
      await this.#metadata.write(() => {
        this.#metadata.blobs.link(this.#metadata.repositories.ensure(repository), digest, length);
      });
    } finally {
      this.#hashes.forget(id);
      await this.#storage.deleteUpload(id);
    }
  }

  /** Stores bytes of known digest without making them a blob of any repository. */
  async storeBytes(digest: Digest, bytes: Uint8Array): Promise<void> {
    const id = this.#newId();
    try {
      await this.#storage.appendUpload(id, 0, bytesBody(bytes).open(), () => undefined);
      await this.#storage.commitUpload(id, bytes.length, digest);
    } finally {
      await this.#storage.deleteUpload(id);
    }
  }

  /** Writes a chunk durably. @returns the new length; putting it into the metadata is the caller's part. */
  async #receive(upload: Upload, { body, range }: Chunk): Promise<number> {
    assertContinues(upload, body, range);
    const { id, received, algorithm } = upload;
    if (body === undefined && received > 0) return received;
    await this.#assertSpace(body?.length ?? 0);
    const follow = this.#hashes.follow(id, algorithm, received);
    let length = received;
    const maxBytes = this.#settings.maxBlobBytes - received;
    const bytes = boundedBody(body, { expected: range && range.end - range.start + 1, maxBytes });
    try {
      await this.#storage.appendUpload(id, received, bytes, (chunk) => {
        follow(chunk);
        length += chunk.length;
      });
    } catch (error) {
      // G5: what a broken connection delivered is kept; what a full disk or a broken rule left behind is not.
      if (!(error instanceof ServerError)) await this.#setReceived(id, length);
      throw error;
    }
    return length;
  }

  async #expire(): Promise<void> {
    const before = new Date(this.#settings.now().getTime() - this.#settings.uploadExpiryMs);
    for (const id of this.#metadata.uploads.listIdle(before, expiredAtATime)) {
      if (!this.#locks.isHeld(id)) await this.#locks.hold(id, () => this.#discard(id));
    }
  }

  async #discard(id: string): Promise<void> {
    this.#hashes.forget(id);
    await this.#metadata.write(() => this.#metadata.uploads.remove(id));
    this.#openCount -= 1;
    await this.#storage.deleteUpload(id);
  }

  #setReceived(id: string, received: number): Promise<void> {
    return this.#metadata.write(() => this.#metadata.uploads.setReceived(id, received, this.#settings.now()));
  }

  // K9: stop before the disk is full, while metadata can still be written.
  async #assertSpace(bytes: number): Promise<void> {
    if ((await this.#storage.freeBytes()) - bytes >= this.#settings.minFreeBytes) return;
    throw new ServerError('SERVER_STORAGE_FULL', 'pushing a blob: the disk is nearly full');
  }

  /** 128 random bits: who was not told cannot guess (G1). */
  #newId(): string {
    return encodeHex(this.#settings.random(16));
  }
}

function assertDigest(found: Digest, expected: Digest): void {
  if (found === expected) return;
  throw new ServerError(
    'SERVER_DIGEST_INVALID',
    `pushing a blob: the bytes have digest ${found}, expected ${expected}`,
  );
}
