import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bytesBody, concatBytes, encodeUtf8 } from '@nv2/base';
import { copy, manifestOf, memoryStore } from '@nv2/content';
import { digestHex, digestOf, encodeManifest, mediaTypes } from '@nv2/oci';
import { openLayout, openLayoutArchive, writeLayoutArchive } from '@nv2/oci-layout';
import {
  pushArtifact,
  pushIndex,
  tarArchive,
  temporaryDirectory,
  testBlob,
  testImage,
  testIndex,
  testReferrer,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const marker: File = { name: 'oci-layout', bytes: encodeUtf8('{"imageLayoutVersion":"1.0.0"}') };
const image = testImage();

/** A layout with one image, as files. */
function layoutFiles(prefix = ''): readonly File[] {
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
  const index = { schemaVersion: 2, manifests: [{ ...image.manifest.descriptor, annotations }] };
  const contents = [image.manifest.bytes, ...image.blobs.map((blob) => blob.bytes)];
  return [
    marker,
    { name: 'index.json', bytes: encodeUtf8(JSON.stringify(index)) },
    ...contents.map((bytes) => ({ name: `blobs/sha256/${digestHex(digestOf(bytes))}`, bytes })),
  ].map((file) => ({ ...file, name: prefix + file.name }));
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** One member with its type letter and contents, as older and newer tars write long names, links and directories. */
function member(type: string, name: string, bytes: Uint8Array): Uint8Array {
  const archive = tarArchive([{ name, bytes }]);
  archive[156] = type.charCodeAt(0);
  archive.fill(0x20, 148, 156);
  const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  archive.set(encodeUtf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return archive.subarray(0, archive.length - 1024);
}

const end = new Uint8Array(1024);
const plain = (file: File): Uint8Array => member('0', file.name, file.bytes);

describe('a layout in a tar', () => {
  it.each([
    ['as it is', ''],
    ['with a leading ./', './'],
  ])('is read in place, with names %s', async (_, prefix) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await writeFile(path, tarArchive(layoutFiles(prefix)));
    await using layout = await openLayoutArchive(path);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
    expect(await all(layout.tags())).toEqual(['v1']);
    for (const { descriptor, bytes } of image.blobs) {
      expect(await layout.hasBlob(descriptor)).toBe(true);
      expect(concatBytes(await all(await layout.fetchBlob(descriptor)))).toEqual(bytes);
    }
    expect(await readdir(directory.path)).toEqual(['layout.tar']);
  });

  it.each([
    ['pax', (file: File) => [paxHeader(file.name), member('0', 'shortened', file.bytes)]],
    [
      'GNU',
      (file: File) => [
        member('L', '././@LongLink', encodeUtf8(`${file.name}\0`)),
        member('0', 'shortened', file.bytes),
      ],
    ],
  ])('may carry long names in the %s form', async (_, write) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await writeFile(path, concatBytes([...layoutFiles().flatMap(write), end]));
    await using layout = await openLayoutArchive(path);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });

  it('may hold directories, links and strange names, which mean nothing', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    const other = encodeUtf8('another index');
    const link = member('2', 'blobs/sha256/link', new Uint8Array());
    const noise = [
      member('5', 'blobs/', new Uint8Array()),
      link,
      member('1', 'hard', new Uint8Array()),
      plain({ name: '../index.json', bytes: other }),
      plain({ name: '../index.json', bytes: other }),
      plain({ name: '/index.json', bytes: other }),
      plain({ name: 'blobs/../index.json', bytes: other }),
      plain({ name: 'blobs//sha256', bytes: other }),
    ];
    await writeFile(path, concatBytes([...noise, ...layoutFiles().map(plain), end]));
    await using layout = await openLayoutArchive(path);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });

  it.each([
    [
      'that gives a file twice',
      () => concatBytes([...layoutFiles().map(plain), ...layoutFiles().slice(1, 2).map(plain), end]),
    ],
    [
      'that gives a file twice under two spellings',
      () => concatBytes([...layoutFiles().map(plain), plain({ ...marker, name: './oci-layout' }), end]),
    ],
    ['that is compressed', () => gzipSync(tarArchive(layoutFiles()))],
    ['that is cut inside a file', () => tarArchive(layoutFiles()).subarray(0, 512 * 6 + 100)],
    ['that is cut inside a header', () => tarArchive(layoutFiles()).subarray(0, 300)],
    ['with a damaged header', () => tarArchive(layoutFiles()).with(3, 0x41)],
    [
      'whose header never ends',
      () => concatBytes([...Array.from({ length: 200 }, () => member('L', 'x', encodeUtf8('name'))), end]),
    ],
    ['whose long name is endless', () => concatBytes([member('L', 'x', new Uint8Array(100_000).fill(0x61)), end])],
    ['of another version', () => tarArchive([{ ...marker, bytes: encodeUtf8('{"imageLayoutVersion":"9"}') }])],
    ['without index.json', () => tarArchive([marker])],
  ])('is refused %s', async (_, make) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await writeFile(path, make());
    await expect(openLayoutArchive(path)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('is not found where there is none', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await expect(openLayoutArchive(path)).rejects.toMatchObject({ code: 'LAYOUT_NOT_FOUND' });
    await writeFile(path, tarArchive([{ name: 'file', bytes: encodeUtf8('text') }]));
    await expect(openLayoutArchive(path)).rejects.toMatchObject({ code: 'LAYOUT_NOT_FOUND' });
    await expect(openLayoutArchive(directory.path)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('does not pass off changed bytes', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    const bytes = tarArchive(layoutFiles());
    const [config] = image.blobs;
    if (config === undefined) throw new Error('the image has no config');
    const at = Buffer.from(bytes).indexOf(config.bytes);
    await writeFile(path, bytes.with(at, 0x20));
    await using layout = await openLayoutArchive(path);
    await expect(all(await layout.fetchBlob(config.descriptor))).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('is cut short while it is open', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await writeFile(path, tarArchive(layoutFiles()));
    await using layout = await openLayoutArchive(path);
    await truncate(path, 1024);
    const last = image.blobs.at(-1);
    if (last === undefined) throw new Error('the image has no layers');
    await expect(all(await layout.fetchBlob(last.descriptor))).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('takes no writes', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await writeFile(path, tarArchive(layoutFiles()));
    await using layout = await openLayoutArchive(path);
    const readOnly = { code: 'CONTENT_READ_ONLY' };
    const { descriptor, bytes } = testBlob('text/plain', encodeUtf8('new'));
    await expect(layout.pushBlob(descriptor, bytesBody(bytes))).rejects.toMatchObject(readOnly);
    await expect(layout.pushManifest(image.manifest)).rejects.toMatchObject(readOnly);
    await expect(layout.tagManifest(image.manifest.descriptor, 'v2')).rejects.toMatchObject(readOnly);
  });
});

describe('writing a layout into a tar', () => {
  it('carries a layout with its untagged manifests and referrers', async () => {
    await using directory = await temporaryDirectory();
    const index = testIndex();
    const path = join(directory.path, 'layout.tar');
    const source = await openLayout(join(directory.path, 'layout'), { create: true });
    const root = await pushIndex(source, index, 'v1');
    const signature = await pushArtifact(source, testReferrer(root));
    const untagged = await pushArtifact(source, testImage({ name: 'untagged' }));
    await writeLayoutArchive(join(directory.path, 'layout'), path);
    await using layout = await openLayoutArchive(path);
    expect(await layout.findManifest('v1')).toEqual(index.index);
    expect((await all(layout.referrers(root))).map(({ digest }) => digest)).toEqual([signature.digest]);
    expect(await layout.findManifestDescriptor(untagged.digest)).toEqual(untagged);
    const destination = memoryStore();
    await copy(layout, destination, root, { tag: 'v1' });
    expect(await destination.findManifest('v1')).toEqual(index.index);
  });

  it('carries the tags of any store with what refers to them, or what is named', async () => {
    await using directory = await temporaryDirectory();
    const source = memoryStore();
    const subject = await pushArtifact(source, image, 'v1');
    await pushArtifact(source, testImage({ name: 'other' }), 'v2');
    const sbom = await pushArtifact(source, testReferrer(subject));
    const everything = join(directory.path, 'all.tar');
    await writeLayoutArchive(source, everything);
    await using whole = await openLayoutArchive(everything);
    expect(await all(whole.tags())).toEqual(['v1', 'v2']);
    expect((await all(whole.referrers(subject))).map(({ digest }) => digest)).toEqual([sbom.digest]);
    const some = join(directory.path, 'some.tar');
    await writeLayoutArchive(source, some, { references: [subject.digest], referrers: false });
    await using part = await openLayoutArchive(some);
    expect(await all(part.tags())).toEqual([]);
    expect(await part.findManifest(subject.digest)).toEqual(image.manifest);
    expect(await all(part.referrers(subject))).toEqual([]);
  });

  it('gives equal bytes for equal content', async () => {
    await using directory = await temporaryDirectory();
    const source = memoryStore();
    await pushArtifact(source, image, 'v1');
    const [one, other] = [join(directory.path, '1.tar'), join(directory.path, '2.tar')];
    await writeLayoutArchive(source, one);
    await writeLayoutArchive(source, other);
    expect(await readFile(other)).toEqual(await readFile(one));
  });

  it('gives a tar of whole blocks that ends in two empty ones', async () => {
    await using directory = await temporaryDirectory();
    const source = memoryStore();
    await pushArtifact(source, image, 'v1');
    const path = join(directory.path, 'layout.tar');
    await writeLayoutArchive(source, path);
    const bytes = await readFile(path);
    expect(bytes.length % 512).toBe(0);
    expect(bytes.subarray(-1024).every((byte) => byte === 0)).toBe(true);
    await appendFile(path, new Uint8Array(8192));
    await using layout = await openLayoutArchive(path);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });

  it('carries a blob larger than every buffer on the way', async () => {
    await using directory = await temporaryDirectory();
    const source = memoryStore();
    const large = testBlob(mediaTypes.ociLayer, new Uint8Array(12 * 1024 * 1024).fill(7));
    const config = testBlob(mediaTypes.ociConfig, encodeUtf8('{}'));
    const bytes = encodeManifest({
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      config: config.descriptor,
      layers: [large.descriptor],
    });
    const manifest = manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
    await pushArtifact(source, { manifest, blobs: [config, large] }, 'v1');
    const path = join(directory.path, 'layout.tar');
    await writeLayoutArchive(source, path);
    await using layout = await openLayoutArchive(path);
    let length = 0;
    for await (const chunk of await layout.fetchBlob(large.descriptor)) length += chunk.length;
    expect(length).toBe(large.bytes.length);
  });

  it('leaves nothing, and an older file as it was, when content is missing', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'layout.tar');
    await writeFile(path, 'older');
    const source = memoryStore();
    await source.pushManifest(image.manifest, { tag: 'v1' });
    await expect(writeLayoutArchive(source, path)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    await expect(writeLayoutArchive(source, path, { references: ['v9'] })).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
    });
    expect(await readdir(directory.path)).toEqual(['layout.tar']);
    expect(await readFile(path, 'utf8')).toBe('older');
  });

  it('leaves out layers that lie elsewhere', async () => {
    await using directory = await temporaryDirectory();
    const source = memoryStore();
    const config = testBlob(mediaTypes.ociConfig, encodeUtf8('{}'));
    const foreign = {
      ...testBlob(mediaTypes.ociLayerGzip, encodeUtf8('elsewhere')).descriptor,
      urls: ['https://example.com/layer'],
    };
    const bytes = encodeManifest({
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      config: config.descriptor,
      layers: [foreign],
    });
    const manifest = manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
    await pushArtifact(source, { manifest, blobs: [config] }, 'v1');
    const path = join(directory.path, 'layout.tar');
    await writeLayoutArchive(source, path);
    await using layout = await openLayoutArchive(path);
    expect(await layout.findManifest('v1')).toEqual(manifest);
    expect(await layout.hasBlob(foreign)).toBe(false);
  });
});

function paxHeader(path: string): Uint8Array {
  const record = `path=${path}\n`;
  let length = record.length + 1;
  while (String(length).length + 1 + record.length !== length) length += 1;
  return member('x', 'PaxHeader', encodeUtf8(`${length} ${record}`));
}
