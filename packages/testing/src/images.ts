// Small real images made from bytes: gzipped tar layers, a config whose diff IDs match them, a Docker twin, an index of
// two platforms, and artifacts that refer to them. The same bytes every time, so digests may be compared across tests.

import { gzipSync } from 'node:zlib';
import { bytesBody, concatBytes, encodeUtf8 } from '@nv2/base';
import { type ContentStore, type Manifest, manifestOf, packManifest } from '@nv2/content';
import {
  type Annotations,
  type Descriptor,
  digestOf,
  emptyJsonBytes,
  emptyJsonDescriptor,
  encodeManifest,
  mediaTypes,
  type Platform,
} from '@nv2/oci';

export interface TestBlob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** A manifest and the blobs it needs, config first. */
export interface TestArtifact {
  readonly manifest: Manifest;
  readonly blobs: readonly TestBlob[];
}

export interface TestIndex {
  readonly index: Manifest;
  /** linux/amd64, then linux/arm64. */
  readonly images: readonly [TestArtifact, TestArtifact];
}

export interface TestImageOptions {
  /** Goes into the files, so that other names give other digests. Default `net-monitor`. */
  readonly name?: string;
  /** Default linux/amd64. */
  readonly platform?: Platform;
  /** Default `oci`; the Docker twin has the same config and layers under Docker's media types. */
  readonly format?: 'oci' | 'docker';
}

const mediaTypesOf = {
  oci: { manifest: mediaTypes.ociManifest, config: mediaTypes.ociConfig, layer: mediaTypes.ociLayerGzip },
  docker: {
    manifest: mediaTypes.dockerManifest,
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

/** An image of three layers, about three kilobytes. */
export function testImage(options: TestImageOptions = {}): TestArtifact {
  const { name = 'net-monitor', platform = { os: 'linux', architecture: 'amd64' }, format = 'oci' } = options;
  const types = mediaTypesOf[format];
  const archives = [
    tarArchive([{ name: 'etc/os-release', bytes: encodeUtf8('NAME="nv2 test"\nID=nv2\n') }]),
    tarArchive([
      { name: `app/${name}`, bytes: encodeUtf8(`#!/bin/sh\necho ${name} ${platform.os}/${platform.architecture}\n`) },
      { name: 'app/README', bytes: encodeUtf8(`${name}\n`) },
    ]),
    tarArchive([{ name: 'app/data.bin', bytes: Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256) }]),
  ];
  const layers = archives.map((archive) => testBlob(types.layer, gzip(archive)));
  const config = testBlob(types.config, encodeUtf8(JSON.stringify(imageConfig(name, platform, archives))));
  const bytes = encodeManifest({
    kind: 'image',
    mediaType: types.manifest,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
  });
  return { manifest: manifestOf(bytes, { mediaType: types.manifest }), blobs: [config, ...layers] };
}

/** An index of one image for linux/amd64 and linux/arm64. */
export function testIndex(options: Omit<TestImageOptions, 'platform'> = {}): TestIndex {
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
  ] as const;
  const images = [
    testImage({ ...options, platform: platforms[0] }),
    testImage({ ...options, platform: platforms[1] }),
  ] as const;
  const mediaType = options.format === 'docker' ? mediaTypes.dockerManifestList : mediaTypes.ociIndex;
  const manifests = images.map((image, index) => ({
    ...image.manifest.descriptor,
    platform: platforms[index] ?? platforms[0],
  }));
  const bytes = encodeManifest({ kind: 'index', mediaType, manifests });
  return { index: manifestOf(bytes, { mediaType }), images };
}

export interface TestReferrerOptions {
  /** Default `application/vnd.example.sbom.v1+json`. */
  readonly artifactType?: string;
  /** The one layer. Default a short text. */
  readonly content?: Uint8Array;
  readonly annotations?: Annotations;
}

/** An artifact with one layer that refers to `subject`. */
export function testReferrer(subject: Descriptor, options: TestReferrerOptions = {}): TestArtifact {
  const { artifactType = 'application/vnd.example.sbom.v1+json', content = encodeUtf8('{"sbom":true}') } = options;
  const layer = testBlob('application/json', content);
  const annotations = options.annotations === undefined ? {} : { annotations: options.annotations };
  const manifest = packManifest({ artifactType, layers: [layer.descriptor], subject, ...annotations });
  return { manifest, blobs: [{ descriptor: emptyJsonDescriptor, bytes: emptyJsonBytes }, layer] };
}

export function testBlob(mediaType: string, bytes: Uint8Array): TestBlob {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

/** Pushes blobs, then the manifest, under `tag` if given. */
export async function pushArtifact(store: ContentStore, artifact: TestArtifact, tag?: string): Promise<Descriptor> {
  for (const { descriptor, bytes } of artifact.blobs) await store.pushBlob(descriptor, bytesBody(bytes));
  await store.pushManifest(artifact.manifest, tag === undefined ? {} : { tag });
  return artifact.manifest.descriptor;
}

/** Pushes both images, then the index, under `tag` if given. */
export async function pushIndex(store: ContentStore, { index, images }: TestIndex, tag?: string): Promise<Descriptor> {
  for (const image of images) await pushArtifact(store, image);
  await store.pushManifest(index, tag === undefined ? {} : { tag });
  return index.descriptor;
}

function imageConfig(name: string, platform: Platform, archives: readonly Uint8Array[]): object {
  const created = '2025-01-01T00:00:00Z';
  return {
    created,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    config: { Env: ['PATH=/usr/bin:/bin'], Cmd: [`/app/${name}`] },
    rootfs: { type: 'layers', diff_ids: archives.map((archive) => digestOf(archive)) },
    history: archives.map((_, index) => ({ created, created_by: `layer ${index}` })),
  };
}

interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A POSIX ustar archive of regular files, owned by root, dated 1970. Names of at most 100 characters. */
export function tarArchive(files: readonly TarFile[]): Uint8Array {
  const members = files.flatMap(({ name, bytes }) => {
    const padding = new Uint8Array((512 - (bytes.length % 512)) % 512);
    return [tarHeader(name, bytes.length), bytes, padding];
  });
  return concatBytes([...members, new Uint8Array(1024)]);
}

function tarHeader(name: string, size: number): Uint8Array {
  const header = new Uint8Array(512);
  const write = (offset: number, text: string): void => header.set(encodeUtf8(text), offset);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  write(0, name);
  write(100, octal(0o644, 7));
  write(108, octal(0, 7));
  write(116, octal(0, 7));
  write(124, octal(size, 11));
  write(136, octal(0, 11));
  write(148, ' '.repeat(8));
  write(156, '0');
  write(257, 'ustar\u000000');
  write(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
  );
  return header;
}

// Stored, not compressed: compressors differ between versions of zlib, and the digests must not.
function gzip(bytes: Uint8Array): Uint8Array {
  const zipped = new Uint8Array(gzipSync(bytes, { level: 0 }));
  zipped[9] = 0xff; // Operating system: unknown.
  return zipped;
}
