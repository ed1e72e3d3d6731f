// What is inside an index, nested ones included, and which of it is for a platform.

import { bytesBody, encodeUtf8 } from '@nv2/base';
import {
  type ContentStore,
  findImagePlatform,
  findPlatformMembers,
  formatPlatforms,
  listIndexMembers,
  type Manifest,
  manifestOf,
  memoryStore,
} from '@nv2/content';
import { type Descriptor, encodeManifest, mediaTypes, parsePlatform } from '@nv2/oci';
import { pushArtifact, pushIndex, testBlob, testImage, testIndex, testReferrer } from '@nv2/testing';
import { describe, expect, it } from 'vitest';

function indexOf(manifests: readonly Descriptor[]): Manifest {
  const mediaType = mediaTypes.ociIndex;
  return manifestOf(encodeManifest({ kind: 'index', mediaType, manifests }), { mediaType });
}

async function put(store: ContentStore, manifests: readonly Descriptor[]): Promise<Manifest> {
  const index = indexOf(manifests);
  await store.pushManifest(index);
  return index;
}

const image = (platform: string, name = 'a'): Descriptor => {
  const parsed = parsePlatform(platform);
  return { ...testImage({ name: `${name} ${platform}`, platform: parsed }).manifest.descriptor, platform: parsed };
};

describe('the members of an index', () => {
  it('are its images in order, each with the index that leads to it', async () => {
    const store = memoryStore();
    const made = testIndex();
    await pushIndex(store, made);
    const members = await listIndexMembers(store, made.index);
    expect(members.map(({ descriptor }) => descriptor.digest)).toEqual(
      made.images.map(({ manifest }) => manifest.descriptor.digest),
    );
    expect(members).toMatchObject([
      { kind: 'image', indexes: [made.index.descriptor] },
      { kind: 'image', indexes: [made.index.descriptor] },
    ]);
  });

  it('are those of nested indexes too, with the way that leads to them', async () => {
    const store = memoryStore();
    const inner = await put(store, [image('linux/arm64')]);
    const outer = await put(store, [image('linux/amd64'), inner.descriptor]);
    const members = await listIndexMembers(store, outer);
    expect(members.map(({ kind }) => kind)).toEqual(['image', 'index', 'image']);
    expect(members[2]?.indexes).toEqual([outer.descriptor, inner.descriptor]);
  });

  it('are listed once, however often an index names them', async () => {
    const store = memoryStore();
    const shared = image('linux/amd64');
    const inner = await put(store, [shared]);
    const outer = await put(store, [shared, shared, inner.descriptor, inner.descriptor]);
    expect((await listIndexMembers(store, outer)).map(({ kind }) => kind)).toEqual(['image', 'index']);
  });

  it('need not be there unless they are indexes themselves', async () => {
    const store = memoryStore();
    expect(await listIndexMembers(store, indexOf([image('linux/amd64')]))).toHaveLength(1);
    const missing = indexOf([image('linux/amd64')]).descriptor;
    await expect(listIndexMembers(store, indexOf([missing]))).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
  });

  it('are none for an image, and none that are no manifests', async () => {
    const store = memoryStore();
    const own = testImage();
    await pushArtifact(store, own);
    expect(await listIndexMembers(store, own.manifest)).toEqual([]);
    const blob = testBlob('text/plain', encodeUtf8('x')).descriptor;
    expect(await listIndexMembers(store, indexOf([blob]))).toEqual([]);
  });

  it('are told from what a builder attests about them', async () => {
    const attestation: Descriptor = {
      ...image('unknown/unknown'),
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    };
    const members = await listIndexMembers(memoryStore(), indexOf([image('linux/amd64'), attestation]));
    expect(members.map(({ kind }) => kind)).toEqual(['image', 'attestation']);
    expect(findPlatformMembers(members, parsePlatform('unknown/unknown'))).toEqual([]);
    expect(formatPlatforms(members)).toBe('linux/amd64');
  });

  it('are at most 1000, and lie at most 8 indexes deep', async () => {
    const store = memoryStore();
    const blank = (count: number): Descriptor[] =>
      Array.from({ length: count }, (_, at) => {
        return manifestOf(encodeUtf8(String(at)), { mediaType: mediaTypes.ociManifest }).descriptor;
      });
    expect(await listIndexMembers(store, indexOf(blank(1000)))).toHaveLength(1000);
    await expect(listIndexMembers(store, indexOf(blank(1001)))).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
    let nested = await put(store, [image('linux/amd64')]);
    for (let depth = 2; depth <= 8; depth++) nested = await put(store, [nested.descriptor]);
    expect(await listIndexMembers(store, nested)).toHaveLength(8);
    nested = await put(store, [nested.descriptor]);
    await expect(listIndexMembers(store, nested)).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });

  it('stop being listed when somebody asks to stop', async () => {
    const signal = AbortSignal.abort();
    await expect(listIndexMembers(memoryStore(), indexOf([]), { signal })).rejects.toThrow('aborted');
  });
});

describe('the members for a platform', () => {
  it.each([
    ['linux/arm64', ['linux/amd64', 'linux/arm64/v8'], ['linux/arm64/v8']],
    ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], ['linux/arm/v7']],
    ['linux/arm', ['linux/arm/v5', 'linux/arm/v6'], ['linux/arm/v5', 'linux/arm/v6']],
    ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6'], []],
    ['linux/amd64', ['linux/amd64/v3', 'linux/amd64'], ['linux/amd64']],
    ['windows/amd64', ['linux/amd64'], []],
  ])('%s of %j are %j', async (wanted, offered, expected) => {
    const members = await listIndexMembers(memoryStore(), indexOf(offered.map((platform) => image(platform))));
    const found = findPlatformMembers(members, parsePlatform(wanted));
    expect(formatPlatforms(found)).toBe(expected.join(', '));
  });
});

describe('the platform of a single image', () => {
  it('is what its configuration says', async () => {
    const store = memoryStore();
    const platform = { os: 'linux', architecture: 'arm', variant: 'v6' };
    const own = testImage({ platform });
    await pushArtifact(store, own);
    expect(await findImagePlatform(store, own.manifest)).toEqual(platform);
  });

  it('is unknown for artifacts, indexes, and configurations that say nothing', async () => {
    const store = memoryStore();
    const sbom = testReferrer(testImage().manifest.descriptor);
    await pushArtifact(store, sbom);
    expect(await findImagePlatform(store, sbom.manifest)).toBeUndefined();
    expect(await findImagePlatform(store, indexOf([]))).toBeUndefined();
    for (const text of ['{}', '[]', 'no JSON', '{"os":7,"architecture":"amd64"}']) {
      const config = testBlob(mediaTypes.ociConfig, encodeUtf8(text));
      await store.pushBlob(config.descriptor, bytesBody(config.bytes));
      const mediaType = mediaTypes.ociManifest;
      const bytes = encodeManifest({ kind: 'image', mediaType, config: config.descriptor, layers: [] });
      expect(await findImagePlatform(store, manifestOf(bytes, { mediaType }))).toBeUndefined();
    }
  });

  it('is not looked for in a configuration of more than 4 MiB', async () => {
    const config = { ...testBlob(mediaTypes.ociConfig, encodeUtf8('{}')).descriptor, size: 4 * 1024 * 1024 + 1 };
    const mediaType = mediaTypes.ociManifest;
    const manifest = manifestOf(encodeManifest({ kind: 'image', mediaType, config, layers: [] }), { mediaType });
    await expect(findImagePlatform(memoryStore(), manifest)).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });
});
