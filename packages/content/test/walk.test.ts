import { encodeUtf8 } from '@nv2/base';
import { type ContentStore, manifestOf, memoryStore, type WalkOptions, walk } from '@nv2/content';
import { type Descriptor, encodeManifest, mediaTypes } from '@nv2/oci';
import { pushArtifact, pushIndex, testImage, testIndex, testReferrer } from '@nv2/testing';
import { describe, expect, it } from 'vitest';

async function visit(store: ContentStore, root: Descriptor, options: WalkOptions = {}): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const node of walk(store, root, options)) digests.push(node.descriptor.digest);
  return digests;
}

/** A store that lists whatever it is told as referrers of everything. */
function lying(store: ContentStore, listed: readonly Descriptor[]): ContentStore {
  return new Proxy(store, {
    get(target, property) {
      if (property === 'referrers')
        return async function* () {
          yield* listed;
        };
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('walking a graph', () => {
  it('visits the manifest, its config and its layers', async () => {
    const store = memoryStore();
    const image = testImage();
    const root = await pushArtifact(store, image);
    expect(await visit(store, root)).toEqual([root.digest, ...image.blobs.map((blob) => blob.descriptor.digest)]);
  });

  it('visits what two images share once', async () => {
    const store = memoryStore();
    const index = testIndex();
    const root = await pushIndex(store, index, 'v1');
    const digests = await visit(store, root);
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests).toContain(index.images[1].blobs[0]?.descriptor.digest);
  });

  it('reads no blob', async () => {
    const store = memoryStore();
    const image = testImage();
    await store.pushManifest(image.manifest);
    expect(await visit(store, image.manifest.descriptor)).toHaveLength(5);
  });

  it('visits the subject if the store has it, and goes on without it', async () => {
    const store = memoryStore();
    const image = testImage();
    const signature = await pushArtifact(store, testReferrer(image.manifest.descriptor));
    expect(await visit(store, signature)).toHaveLength(3);
    await pushArtifact(store, image);
    expect(await visit(store, signature)).toContain(image.manifest.descriptor.digest);
  });

  it('visits referrers of referrers, and of the children of an index, when asked', async () => {
    const store = memoryStore();
    const index = testIndex();
    const root = await pushIndex(store, index, 'v1');
    const child = index.images[1].manifest.descriptor;
    const sbom = await pushArtifact(store, testReferrer(child));
    const signature = await pushArtifact(
      store,
      testReferrer(sbom, { artifactType: 'application/vnd.example.signature' }),
    );
    expect(await visit(store, root)).not.toContain(sbom.digest);
    expect(await visit(store, root, { referrers: true })).toEqual(
      expect.arrayContaining([sbom.digest, signature.digest]),
    );
  });

  it('does not believe a listing that names something else, and still visits it where it belongs', async () => {
    const store = memoryStore();
    const index = testIndex();
    const root = await pushIndex(store, index);
    const stranger = await pushArtifact(store, testImage({ name: 'stranger' }));
    const child = index.images[0].manifest.descriptor;
    const absent = testReferrer(root).manifest.descriptor;
    const digests = await visit(lying(store, [stranger, child, root, absent]), root, { referrers: true });
    expect(digests).not.toContain(stranger.digest);
    expect(digests).not.toContain(absent.digest);
    expect(digests.toSorted()).toEqual((await visit(store, root)).toSorted());
  });

  it('stops at the number of nodes, and one more is enough', async () => {
    const store = memoryStore();
    const root = await pushArtifact(store, testImage());
    await expect(visit(store, root, { maxNodes: 4 })).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
    expect(await visit(store, root, { maxNodes: 5 })).toHaveLength(5);
  });

  it('stops at the depth, and one level more is enough', async () => {
    const store = memoryStore();
    let root: Descriptor = await pushArtifact(store, testImage());
    for (let level = 0; level < 6; level += 1) {
      const bytes = encodeManifest({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests: [root] });
      const manifest = manifestOf(bytes, { mediaType: mediaTypes.ociIndex });
      await store.pushManifest(manifest);
      root = manifest.descriptor;
    }
    await expect(visit(store, root, { maxDepth: 6 })).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
    expect(await visit(store, root, { maxDepth: 7 })).toHaveLength(11);
  });

  it('ends in a store that says everything refers to everything', async () => {
    const store = memoryStore();
    const root = await pushArtifact(store, testImage());
    const referrers: Descriptor[] = [root];
    for (let number = 0; number < 5; number += 1) {
      referrers.push(await pushArtifact(store, testReferrer(root, { content: encodeUtf8(`${number}`) })));
    }
    expect(await visit(lying(store, referrers), root, { referrers: true })).toHaveLength(5 + 5 + 1 + 5);
  });

  it('follows no endless listing', async () => {
    const store = memoryStore();
    const root = await pushArtifact(store, testImage());
    const endless = new Proxy(store, {
      get(target, property) {
        if (property === 'referrers')
          return async function* () {
            for (;;) yield root;
          };
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(visit(endless, root, { referrers: true })).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });

  it('reports a child that is not there', async () => {
    const store = memoryStore();
    const index = testIndex();
    await store.pushManifest(index.index);
    await expect(visit(store, index.index.descriptor)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
  });

  it('reports a child that is not what its parent says', async () => {
    const store = memoryStore();
    const child = await pushArtifact(store, testImage());
    const wrong = { ...child, size: child.size + 1 };
    const bytes = encodeManifest({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests: [wrong] });
    const index = manifestOf(bytes, { mediaType: mediaTypes.ociIndex });
    await store.pushManifest(index);
    await expect(visit(store, index.descriptor)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('stops when the signal is aborted', async () => {
    const store = memoryStore();
    const root = await pushArtifact(store, testImage());
    await expect(visit(store, root, { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
