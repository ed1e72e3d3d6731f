import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesBody, encodeUtf8, parseUtf8 } from '@nv2/base';
import { type ContentStore, copy, manifestOf, memoryStore } from '@nv2/content';
import { type Descriptor, type Digest, digestHex, digestOf, encodeManifest, mediaTypes } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import {
  pushArtifact,
  pushIndex,
  temporaryDirectory,
  testBlob,
  testImage,
  testIndex,
  testReferrer,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';

const blobFile = (root: string, digest: Digest): string => join(root, 'blobs', 'sha256', digestHex(digest));
const marker = '{"imageLayoutVersion":"1.0.0"}';

async function referrersOf(store: ContentStore, subject: Descriptor): Promise<readonly Digest[]> {
  const digests: Digest[] = [];
  for await (const { digest } of store.referrers(subject)) digests.push(digest);
  return digests;
}

/** A layout as another tool writes it: given entries, given manifests and blobs. */
async function foreignLayout(root: string, entries: readonly object[], contents: readonly Uint8Array[]): Promise<void> {
  await mkdir(join(root, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(root, 'oci-layout'), `${marker}\n`);
  await writeFile(join(root, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: entries }, undefined, 2));
  for (const bytes of contents) await writeFile(blobFile(root, digestOf(bytes)), bytes);
}

/** Still a manifest of the same size and subject, with one letter changed. */
function damage(bytes: Uint8Array): Uint8Array {
  return encodeUtf8(parseUtf8(bytes).replace('vnd.example', 'vnd.exemple'));
}

describe('a layout on disk', () => {
  it('has the files that the specification names, and no others when it is closed', async () => {
    await using directory = await temporaryDirectory();
    const image = testImage();
    {
      await using layout = await openLayout(directory.path, { create: true });
      await pushArtifact(layout, image, 'v1');
    }
    expect((await readdir(directory.path)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect(await readFile(join(directory.path, 'oci-layout'), 'utf8')).toBe(marker);
    expect(JSON.parse(await readFile(join(directory.path, 'index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [{ ...image.manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }],
    });
    expect(new Uint8Array(await readFile(blobFile(directory.path, image.manifest.descriptor.digest)))).toEqual(
      image.manifest.bytes,
    );
  });

  it('is made in a new directory, but never among other files', async () => {
    await using directory = await temporaryDirectory();
    await openLayout(join(directory.path, 'deep', 'layout'), { create: true });
    await writeFile(join(directory.path, 'thesis.txt'), 'precious');
    await expect(openLayout(directory.path, { create: true })).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    expect((await readdir(directory.path)).toSorted()).toEqual(['deep', 'thesis.txt']);
  });

  it('is not made unless asked for', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout');
    await expect(openLayout(path)).rejects.toMatchObject({ code: 'LAYOUT_NOT_FOUND' });
    await expect(openLayout(directory.path)).rejects.toMatchObject({ code: 'LAYOUT_NOT_FOUND' });
    await expect(openLayout(path, { create: true, readOnly: true })).rejects.toMatchObject({
      code: 'LAYOUT_NOT_FOUND',
    });
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('made by two at the same time loses nothing', async () => {
    await using directory = await temporaryDirectory();
    const images = Array.from({ length: 4 }, (_, number) => testImage({ name: `image-${number}` }));
    await Promise.all(
      images.map(async (image, number) => {
        const layout = await openLayout(directory.path, { create: true });
        await pushArtifact(layout, image, `t${number}`);
      }),
    );
    const layout = await openLayout(directory.path);
    for (const [number, image] of images.entries())
      expect(await layout.findManifest(`t${number}`)).toEqual(image.manifest);
  });

  it.each([
    ['another version', '{"imageLayoutVersion":"2.0.0"}'],
    ['no version', '{}'],
    ['a version that is no string', '{"imageLayoutVersion":1}'],
    ['two versions', '{"imageLayoutVersion":"1.0.0","imageLayoutVersion":"1.0.0"}'],
    ['no JSON', 'layout'],
  ])('of %s is refused', async (_, content) => {
    await using directory = await temporaryDirectory();
    await foreignLayout(directory.path, [], []);
    await writeFile(join(directory.path, 'oci-layout'), content);
    await expect(openLayout(directory.path)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('with an endless marker file is refused', async () => {
    await using directory = await temporaryDirectory();
    await foreignLayout(directory.path, [], []);
    await writeFile(join(directory.path, 'oci-layout'), ' '.repeat(5000));
    await expect(openLayout(directory.path)).rejects.toMatchObject({ code: 'LAYOUT_LIMIT' });
  });

  it('without index.json is refused, and completed when it may be made', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'oci-layout'), marker);
    await expect(openLayout(directory.path)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    const layout = await openLayout(directory.path, { create: true });
    expect(await layout.findManifest('v1')).toBeUndefined();
  });

  it('open for reading takes no writes', async () => {
    await using directory = await temporaryDirectory();
    const image = testImage();
    await pushArtifact(await openLayout(directory.path, { create: true }), image, 'v1');
    const layout = await openLayout(directory.path, { readOnly: true });
    const { descriptor, bytes } = testBlob('text/plain', encodeUtf8('new'));
    const readOnly = { code: 'CONTENT_READ_ONLY' };
    await expect(layout.pushBlob(descriptor, bytesBody(bytes))).rejects.toMatchObject(readOnly);
    await expect(layout.pushManifest(image.manifest, { tag: 'v2' })).rejects.toMatchObject(readOnly);
    await expect(layout.tagManifest(image.manifest.descriptor, 'v2')).rejects.toMatchObject(readOnly);
    await expect(layout.deleteManifest('v1')).rejects.toMatchObject(readOnly);
    await expect(layout.deleteBlob(descriptor.digest)).rejects.toMatchObject(readOnly);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });

  it('leaves no temporary file behind when a stream breaks', async () => {
    await using directory = await temporaryDirectory();
    const layout = await openLayout(directory.path, { create: true });
    const { descriptor } = testBlob('text/plain', encodeUtf8('whole'));
    const broken = {
      async *open(): AsyncGenerator<Uint8Array> {
        yield encodeUtf8('who');
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      },
    };
    await expect(layout.pushBlob(descriptor, broken)).rejects.toThrow('read ECONNRESET');
    expect(await readdir(join(directory.path, 'ingest'))).toEqual([]);
    expect(await readdir(join(directory.path, 'blobs', 'sha256'))).toEqual([]);
  });

  it('repairs a blob that an accident cut short', async () => {
    await using directory = await temporaryDirectory();
    const layout = await openLayout(directory.path, { create: true });
    const { descriptor, bytes } = testBlob('text/plain', encodeUtf8('whole'));
    await layout.pushBlob(descriptor, bytesBody(bytes));
    await writeFile(blobFile(directory.path, descriptor.digest), 'who');
    expect(await layout.hasBlob(descriptor)).toBe(false);
    await layout.pushBlob(descriptor, bytesBody(bytes));
    expect(await layout.hasBlob(descriptor)).toBe(true);
  });

  it('reports where it cannot write', async () => {
    await using directory = await temporaryDirectory();
    const layout = await openLayout(directory.path, { create: true });
    await rm(join(directory.path, 'ingest'), { recursive: true });
    await writeFile(join(directory.path, 'ingest'), 'a file where a directory should be');
    const { descriptor, bytes } = testBlob('text/plain', encodeUtf8('new'));
    await expect(layout.pushBlob(descriptor, bytesBody(bytes))).rejects.toMatchObject({ code: 'LAYOUT_IO' });
    await expect(layout.pushManifest(testImage().manifest)).rejects.toMatchObject({ code: 'LAYOUT_IO' });
    expect(await layout.hasBlob(descriptor)).toBe(false);
  });

  it('is not made where the system does not allow it', async () => {
    await using directory = await temporaryDirectory();
    // The superuser may write into any directory of an ordinary disk, so ask for a place that nobody may write to.
    const path = process.getuid?.() === 0 ? '/sys/nv2-layout' : join(directory.path, 'closed', 'layout');
    await mkdir(join(directory.path, 'closed'), { mode: 0o500 });
    await expect(openLayout(path, { create: true })).rejects.toMatchObject({ code: 'LAYOUT_DENIED' });
    await chmod(join(directory.path, 'closed'), 0o700);
  });

  it('that another writer holds is reported after the wait', async () => {
    await using directory = await temporaryDirectory();
    const layout = await openLayout(directory.path, { create: true, lockWaitMs: 10 });
    await writeFile(join(directory.path, '.nv2.lock'), '');
    await expect(layout.pushManifest(testImage().manifest)).rejects.toMatchObject({ code: 'LAYOUT_LOCKED' });
  });
});

describe('a layout that is made to harm', () => {
  it.each(['blobs', 'blobs/sha256', 'index.json', 'oci-layout'])(
    'is refused when its %s leads outside',
    async (path) => {
      await using directory = await temporaryDirectory();
      const [inside, outside] = [join(directory.path, 'inside'), join(directory.path, 'outside')];
      const image = testImage();
      await pushArtifact(await openLayout(inside, { create: true }), image, 'v1');
      await rename(join(inside, path), outside);
      await symlink(outside, join(inside, path));
      const attempt = openLayout(inside).then((layout) => layout.findManifest('v1'));
      await expect(attempt).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    },
  );

  it('cannot make us write outside', async () => {
    await using directory = await temporaryDirectory();
    const [inside, outside] = [join(directory.path, 'inside'), join(directory.path, 'outside')];
    await mkdir(outside);
    const layout = await openLayout(inside, { create: true });
    await symlink(outside, join(inside, 'blobs', 'sha256'));
    const { descriptor, bytes } = testBlob('text/plain', encodeUtf8('new'));
    await expect(layout.pushBlob(descriptor, bytesBody(bytes))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    expect(await readdir(outside)).toEqual([]);
    await writeFile(join(outside, digestHex(descriptor.digest)), bytes);
    await expect(layout.deleteBlob(descriptor.digest)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    expect(await readdir(outside)).toEqual([digestHex(descriptor.digest)]);
  });

  it('may use links that stay inside', async () => {
    await using directory = await temporaryDirectory();
    const layout = await openLayout(directory.path, { create: true });
    const { descriptor, bytes } = testBlob('text/plain', encodeUtf8('linked'));
    await layout.pushBlob(descriptor, bytesBody(bytes));
    const path = blobFile(directory.path, descriptor.digest);
    await rename(path, join(directory.path, 'elsewhere'));
    await symlink(join(directory.path, 'elsewhere'), path);
    expect(await layout.hasBlob(descriptor)).toBe(true);
  });

  it('may itself be reached through a link', async () => {
    await using directory = await temporaryDirectory();
    const image = testImage();
    await pushArtifact(await openLayout(join(directory.path, 'real'), { create: true }), image, 'v1');
    await symlink(join(directory.path, 'real'), join(directory.path, 'link'));
    const layout = await openLayout(join(directory.path, 'link'));
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });

  it('cannot make us wait at a pipe', async () => {
    await using directory = await temporaryDirectory();
    const layout = await openLayout(directory.path, { create: true });
    const { descriptor } = testBlob('text/plain', encodeUtf8('pipe'));
    await mkdir(join(directory.path, 'blobs', 'sha256'), { recursive: true });
    execFileSync('mkfifo', [blobFile(directory.path, descriptor.digest)]);
    await expect(layout.fetchBlob(descriptor)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('with a manifest of more than 4 MiB is not loaded', async () => {
    await using directory = await temporaryDirectory();
    const bytes = new Uint8Array(4 * 1024 * 1024 + 1);
    const { descriptor } = manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
    await foreignLayout(directory.path, [descriptor], [bytes]);
    const layout = await openLayout(directory.path);
    await expect(layout.findManifest(descriptor.digest)).rejects.toMatchObject({ code: 'LAYOUT_LIMIT' });
    expect(await referrersOf(layout, descriptor)).toEqual([]);
  });

  it('with an index.json of more than 32 MiB is refused', async () => {
    await using directory = await temporaryDirectory();
    await foreignLayout(directory.path, [], []);
    await writeFile(join(directory.path, 'index.json'), new Uint8Array(32 * 1024 * 1024 + 1));
    await expect(openLayout(directory.path)).rejects.toMatchObject({ code: 'LAYOUT_LIMIT' });
  });

  it('with indexes inside indexes ends', async () => {
    await using directory = await temporaryDirectory();
    const image = testImage();
    const contents = [image.manifest.bytes];
    let child = image.manifest.descriptor;
    for (let level = 0; level < 20; level += 1) {
      // A hundred times the same child: a walk without memory would never end.
      const manifests = Array.from({ length: 100 }, () => child);
      const bytes = encodeManifest({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests });
      contents.push(bytes);
      child = manifestOf(bytes, { mediaType: mediaTypes.ociIndex }).descriptor;
    }
    await foreignLayout(directory.path, [child], contents);
    const layout = await openLayout(directory.path);
    expect(await layout.findManifest(image.manifest.descriptor.digest)).toBeUndefined();
    expect(await referrersOf(layout, image.manifest.descriptor)).toEqual([]);
  });
});

describe('referrers in a layout', () => {
  const image = testImage();
  const subject = image.manifest.descriptor;

  it('are the manifests whose subject is the target [+STORE-15]', async () => {
    await using directory = await temporaryDirectory();
    const signature = testReferrer(subject);
    await foreignLayout(
      directory.path,
      [subject, signature.manifest.descriptor],
      [image.manifest.bytes, signature.manifest.bytes],
    );
    const layout = await openLayout(directory.path);
    expect(await referrersOf(layout, subject)).toEqual([signature.manifest.descriptor.digest]);
  });

  it.each([
    ['media type', { ...subject, mediaType: mediaTypes.dockerManifest }],
    ['digest', { ...subject, digest: digestOf(encodeUtf8('another')) }],
    ['size', { ...subject, size: subject.size + 1 }],
  ])('are not those whose subject has another %s [-STORE-15]', async (_, other) => {
    await using directory = await temporaryDirectory();
    const stranger = testReferrer(other);
    const entry = { ...stranger.manifest.descriptor, annotations: { subject: subject.digest } };
    await foreignLayout(directory.path, [subject, entry], [image.manifest.bytes, stranger.manifest.bytes]);
    const layout = await openLayout(directory.path);
    expect(await referrersOf(layout, subject)).toEqual([]);
    expect(await referrersOf(layout, other)).toEqual([stranger.manifest.descriptor.digest]);
  });

  it('are found inside an index too [+STORE-15]', async () => {
    await using directory = await temporaryDirectory();
    const signature = testReferrer(subject);
    const manifests = [subject, signature.manifest.descriptor];
    const index = manifestOf(encodeManifest({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests }), {
      mediaType: mediaTypes.ociIndex,
    });
    await foreignLayout(
      directory.path,
      [index.descriptor],
      [index.bytes, image.manifest.bytes, signature.manifest.bytes],
    );
    const layout = await openLayout(directory.path);
    expect(await referrersOf(layout, subject)).toEqual([signature.manifest.descriptor.digest]);
  });

  it('are found beside manifests that are absent, damaged or malformed', async () => {
    await using directory = await temporaryDirectory();
    const signature = testReferrer(subject);
    const absent = testReferrer(subject, { content: encodeUtf8('absent') }).manifest.descriptor;
    const damaged = testReferrer(subject, { content: encodeUtf8('damaged') }).manifest;
    const malformed = manifestOf(encodeUtf8('{}'), { mediaType: mediaTypes.ociManifest });
    const entries = [absent, damaged.descriptor, malformed.descriptor, signature.manifest.descriptor];
    await foreignLayout(directory.path, entries, [malformed.bytes, signature.manifest.bytes]);
    await writeFile(blobFile(directory.path, damaged.descriptor.digest), damage(damaged.bytes));
    const layout = await openLayout(directory.path);
    expect(await referrersOf(layout, subject)).toEqual([signature.manifest.descriptor.digest]);
  });

  it('are described by the manifest, not by the entry', async () => {
    await using directory = await temporaryDirectory();
    const signature = testReferrer(subject, {
      artifactType: 'application/vnd.example.real',
      annotations: { real: 'yes' },
    });
    const entry = {
      ...signature.manifest.descriptor,
      artifactType: 'application/vnd.example.fake',
      annotations: { real: 'no' },
    };
    await foreignLayout(directory.path, [entry], [signature.manifest.bytes]);
    const layout = await openLayout(directory.path);
    const listed: Descriptor[] = [];
    for await (const descriptor of layout.referrers(subject)) listed.push(descriptor);
    expect(listed).toEqual([
      { ...signature.manifest.descriptor, artifactType: 'application/vnd.example.real', annotations: { real: 'yes' } },
    ]);
  });
});

describe('a layout made by another tool', () => {
  it('that lists only the index gives its children by digest', async () => {
    await using directory = await temporaryDirectory();
    const index = testIndex();
    const contents = [
      index.index.bytes,
      ...index.images.flatMap((image) => [image.manifest.bytes, ...image.blobs.map((blob) => blob.bytes)]),
    ];
    const name = 'docker.io/library/net-monitor:v1';
    const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
    await foreignLayout(directory.path, [{ ...index.index.descriptor, annotations }], contents);
    const layout = await openLayout(directory.path);
    expect(await layout.findManifest(name)).toEqual(index.index);
    const child = index.images[1].manifest;
    expect(await layout.findManifest(child.descriptor.digest)).toEqual(child);
    expect(await layout.findManifestDescriptor(child.descriptor.digest)).toEqual(child.descriptor);
    const destination = memoryStore();
    await copy(layout, destination, index.index.descriptor, { tag: 'v1' });
    expect(await destination.findManifest('v1')).toEqual(index.index);
    // A config is content, not a manifest.
    const config = index.images[0].blobs[0]?.descriptor.digest ?? '';
    expect(await layout.findManifest(config)).toBeUndefined();
  });

  it('that says nothing of the media type of index.json opens', async () => {
    await using directory = await temporaryDirectory();
    const image = testImage({ format: 'docker' });
    await foreignLayout(directory.path, [image.manifest.descriptor], [image.manifest.bytes]);
    const layout = await openLayout(directory.path);
    expect(await layout.findManifest(image.manifest.descriptor.digest)).toEqual(image.manifest);
  });

  it('keeps what that tool wrote into index.json', async () => {
    await using directory = await temporaryDirectory();
    const image = testImage();
    const entry = { ...image.manifest.descriptor, platform: { os: 'linux', architecture: 'amd64' }, 'x-tool': 1 };
    await foreignLayout(directory.path, [entry], [image.manifest.bytes]);
    const layout = await openLayout(directory.path);
    await pushArtifact(layout, testImage({ name: 'other' }), 'other');
    const written = JSON.parse(await readFile(join(directory.path, 'index.json'), 'utf8')) as {
      readonly manifests: readonly object[];
    };
    expect(written.manifests[0]).toEqual(entry);
  });
});

describe('copying with layouts', () => {
  it('from a store into a layout and back loses nothing', async () => {
    await using directory = await temporaryDirectory();
    const source = memoryStore();
    const index = testIndex();
    const root = await pushIndex(source, index, 'v1');
    const signature = await pushArtifact(source, testReferrer(root));
    {
      await using layout = await openLayout(directory.path, { create: true });
      await copy(source, layout, root, { tag: 'v1' });
      const again = await copy(source, layout, root, { tag: 'v1' });
      expect(again).toMatchObject({ copied: 0, bytes: 0 });
    }
    const layout = await openLayout(directory.path, { readOnly: true });
    const destination = memoryStore();
    await copy(layout, destination, root, { tag: 'v1' });
    expect(await destination.findManifest('v1')).toEqual(index.index);
    expect(await referrersOf(destination, root)).toEqual([signature.digest]);
  });
});
