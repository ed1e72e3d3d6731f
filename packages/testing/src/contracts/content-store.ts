// What every content store promises. Run by each implementation with a fresh, empty store per test.

import { bytesBody, concatBytes, encodeUtf8, type HashName } from '@nv2/base';
import { isDeletableStore, type Manifest } from '@nv2/content';
import { digestOf, mediaTypes, parseManifest } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { pushArtifact, pushIndex, testBlob, testImage, testIndex, testReferrer } from '../images.ts';
import { referrerCases } from './content-store-referrers.ts';
import { all, asyncOf, digests, type MakeStore, readBlob } from './store-under-test.ts';

export interface ContentStoreContractOptions {
  /** Algorithms the place supports. Default all three. */
  readonly algorithms?: readonly HashName[];
}

/** Declares the suite. `makeStore` is called once per test. */
export function contentStoreContract(
  name: string,
  makeStore: MakeStore,
  options: ContentStoreContractOptions = {},
): void {
  const { algorithms = ['sha256', 'sha384', 'sha512'] } = options;
  describe(`content store contract: ${name}`, () => {
    blobCases(makeStore, algorithms);
    manifestCases(makeStore, algorithms);
    referrerCases(makeStore);
    tagCases(makeStore);
    deletionCases(makeStore);
    corruptionCases(makeStore);
  });
}

function blobCases(makeStore: MakeStore, algorithms: readonly HashName[]): void {
  it.each(algorithms)('gives back a blob addressed by %s', async (algorithm) => {
    await using place = await makeStore();
    const bytes = encodeUtf8('hello');
    const descriptor = { mediaType: mediaTypes.octetStream, digest: digestOf(bytes, algorithm), size: 5 };
    expect(await place.store.hasBlob(descriptor)).toBe(false);
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    expect(await place.store.hasBlob(descriptor)).toBe(true);
    expect(await readBlob(place.store, descriptor)).toEqual(bytes);
  });

  it('gives back an empty blob', async () => {
    await using place = await makeStore();
    const { descriptor, bytes } = testBlob(mediaTypes.octetStream, new Uint8Array());
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    expect(await place.store.hasBlob(descriptor)).toBe(true);
    expect(await readBlob(place.store, descriptor)).toEqual(bytes);
  });

  it('gives back a blob of many chunks', async () => {
    await using place = await makeStore();
    const chunks = Array.from({ length: 40 }, (_, index) => new Uint8Array(9973).fill(index));
    const { descriptor, bytes } = testBlob(mediaTypes.octetStream, concatBytes(chunks));
    await place.store.pushBlob(descriptor, { length: bytes.length, open: () => asyncOf(chunks) });
    expect(digestOf(await readBlob(place.store, descriptor))).toBe(descriptor.digest);
  });

  it('takes the same blob twice', async () => {
    await using place = await makeStore();
    const { descriptor, bytes } = testBlob(mediaTypes.octetStream, encodeUtf8('again'));
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    expect(await readBlob(place.store, descriptor)).toEqual(bytes);
  });

  it('reports a blob it does not have', async () => {
    await using place = await makeStore();
    const { descriptor } = testBlob(mediaTypes.octetStream, encodeUtf8('never pushed'));
    expect(await place.store.hasBlob(descriptor)).toBe(false);
    await expect(readBlob(place.store, descriptor)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
  });

  it.each([
    ['of another content', encodeUtf8('hellO')],
    ['that are too few', encodeUtf8('hell')],
    ['that are too many', encodeUtf8('hello!')],
  ])('keeps nothing of bytes %s', async (_, bytes) => {
    await using place = await makeStore();
    const { descriptor } = testBlob(mediaTypes.octetStream, encodeUtf8('hello'));
    await expect(place.store.pushBlob(descriptor, bytesBody(bytes))).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
    expect(await place.store.hasBlob(descriptor)).toBe(false);
    await expect(readBlob(place.store, descriptor)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
  });

  it('keeps nothing of a blob whose stream breaks', async () => {
    await using place = await makeStore();
    const { descriptor } = testBlob(mediaTypes.octetStream, encodeUtf8('hello'));
    const body = {
      length: 5,
      async *open(): AsyncGenerator<Uint8Array> {
        yield encodeUtf8('hel');
        throw new Error('the line broke');
      },
    };
    await expect(place.store.pushBlob(descriptor, body)).rejects.toThrow();
    expect(await place.store.hasBlob(descriptor)).toBe(false);
  });

  it('stops before it begins when the signal is aborted', async () => {
    await using place = await makeStore();
    const { descriptor, bytes } = testBlob(mediaTypes.octetStream, encodeUtf8('stop'));
    const signal = AbortSignal.abort();
    await expect(place.store.pushBlob(descriptor, bytesBody(bytes), { signal })).rejects.toThrow();
    await expect(place.store.findManifest('v1', { signal })).rejects.toThrow();
    expect(await place.store.hasBlob(descriptor)).toBe(false);
  });
}

function manifestCases(makeStore: MakeStore, algorithms: readonly HashName[]): void {
  it('finds a manifest by tag and by digest with its exact bytes', async () => {
    await using place = await makeStore();
    const image = testImage();
    await pushArtifact(place.store, image, 'v1');
    for (const reference of ['v1', image.manifest.descriptor.digest]) {
      expect(await place.store.findManifest(reference)).toEqual(image.manifest);
      expect(await place.store.findManifestDescriptor(reference)).toMatchObject(image.manifest.descriptor);
    }
  });

  it('finds nothing under an unknown tag or digest', async () => {
    await using place = await makeStore();
    for (const reference of ['v1', digestOf(encodeUtf8('unknown'))]) {
      expect(await place.store.findManifest(reference)).toBeUndefined();
      expect(await place.store.findManifestDescriptor(reference)).toBeUndefined();
    }
  });

  it('keeps Docker manifests and lists as they are', async () => {
    await using place = await makeStore();
    const list = testIndex({ format: 'docker' });
    await pushIndex(place.store, list, 'v1');
    expect((await place.store.findManifest('v1'))?.descriptor).toEqual(list.index.descriptor);
    const child = list.images[1].manifest;
    expect(await place.store.findManifest(child.descriptor.digest)).toEqual(child);
  });

  it.each(algorithms)('addresses a manifest by %s', async (algorithm) => {
    await using place = await makeStore();
    const image = testImage();
    await pushArtifact(place.store, image);
    const digest = digestOf(image.manifest.bytes, algorithm);
    const manifest: Manifest = { ...image.manifest, descriptor: { ...image.manifest.descriptor, digest } };
    await place.store.pushManifest(manifest);
    expect(await place.store.findManifest(digest)).toEqual(manifest);
  });

  it('refuses a manifest whose bytes are not those of its descriptor', async () => {
    await using place = await makeStore();
    const { manifest, blobs } = testImage();
    const other = testImage({ name: 'other' }).manifest;
    await pushArtifact(place.store, { manifest: other, blobs: [...blobs, ...testImage({ name: 'other' }).blobs] });
    const lie = { descriptor: manifest.descriptor, bytes: other.bytes };
    await expect(place.store.pushManifest(lie, { tag: 'v1' })).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(await place.store.findManifest('v1')).toBeUndefined();
    expect(await place.store.findManifest(manifest.descriptor.digest)).toBeUndefined();
  });

  it('takes the same manifest twice', async () => {
    await using place = await makeStore();
    const image = testImage();
    await pushArtifact(place.store, image, 'v1');
    await pushArtifact(place.store, image, 'v1');
    expect(await all(place.store.tags())).toEqual(['v1']);
    expect(await place.store.findManifest('v1')).toEqual(image.manifest);
  });

  it('shows what one client wrote to another', async () => {
    await using place = await makeStore();
    const other = await place.openAgain();
    expect(await other.findManifest('v1')).toBeUndefined();
    const image = testImage();
    await pushArtifact(place.store, image, 'v1');
    expect(await other.findManifest('v1')).toEqual(image.manifest);
    expect(await all(other.tags())).toEqual(['v1']);
  });
}

function tagCases(makeStore: MakeStore): void {
  it('lists tags in byte order', async () => {
    await using place = await makeStore();
    expect(await all(place.store.tags())).toEqual([]);
    const image = testImage();
    for (const tag of ['v2', 'v10', 'Latest', 'v1']) await pushArtifact(place.store, image, tag);
    expect(await all(place.store.tags())).toEqual(['Latest', 'v1', 'v10', 'v2']);
  });

  it('gives an existing manifest another name', async () => {
    await using place = await makeStore();
    const image = testImage();
    const descriptor = await pushArtifact(place.store, image, 'v1');
    await place.store.tagManifest(descriptor, 'stable');
    expect(await place.store.findManifest('stable')).toEqual(image.manifest);
    expect(await place.store.findManifest('v1')).toEqual(image.manifest);
  });

  it('names no manifest that it does not have', async () => {
    await using place = await makeStore();
    const { descriptor } = testImage().manifest;
    await expect(place.store.tagManifest(descriptor, 'v1')).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    expect(await all(place.store.tags())).toEqual([]);
  });

  it.each(['', '../v1', 'a b', `sha256:${'0'.repeat(64)}`])('refuses the tag "%s"', async (tag) => {
    await using place = await makeStore();
    const image = testImage();
    const descriptor = await pushArtifact(place.store, image, 'v1');
    await expect(place.store.tagManifest(descriptor, tag)).rejects.toMatchObject({ code: 'OCI_REFERENCE_INVALID' });
    await expect(place.store.pushManifest(image.manifest, { tag })).rejects.toMatchObject({
      code: 'OCI_REFERENCE_INVALID',
    });
    expect(await all(place.store.tags())).toEqual(['v1']);
  });

  it('moves a tag and still has what it named before', async () => {
    await using place = await makeStore();
    const before = testImage();
    const after = testImage({ name: 'other' });
    await pushArtifact(place.store, before, 'v1');
    await pushArtifact(place.store, after, 'v1');
    expect(await place.store.findManifest('v1')).toEqual(after.manifest);
    expect(await place.store.findManifest(before.manifest.descriptor.digest)).toEqual(before.manifest);
    expect(await all(place.store.tags())).toEqual(['v1']);
  });

  it('keeps every tag when two clients write at the same time', async () => {
    await using place = await makeStore();
    const clients = [place.store, await place.openAgain()];
    const images = Array.from({ length: 6 }, (_, index) => testImage({ name: `image-${index}` }));
    await Promise.all(
      images.map((image, index) => pushArtifact(clients[index % 2] ?? place.store, image, `t${index}`)),
    );
    for (const client of clients) expect(await all(client.tags())).toEqual(['t0', 't1', 't2', 't3', 't4', 't5']);
  });
}

function deletionCases(makeStore: MakeStore): void {
  it('removes a tag and keeps the manifest', async () => {
    await using place = await makeStore();
    if (!isDeletableStore(place.store)) return;
    const image = testImage();
    await pushArtifact(place.store, image, 'v1');
    await pushArtifact(place.store, image, 'v2');
    await place.store.deleteManifest('v1');
    expect(await all(place.store.tags())).toEqual(['v2']);
    await place.store.deleteManifest('v2');
    expect(await all(place.store.tags())).toEqual([]);
    expect(await place.store.findManifest(image.manifest.descriptor.digest)).toEqual(image.manifest);
  });

  it('removes a manifest with its tags', async () => {
    await using place = await makeStore();
    if (!isDeletableStore(place.store)) return;
    const image = testImage();
    const { digest } = await pushArtifact(place.store, image, 'v1');
    await pushArtifact(place.store, image, 'v2');
    await pushArtifact(place.store, testImage({ name: 'other' }), 'other');
    await place.store.deleteManifest(digest);
    expect(await place.store.findManifest(digest)).toBeUndefined();
    expect(await place.store.findManifest('v1')).toBeUndefined();
    expect(await all(place.store.tags())).toEqual(['other']);
  });

  it('removes a deleted referrer from the listing', async () => {
    await using place = await makeStore();
    if (!isDeletableStore(place.store)) return;
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    const first = await pushArtifact(place.store, testReferrer(subject, { content: encodeUtf8('1') }));
    const second = await pushArtifact(place.store, testReferrer(subject, { content: encodeUtf8('2') }));
    await place.store.deleteManifest(first.digest);
    expect(digests(await all(place.store.referrers(subject)))).toEqual([second.digest]);
  });

  it('removes a blob', async () => {
    await using place = await makeStore();
    if (!isDeletableStore(place.store)) return;
    const { descriptor, bytes } = testBlob(mediaTypes.octetStream, encodeUtf8('gone'));
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    await place.store.deleteBlob(descriptor.digest);
    expect(await place.store.hasBlob(descriptor)).toBe(false);
  });

  it('reports the deletion of what it does not have', async () => {
    await using place = await makeStore();
    if (!isDeletableStore(place.store)) return;
    await pushArtifact(place.store, testImage(), 'v1');
    const digest = digestOf(encodeUtf8('unknown'));
    const absent = { code: 'CONTENT_NOT_FOUND' };
    await expect(place.store.deleteManifest('v2')).rejects.toMatchObject(absent);
    await expect(place.store.deleteManifest(digest)).rejects.toMatchObject(absent);
    await expect(place.store.deleteBlob(digest)).rejects.toMatchObject(absent);
  });
}

function corruptionCases(makeStore: MakeStore): void {
  it('never passes off a changed blob as the one asked for', async () => {
    await using place = await makeStore();
    if (place.corrupt === undefined) return;
    const { descriptor, bytes } = testBlob(mediaTypes.octetStream, encodeUtf8('precious'));
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    await place.corrupt(descriptor.digest);
    await expect(readBlob(place.store, descriptor)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('never passes off a changed manifest as the one asked for', async () => {
    await using place = await makeStore();
    if (place.corrupt === undefined) return;
    const image = testImage();
    const { digest } = await pushArtifact(place.store, image, 'v1');
    await place.corrupt(digest);
    const fresh = await place.openAgain();
    await expect(fresh.findManifest(digest)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('describes every manifest by the bytes it hands out', async () => {
    await using place = await makeStore();
    await pushIndex(place.store, testIndex(), 'v1');
    const manifest = await place.store.findManifest('v1');
    if (manifest === undefined) throw new Error('the index is not there');
    expect(digestOf(manifest.bytes)).toBe(manifest.descriptor.digest);
    expect(manifest.bytes.length).toBe(manifest.descriptor.size);
    expect(parseManifest(manifest.bytes, manifest.descriptor.mediaType).kind).toBe('index');
  });
}
