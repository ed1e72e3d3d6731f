import { type BodySource, encodeUtf8, isNv2Error } from '@nv2/base';
import {
  ContentError,
  type ContentStore,
  type CopyEvent,
  type CopyOptions,
  copy,
  isDeletableStore,
  manifestOf,
  memoryStore,
} from '@nv2/content';
import { type Descriptor, encodeManifest, mediaTypes, parseManifest } from '@nv2/oci';
import { pushArtifact, pushIndex, type TestIndex, testBlob, testImage, testIndex, testReferrer } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { recordingStore, writesOf } from './recording-store.ts';

const signatureType = 'application/vnd.cncf.notary.signature';
const sbomType = 'application/vnd.example.sbom.v1+json';

interface Supply {
  readonly source: ContentStore;
  readonly index: TestIndex;
  readonly root: Descriptor;
  readonly signature: Descriptor;
  readonly sbom: Descriptor;
  readonly sbomSignature: Descriptor;
}

/** An index, its signature, the SBoM of its second child, and the signature of that SBoM. */
async function supply(): Promise<Supply> {
  const source = memoryStore('source');
  const index = testIndex();
  const root = await pushIndex(source, index, 'v1');
  const signature = await pushArtifact(
    source,
    testReferrer(root, { artifactType: signatureType, content: encodeUtf8('s1') }),
  );
  const sbom = await pushArtifact(
    source,
    testReferrer(index.images[1].manifest.descriptor, { artifactType: sbomType }),
  );
  const sbomSignature = await pushArtifact(
    source,
    testReferrer(sbom, { artifactType: signatureType, content: encodeUtf8('s2') }),
  );
  return { source, index, root, signature, sbom, sbomSignature };
}

async function listed(store: ContentStore, subject: Descriptor): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const descriptor of store.referrers(subject)) digests.push(descriptor.digest);
  return digests.toSorted();
}

async function expectComplete(
  store: ContentStore,
  { index, root, signature, sbom, sbomSignature }: Supply,
): Promise<void> {
  expect((await store.findManifest('v1'))?.bytes).toEqual(index.index.bytes);
  for (const image of index.images) {
    expect(await store.findManifest(image.manifest.descriptor.digest)).toEqual(image.manifest);
    for (const blob of image.blobs) expect(await store.hasBlob(blob.descriptor)).toBe(true);
  }
  expect(await listed(store, root)).toEqual([signature.digest]);
  expect(await listed(store, index.images[1].manifest.descriptor)).toEqual([sbom.digest]);
  expect(await listed(store, sbom)).toEqual([sbomSignature.digest]);
}

describe('copying', () => {
  it('moves an index, its children, signatures, SBoMs and signatures of SBoMs', async () => {
    const goods = await supply();
    const destination = memoryStore('destination');
    const result = await copy(goods.source, destination, goods.root, { tag: 'v1' });
    await expectComplete(destination, goods);
    expect(result.referrers.map(({ digest }) => digest)).toEqual([
      goods.signature.digest,
      goods.sbom.digest,
      goods.sbomSignature.digest,
    ]);
  });

  it('moves the artifact alone when referrers are not wanted', async () => {
    const goods = await supply();
    const destination = memoryStore();
    const result = await copy(goods.source, destination, goods.root, { tag: 'v1', referrers: false });
    expect(result.referrers).toEqual([]);
    expect(await listed(destination, goods.root)).toEqual([]);
    expect(await destination.findManifest('v1')).toEqual(goods.index.index);
  });

  it('sends children before parents, referrers after the artifact, and the tag last', async () => {
    const goods = await supply();
    const { store, log } = recordingStore(memoryStore());
    await copy(goods.source, store, goods.root, { tag: 'v1', concurrency: 4 });
    const sent = writesOf(log);
    const at = (digest: string): number => sent.findIndex((line) => line.includes(digest));
    for (const image of goods.index.images) {
      for (const blob of image.blobs)
        expect(at(blob.descriptor.digest)).toBeLessThan(at(image.manifest.descriptor.digest));
      expect(at(image.manifest.descriptor.digest)).toBeLessThan(at(goods.root.digest));
    }
    expect(at(goods.root.digest)).toBeLessThan(at(goods.signature.digest));
    expect(at(goods.sbom.digest)).toBeLessThan(at(goods.sbomSignature.digest));
    expect(sent.at(-1)).toBe(`pushManifest ${goods.root.digest} as v1`);
    expect(sent.filter((line) => line.includes(' as '))).toHaveLength(1);
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('leaves no tag without all signatures behind, wherever the line breaks, and ends well the second time', async () => {
    const goods = await supply();
    const counting = recordingStore(memoryStore());
    await copy(goods.source, counting.store, goods.root, { tag: 'v1' });
    const total = writesOf(counting.log).length;
    expect(total).toBeGreaterThan(10);
    for (let failAt = 0; failAt < total; failAt += 1) {
      const destination = memoryStore();
      await expect(
        copy(goods.source, recordingStore(destination, failAt).store, goods.root, { tag: 'v1' }),
      ).rejects.toThrow('the line broke');
      expect(await destination.findManifestDescriptor('v1')).toBeUndefined();
      await copy(goods.source, destination, goods.root, { tag: 'v1' });
      await expectComplete(destination, goods);
    }
  });

  it('writes nothing the second time', async () => {
    const goods = await supply();
    const destination = memoryStore();
    await copy(goods.source, destination, goods.root, { tag: 'v1' });
    const from = recordingStore(goods.source);
    const to = recordingStore(destination);
    const result = await copy(from.store, to.store, goods.root, { tag: 'v1' });
    expect(writesOf(to.log)).toEqual([]);
    expect(from.log.filter((line) => line.startsWith('fetchBlob'))).toEqual([]);
    expect(result).toMatchObject({ copied: 0, mounted: 0, bytes: 0 });
    expect(result.referrers).toHaveLength(3);
  });

  it('sends a signature that came later, and nothing else', async () => {
    const goods = await supply();
    const destination = memoryStore();
    await copy(goods.source, destination, goods.root, { tag: 'v1' });
    const late = testReferrer(goods.root, { artifactType: signatureType, content: encodeUtf8('late') });
    await pushArtifact(goods.source, late);
    const { store, log } = recordingStore(destination);
    await copy(goods.source, store, goods.root, { tag: 'v1' });
    const [layer] = late.blobs.slice(1);
    expect(writesOf(log)).toEqual([
      `pushBlob ${layer?.descriptor.digest}`,
      `pushManifest ${late.manifest.descriptor.digest}`,
    ]);
  });

  it('moves a tag that named something else', async () => {
    const goods = await supply();
    const destination = memoryStore();
    await pushArtifact(destination, testImage({ name: 'older' }), 'v1');
    await copy(goods.source, destination, goods.root, { tag: 'v1' });
    expect((await destination.findManifestDescriptor('v1'))?.digest).toBe(goods.root.digest);
  });

  it('pushes a referrer again that the destination has but does not list', async () => {
    const goods = await supply();
    const destination = memoryStore();
    await copy(goods.source, destination, goods.root);
    const { store, log } = recordingStore(destination);
    const forgetful = new Proxy(store, {
      get(target, property) {
        if (property === 'referrers') return async function* () {};
        return Reflect.get(target, property) as unknown;
      },
    });
    await copy(goods.source, forgetful, goods.root);
    expect(writesOf(log)).toContain(`pushManifest ${goods.signature.digest}`);
  });

  it('accepts a manifest at hand and does not fetch it again', async () => {
    const goods = await supply();
    const { store, log } = recordingStore(goods.source);
    await copy(store, memoryStore(), goods.index.index, { tag: 'v1' });
    expect(log).not.toContain(`findManifest ${goods.root.digest}`);
  });

  it('fetches every manifest at most once', async () => {
    const goods = await supply();
    const { store, log } = recordingStore(goods.source);
    await copy(store, memoryStore(), goods.root, { tag: 'v1' });
    const fetched = log.filter((line) => line.startsWith('findManifest ') || line.startsWith('fetchBlob '));
    expect(new Set(fetched).size).toBe(fetched.length);
  });

  it('brings the subject along when a signature is copied by itself', async () => {
    const goods = await supply();
    const destination = memoryStore();
    await copy(goods.source, destination, goods.signature);
    expect(await destination.findManifest(goods.root.digest)).toEqual(goods.index.index);
    expect(await destination.findManifestDescriptor(goods.sbom.digest)).toBeUndefined();
  });

  it('goes on without a subject that the source does not have', async () => {
    const source = memoryStore();
    const absent = testImage().manifest.descriptor;
    const signature = await pushArtifact(source, testReferrer(absent));
    const events: CopyEvent[] = [];
    await copy(source, memoryStore(), signature, { onEvent: (event) => events.push(event) });
    expect(events).toContainEqual({ kind: 'skipped', descriptor: absent, because: 'absent' });
  });

  it('copies a blob by itself', async () => {
    const goods = await supply();
    const [blob] = testImage().blobs;
    if (blob === undefined) throw new Error('the image has no blobs');
    const destination = memoryStore();
    expect(await copy(goods.source, destination, blob.descriptor)).toMatchObject({
      copied: 1,
      bytes: blob.descriptor.size,
    });
    expect(await destination.hasBlob(blob.descriptor)).toBe(true);
  });

  it('stops when the signal is aborted on the way', async () => {
    const goods = await supply();
    const destination = memoryStore();
    const stop = new AbortController();
    const onEvent = (event: CopyEvent): void => {
      if (event.kind === 'finished') stop.abort();
    };
    await expect(
      copy(goods.source, destination, goods.root, { tag: 'v1', signal: stop.signal, onEvent }),
    ).rejects.toThrow();
    expect(await destination.findManifestDescriptor('v1')).toBeUndefined();
  });

  it('copies Docker lists as they are', async () => {
    const source = memoryStore();
    const list = testIndex({ format: 'docker' });
    const root = await pushIndex(source, list, 'v1');
    const destination = memoryStore();
    await copy(source, destination, root, { tag: 'v1' });
    expect(await destination.findManifest('v1')).toEqual(list.index);
  });
});

describe('which referrers travel', () => {
  const travelled = async (goods: Supply, options: CopyOptions): Promise<readonly string[]> =>
    (await copy(goods.source, memoryStore(), goods.root, options)).referrers.map(({ digest }) => digest);

  it('is chosen by artifact type, at every level', async () => {
    const goods = await supply();
    expect(await travelled(goods, { artifactType: signatureType })).toEqual([goods.signature.digest]);
    expect(await travelled(goods, { artifactType: sbomType })).toEqual([goods.sbom.digest]);
    expect(await travelled(goods, { artifactType: [sbomType, signatureType] })).toHaveLength(3);
    expect(await travelled(goods, { artifactType: [] })).toEqual([]);
  });

  it('is chosen by the caller, and what stays at home keeps its own referrers there', async () => {
    const goods = await supply();
    const seen: string[] = [];
    const chosen = await travelled(goods, {
      selectReferrer: async ({ descriptor, parsed, subject }) => {
        seen.push(`${parsed.kind} of ${subject.mediaType}`);
        return descriptor.digest !== goods.sbom.digest;
      },
    });
    expect(chosen).toEqual([goods.signature.digest]);
    expect(seen).toHaveLength(2);
  });

  it('excludes what a listing only claims', async () => {
    const goods = await supply();
    const stranger = await pushArtifact(
      goods.source,
      testReferrer(goods.signature, { content: encodeUtf8('stranger') }),
    );
    const absent = testReferrer(goods.root, { content: encodeUtf8('absent') }).manifest.descriptor;
    const wrongSize = { ...goods.sbom, size: goods.sbom.size + 1 };
    const noManifest = testBlob('text/plain', encodeUtf8('text')).descriptor;
    const lying = new Proxy(goods.source, {
      get(target, property) {
        if (property !== 'referrers') {
          const value: unknown = Reflect.get(target, property);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async function* (subject: Descriptor) {
          if (subject.digest === goods.root.digest) yield* [stranger, absent, wrongSize, noManifest, goods.signature];
        };
      },
    });
    const events: CopyEvent[] = [];
    const destination = memoryStore();
    const result = await copy(lying, destination, goods.root, { onEvent: (event) => events.push(event) });
    expect(result.referrers.map(({ digest }) => digest)).toEqual([goods.signature.digest]);
    expect(await destination.findManifestDescriptor(stranger.digest)).toBeUndefined();
    const reasons = events.flatMap((event) => (event.kind === 'skipped' ? [event.because] : []));
    expect(reasons.toSorted()).toEqual(['absent', 'false-claim', 'malformed', 'malformed']);
  });

  it('is bounded', async () => {
    const goods = await supply();
    const endless = new Proxy(goods.source, {
      get(target, property) {
        if (property === 'referrers')
          return async function* () {
            for (;;) yield goods.signature;
          };
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(copy(endless, memoryStore(), goods.root)).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });
});

describe('an incomplete destination', () => {
  it('is healed with force, and only what is missing is sent', async () => {
    const goods = await supply();
    const destination = memoryStore();
    await copy(goods.source, destination, goods.root, { tag: 'v1' });
    const lost = goods.index.images[0].blobs[0]?.descriptor;
    const child = goods.index.images[1].manifest.descriptor;
    if (lost === undefined || !isDeletableStore(destination)) throw new Error('not prepared');
    await destination.deleteBlob(lost.digest);
    await destination.deleteManifest(child.digest);

    await copy(goods.source, destination, goods.root, { tag: 'v1' });
    expect(await destination.hasBlob(lost)).toBe(false);

    const { store, log } = recordingStore(destination);
    await copy(goods.source, store, goods.root, { tag: 'v1', force: true });
    expect(writesOf(log).toSorted()).toEqual([`pushBlob ${lost.digest}`, `pushManifest ${child.digest}`]);
    await expectComplete(destination, goods);
  });

  it('that refuses a manifest for want of its parts is sent them once more', async () => {
    const goods = await supply();
    const destination = memoryStore();
    const { store, log } = recordingStore(destination);
    let refusals = 0;
    const doubting = refusing(store, async (digest) => {
      if (digest !== goods.root.digest || refusals > 0) return;
      refusals += 1;
      throw new ContentError('CONTENT_PARTS_MISSING', 'a child is missing');
    });
    await copy(goods.source, doubting, goods.root, { tag: 'v1' });
    const child = goods.index.images[0].manifest.descriptor.digest;
    expect(writesOf(log).filter((line) => line === `pushManifest ${child}`)).toHaveLength(2);
    await expectComplete(destination, goods);
  });

  it('that refuses again ends the copy', async () => {
    const goods = await supply();
    const doubting = refusing(memoryStore(), async () => {
      throw new ContentError('CONTENT_PARTS_MISSING', 'a child is missing');
    });
    await expect(copy(goods.source, doubting, goods.root)).rejects.toMatchObject({ code: 'CONTENT_PARTS_MISSING' });
  });

  function refusing(store: ContentStore, check: (digest: string) => Promise<void>): ContentStore {
    return new Proxy(store, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        if (property !== 'pushManifest') return value.bind(target);
        return async (...[manifest, options]: Parameters<ContentStore['pushManifest']>) => {
          await check(manifest.descriptor.digest);
          await target.pushManifest(manifest, options);
        };
      },
    });
  }
});

describe('blobs on their way', () => {
  it('are refused when the source serves other bytes', async () => {
    const goods = await supply();
    const destination = memoryStore();
    const lying = new Proxy(goods.source, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property === 'fetchBlob') {
          return async () =>
            (async function* () {
              yield encodeUtf8('something else');
            })();
        }
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(copy(lying, destination, goods.root, { tag: 'v1' })).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
    expect(await destination.findManifestDescriptor('v1')).toBeUndefined();
    expect(await destination.findManifestDescriptor(goods.root.digest)).toBeUndefined();
  });

  it('are refused on the way even when the destination does not look at them', async () => {
    const goods = await supply();
    const [blob] = testImage().blobs;
    if (blob === undefined) throw new Error('the image has no blobs');
    const source = replacing(goods.source, 'fetchBlob', async () => streamOf(blob.bytes.with(20, 0)));
    const careless = replacing(memoryStore(), 'pushBlob', async (_: Descriptor, body: BodySource) => {
      for await (const chunk of body.open()) expect(chunk.length).toBeGreaterThan(0);
    });
    await expect(copy(source, careless, blob.descriptor)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('are mounted where the destination can, and uploaded where it will not', async () => {
    const goods = await supply();
    const destination = memoryStore();
    const [config, layer] = goods.index.images[0].blobs.map((blob) => blob.descriptor.digest);
    const { store, log } = recordingStore(
      mounting(goods.source, destination, ({ digest }) => {
        if (digest === layer) throw new ContentError('CONTENT_READ_ONLY', 'no right to mount from there');
        return digest !== config;
      }),
    );
    const result = await copy(goods.source, store, goods.root, { tag: 'v1', referrers: false });
    await expect(destination.hasBlob(goods.index.images[1].blobs[0]?.descriptor ?? goods.root)).resolves.toBe(true);
    const uploads = writesOf(log).filter((line) => line.startsWith('pushBlob'));
    expect(uploads.toSorted()).toEqual([`pushBlob ${config}`, `pushBlob ${layer}`].toSorted());
    expect(result.mounted).toBe(4);
  });

  it('report their progress', async () => {
    const goods = await supply();
    const events: CopyEvent[] = [];
    const destination = memoryStore();
    await copy(goods.source, destination, goods.root, { tag: 'v1', onEvent: (event) => events.push(event) });
    const [blob] = goods.index.images[0].blobs;
    const ofBlob = events.filter((event) => event.descriptor.digest === blob?.descriptor.digest);
    expect(ofBlob.map((event) => event.kind)).toEqual(['started', 'progress', 'finished']);
    expect(ofBlob[1]).toMatchObject({ bytes: blob?.descriptor.size });
    expect(events.at(-1)).toEqual({ kind: 'tagged', descriptor: goods.root, tag: 'v1' });
    events.length = 0;
    await copy(goods.source, destination, goods.root, {
      tag: 'v1',
      force: true,
      onEvent: (event) => events.push(event),
    });
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['exists']));
  });

  it('come from the descriptor when it carries them', async () => {
    const data = encodeUtf8('{"inline":true}');
    const layer = { ...testBlob('application/json', data).descriptor, data };
    const config = testBlob('application/vnd.example.config', encodeUtf8('{}'));
    const bytes = encodeManifest({
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      config: config.descriptor,
      layers: [layer],
    });
    const source = memoryStore();
    const manifest = manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
    await pushArtifact(source, { manifest, blobs: [config] });
    const destination = memoryStore();
    await copy(source, destination, manifest);
    expect(await destination.hasBlob(layer)).toBe(true);
  });

  it.each([
    ['may not be distributed', 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', undefined],
    [
      'is foreign to Docker',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      ['https://example.com/layer'],
    ],
    ['lies elsewhere', mediaTypes.ociLayerGzip, ['https://example.com/layer']],
  ])('leave out a layer that %s', async (_, mediaType, urls) => {
    const source = memoryStore();
    const config = testBlob(mediaTypes.ociConfig, encodeUtf8('{}'));
    const layer = {
      ...testBlob(mediaType, encodeUtf8('elsewhere')).descriptor,
      ...(urls === undefined ? {} : { urls }),
    };
    const bytes = encodeManifest({
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      config: config.descriptor,
      layers: [layer],
    });
    const manifest = manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
    await pushArtifact(source, { manifest, blobs: [config] });
    const events: CopyEvent[] = [];
    const destination = memoryStore();
    await copy(source, destination, manifest, { onEvent: (event) => events.push(event) });
    expect(events).toContainEqual({ kind: 'skipped', descriptor: layer, because: 'foreign' });
    expect(
      parseManifest(
        (await destination.findManifest(manifest.descriptor.digest))?.bytes ?? bytes,
        mediaTypes.ociManifest,
      ),
    ).toMatchObject({ layers: [layer] });
  });

  it('include a layer with other addresses that the source holds', async () => {
    const source = memoryStore();
    const config = testBlob(mediaTypes.ociConfig, encodeUtf8('{}'));
    const held = testBlob(mediaTypes.ociLayerGzip, encodeUtf8('held'));
    const layer = { ...held.descriptor, urls: ['https://example.com/layer'] };
    const bytes = encodeManifest({
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      config: config.descriptor,
      layers: [layer],
    });
    const manifest = manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
    await pushArtifact(source, { manifest, blobs: [config, held] });
    const destination = memoryStore();
    await copy(source, destination, manifest);
    expect(await destination.hasBlob(layer)).toBe(true);
  });

  it('that are missing in the source end the copy', async () => {
    const source = memoryStore();
    const image = testImage();
    await source.pushManifest(image.manifest);
    const attempt = copy(source, memoryStore(), image.manifest);
    await expect(attempt).rejects.toSatisfy((error) => isNv2Error(error, 'CONTENT_NOT_FOUND'));
  });

  function mounting(
    source: ContentStore,
    destination: ContentStore,
    mounts: (blob: Descriptor) => boolean,
  ): ContentStore {
    const mountBlob = async (descriptor: Descriptor, from: ContentStore): Promise<boolean> => {
      if (!mounts(descriptor)) return false;
      expect(from).toBe(source);
      const stream = await source.fetchBlob(descriptor);
      await destination.pushBlob(descriptor, { open: () => stream });
      return true;
    };
    return new Proxy(destination, {
      has: (target, property) => property === 'mountBlob' || Reflect.has(target, property),
      get(target, property) {
        if (property === 'mountBlob') return mountBlob;
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
});

/** The store with one method of ours. */
function replacing(store: ContentStore, name: keyof ContentStore, method: unknown): ContentStore {
  return new Proxy(store, {
    get(target, property) {
      if (property === name) return method;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
