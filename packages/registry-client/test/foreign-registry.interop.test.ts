// The content store contract, large uploads and deletion over CNCF Distribution, a registry we did not write. It has no
// referrers API, and it deletes by digest only: so the contract sees a store that deletes nothing, and deletion is tried here.

import { bytesBody, encodeUtf8 } from '@nv2/base';
import type { ContentStore } from '@nv2/content';
import {
  contentStoreContract,
  findPeer,
  pushArtifact,
  startForeignRegistry,
  testBlob,
  testImage,
  testReferrer,
} from '@nv2/testing';
import { createTransport } from '@nv2/transport';
import { describe, expect, it } from 'vitest';
import type { RegistryRepository } from '../src/index.ts';
import { all, testSession } from './connect.ts';

const peer = findPeer('docker-registry');

let count = 0;
async function overDistribution() {
  if (peer === undefined) throw new Error('docker-registry is not installed');
  const registry = await startForeignRegistry(peer);
  const transport = createTransport();
  const name = `team/app${(count += 1)}`;
  const chunks = { uploadChunkThresholdBytes: 50_000, uploadChunkBytes: 40_000 };
  const open = (): RegistryRepository => testSession(transport, chunks).session.repository(registry.host, name);
  return {
    store: open(),
    openAgain: () => Promise.resolve(withoutDeletion(open())),
    async [Symbol.asyncDispose]() {
      transport.close();
      await registry[Symbol.asyncDispose]();
    },
  };
}

function withoutDeletion(store: RegistryRepository): ContentStore {
  return {
    name: store.name,
    findManifestDescriptor: (reference, options) => store.findManifestDescriptor(reference, options),
    findManifest: (reference, options) => store.findManifest(reference, options),
    hasBlob: (descriptor, options) => store.hasBlob(descriptor, options),
    fetchBlob: (descriptor, options) => store.fetchBlob(descriptor, options),
    pushBlob: (descriptor, body, options) => store.pushBlob(descriptor, body, options),
    pushManifest: (manifest, options) => store.pushManifest(manifest, options),
    tagManifest: (descriptor, tag, options) => store.tagManifest(descriptor, tag, options),
    referrers: (subject, options) => store.referrers(subject, options),
    tags: (options) => store.tags(options),
  };
}

describe.skipIf(peer === undefined)(`with ${peer?.version ?? 'docker-registry'}`, () => {
  contentStoreContract(
    'CNCF Distribution',
    async () => {
      const place = await overDistribution();
      return {
        ...place,
        store: withoutDeletion(place.store),
        [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
      };
    },
    { algorithms: ['sha256'] },
  );

  it('takes a deleted referrer off the referrers tag', async () => {
    await using place = await overDistribution();
    const image = testImage();
    await pushArtifact(place.store, image, 'v1');
    const subject = image.manifest.descriptor;
    const [first, second] = ['1', '2'].map((text) => testReferrer(subject, { content: encodeUtf8(text) }));
    for (const referrer of [first!, second!]) await pushArtifact(place.store, referrer);
    expect(await all(place.store.referrers(subject))).toHaveLength(2);
    await place.store.deleteManifest(first!.manifest.descriptor.digest);
    expect((await all(place.store.referrers(subject))).map(({ digest }) => digest)).toEqual([
      second!.manifest.descriptor.digest,
    ]);
    await expect(place.store.deleteManifest('v1')).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });

  it('sends a large blob in chunks', async () => {
    await using place = await overDistribution();
    const { descriptor, bytes } = testBlob(
      'application/octet-stream',
      new Uint8Array(300_000).map((_, index) => index % 253),
    );
    await place.store.pushBlob(descriptor, bytesBody(bytes));
    const parts = await all(await place.store.fetchBlob(descriptor));
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(300_000);
  });
});
