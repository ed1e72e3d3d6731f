// Hashing uploads while they arrive. A hash that a restart or a failed write interrupted is computed again from storage
// (G8).

import { createHasher, type Hasher, type HashName } from '@nv2/base';
import { type Digest, digestFrom } from '@nv2/oci';
import type { StorageDriver } from '../storage/driver.ts';

interface Running {
  readonly algorithm: HashName;
  readonly hasher: Hasher;
  length: number;
}

export class UploadHashes {
  readonly #storage: StorageDriver;
  readonly #running = new Map<string, Running>();

  constructor(storage: StorageDriver) {
    this.#storage = storage;
  }

  /**
   * Follows an upload from `offset`: call the result with each chunk. A hash that ran ahead of a failed write does not
   * fit and is dropped.
   */
  follow(id: string, algorithm: HashName, offset: number): (bytes: Uint8Array) => void {
    const known = this.#running.get(id);
    const fresh = offset === 0 ? { algorithm, hasher: createHasher(algorithm), length: 0 } : undefined;
    const state = known?.length === offset ? known : fresh;
    if (state === undefined) {
      this.#running.delete(id);
      return () => undefined;
    }
    this.#running.set(id, state);
    return (bytes) => {
      state.hasher.update(bytes);
      state.length += bytes.length;
    };
  }

  /** The digest of the first `length` bytes. */
  async finish(id: string, algorithm: HashName, length: number): Promise<Digest> {
    const state = this.#running.get(id);
    this.#running.delete(id);
    if (state?.algorithm === algorithm && state.length === length) return digestFrom(algorithm, state.hasher);
    const hasher = createHasher(algorithm);
    for await (const bytes of this.#storage.readUpload(id, length)) hasher.update(bytes);
    return digestFrom(algorithm, hasher);
  }

  forget(id: string): void {
    this.#running.delete(id);
  }
}
