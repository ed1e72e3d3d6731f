// The store a contract is given, and short ways to read it.

import { concatBytes } from '@nv2/base';
import { type ContentStore, verifyStream } from '@nv2/content';
import type { Descriptor, Digest } from '@nv2/oci';

/** A store to be tried, disposed after each test. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ContentStore;
  /** Another client of the same place, as a second process would have it. */
  openAgain(): Promise<ContentStore>;
  /** Changes a stored byte behind the store's back, size unchanged; absent where nobody can reach the bytes. */
  readonly corrupt?: (digest: Digest) => Promise<void>;
}

export type MakeStore = () => Promise<StoreUnderTest>;

/** Reads a blob as a careful caller does. */
export async function readBlob(store: ContentStore, descriptor: Descriptor): Promise<Uint8Array> {
  const chunks = await all(verifyStream(descriptor, await store.fetchBlob(descriptor)));
  return concatBytes(chunks);
}

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export async function* asyncOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export function digests(descriptors: readonly Descriptor[]): readonly Digest[] {
  return descriptors.map(({ digest }) => digest).toSorted();
}
