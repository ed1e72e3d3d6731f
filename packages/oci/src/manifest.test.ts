import { encodeUtf8, isNv2Error, type JsonObject, type JsonValue } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Descriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { encodeManifest, toDescriptorJson } from './encode-manifest.ts';
import { emptyJsonDescriptor } from './inline-content.ts';
import {
  artifactTypeOf,
  detectManifestMediaType,
  type ParsedManifest,
  parseManifest,
  parts,
  successors,
} from './manifest.ts';
import { mediaTypes } from './media-types.ts';

const describeText = (text: string, mediaType: string): Descriptor => ({
  mediaType,
  digest: digestOf(encodeUtf8(text)),
  size: text.length,
});
const config = describeText('config', mediaTypes.ociConfig);
const layer = describeText('layer', mediaTypes.ociLayerGzip);
const subject = describeText('subject', mediaTypes.ociManifest);
const json = toDescriptorJson;

const image: JsonObject = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config: json(config),
  layers: [json(layer)],
};
const index: JsonObject = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [json(subject)] };
const artifact: JsonObject = {
  mediaType: mediaTypes.ociArtifactManifest,
  artifactType: 'application/vnd.example',
  blobs: [json(layer)],
  subject: json(subject),
};

const bytesOf = (value: JsonValue): Uint8Array => encodeUtf8(JSON.stringify(value));
const without = (value: JsonObject, member: string): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== member));
const parse = (value: JsonValue, mediaType: string): ParsedManifest => parseManifest(bytesOf(value), mediaType);

describe('manifests', () => {
  it.each([
    ['an OCI image manifest', mediaTypes.ociManifest, image, { kind: 'image', config, layers: [layer] }],
    [
      'a Docker manifest',
      mediaTypes.dockerManifest,
      { ...image, mediaType: mediaTypes.dockerManifest },
      { kind: 'image' },
    ],
    ['an OCI index', mediaTypes.ociIndex, index, { kind: 'index', manifests: [subject] }],
    ['a Docker manifest list', mediaTypes.dockerManifestList, without(index, 'mediaType'), { kind: 'index' }],
    [
      'a withdrawn artifact manifest',
      mediaTypes.ociArtifactManifest,
      artifact,
      { kind: 'artifact', blobs: [layer], subject },
    ],
    [
      'a manifest that does not repeat its media type',
      mediaTypes.ociManifest,
      without(image, 'mediaType'),
      { kind: 'image' },
    ],
    ['an image without layers', mediaTypes.ociManifest, { ...image, layers: [] }, { layers: [] }],
    ['an index without entries', mediaTypes.ociIndex, { ...index, manifests: [] }, { manifests: [] }],
    ['an empty list written as null', mediaTypes.ociIndex, { ...index, manifests: null }, { manifests: [] }],
    ['an absent subject written as null', mediaTypes.ociManifest, { ...image, subject: null }, { kind: 'image' }],
    ['an empty artifact type as none', mediaTypes.ociManifest, { ...image, artifactType: '' }, { kind: 'image' }],
    [
      'unknown members',
      mediaTypes.ociManifest,
      { ...image, extra: { layers: [1] } },
      { kind: 'image', layers: [layer] },
    ],
    ['annotations', mediaTypes.ociIndex, { ...index, annotations: { a: '1' } }, { annotations: { a: '1' } }],
  ])('reads %s', (_, mediaType, value, expected) => {
    expect(parse(value, mediaType)).toMatchObject({ mediaType, ...expected });
  });

  it.each([
    ['another media type inside', mediaTypes.ociManifest, { ...image, mediaType: mediaTypes.dockerManifest }],
    ['a media type inside that is no string', mediaTypes.ociManifest, { ...image, mediaType: 7 }],
    ['an index called an image', mediaTypes.ociManifest, without(index, 'mediaType')],
    ['an image called an index', mediaTypes.ociIndex, without(image, 'mediaType')],
    ['an image with manifests', mediaTypes.ociManifest, { ...image, manifests: [json(subject)] }],
    ['an index with layers', mediaTypes.ociIndex, { ...index, layers: [json(layer)] }],
    ['an index with a config', mediaTypes.ociIndex, { ...index, config: json(config) }],
    ['an image with the layers of schema 1', mediaTypes.ociManifest, { ...image, fsLayers: [] }],
    ['an image with blobs', mediaTypes.ociManifest, { ...image, blobs: [] }],
    ['schema version 1', mediaTypes.ociManifest, { ...image, schemaVersion: 1 }],
    ['a schema version in a string', mediaTypes.ociManifest, { ...image, schemaVersion: '2' }],
    ['no schema version', mediaTypes.ociManifest, without(image, 'schemaVersion')],
    ['no config', mediaTypes.ociManifest, without(image, 'config')],
    ['no layers', mediaTypes.ociManifest, without(image, 'layers')],
    ['layers that are an object', mediaTypes.ociManifest, { ...image, layers: {} }],
    ['no manifests', mediaTypes.ociIndex, without(index, 'manifests')],
    ['a layer with a negative size', mediaTypes.ociManifest, { ...image, layers: [{ ...json(layer), size: -1 }] }],
    ['a layer that is null', mediaTypes.ociManifest, { ...image, layers: [null] }],
    ['a subject without digest', mediaTypes.ociManifest, { ...image, subject: without(json(subject), 'digest') }],
    ['an artifact type that is no string', mediaTypes.ociManifest, { ...image, artifactType: {} }],
    ['annotations that are no strings', mediaTypes.ociManifest, { ...image, annotations: { a: null } }],
    ['4097 blobs', mediaTypes.ociManifest, { ...image, layers: Array.from({ length: 4096 }, () => json(layer)) }],
    ['a list', mediaTypes.ociManifest, []],
    ['a word', mediaTypes.ociManifest, 'manifest'],
  ])('refuses %s', (_, mediaType, value) => {
    expect(() => parse(value, mediaType)).toThrow(expect.objectContaining({ code: 'OCI_MANIFEST_INVALID' }));
  });

  it('reads 4095 layers with their config and refuses one more', () => {
    const layers = Array.from({ length: 4095 }, () => json(layer));
    expect(parts(parse({ ...image, layers }, mediaTypes.ociManifest))).toHaveLength(4096);
  });

  it('refuses an index of more than 65536 entries', () => {
    const tiny = { mediaType: 'a/b', digest: config.digest, size: 0 };
    const line = JSON.stringify(tiny);
    // Such an index is larger than 4 MiB with ordinary descriptors, so size alone stops it.
    const text = `{"schemaVersion":2,"manifests":[${Array.from({ length: 65_537 }, () => line).join()}]}`;
    expect(() => parseManifest(encodeUtf8(text), mediaTypes.ociIndex)).toThrow(
      expect.objectContaining({ code: 'OCI_MANIFEST_TOO_LARGE' }),
    );
  });

  it.each([
    ['two members of one name', `{"schemaVersion":2,"schemaVersion":2,${JSON.stringify(image).slice(1)}`],
    ['a duplicate deep inside', JSON.stringify(image).replace('"size":5', '"size":5,"size":5')],
    ['anything after the object', `${JSON.stringify(image)}{}`],
    ['a byte order mark', `\uFEFF${JSON.stringify(image)}`],
    ['nesting of 65 levels', JSON.stringify({ ...image, deep: JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`) })],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => parseManifest(encodeUtf8(text), mediaTypes.ociManifest)).toThrow(
      expect.objectContaining({ code: 'OCI_MANIFEST_INVALID' }),
    );
  });

  it('reads exactly 4 MiB and refuses one byte more', () => {
    const bytes = new Uint8Array(4 * 1024 * 1024).fill(0x20);
    bytes.set(bytesOf(image));
    expect(parseManifest(bytes, mediaTypes.ociManifest).kind).toBe('image');
    const larger = new Uint8Array(bytes.length + 1).fill(0x20);
    larger.set(bytes);
    for (const read of [() => parseManifest(larger, mediaTypes.ociManifest), () => detectManifestMediaType(larger)]) {
      expect(read).toThrow(expect.objectContaining({ code: 'OCI_MANIFEST_TOO_LARGE' }));
    }
  });

  it.each([mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed])(
    'refuses Docker schema 1 (%s) in its own words',
    (mediaType) => {
      expect(() => parse(image, mediaType)).toThrow(
        expect.objectContaining({ code: 'OCI_MEDIA_TYPE_UNSUPPORTED', message: expect.stringContaining('schema 1') }),
      );
    },
  );

  it.each(['application/json', '', mediaTypes.ociConfig, 'toString'])('refuses the media type "%s"', (mediaType) => {
    expect(() => parse(image, mediaType)).toThrow(expect.objectContaining({ code: 'OCI_MEDIA_TYPE_UNSUPPORTED' }));
  });
});

describe('manifests without a media type', () => {
  it.each([
    ['its own', image, mediaTypes.ociManifest],
    ['its own, of Docker', { ...image, mediaType: mediaTypes.dockerManifest }, mediaTypes.dockerManifest],
    ['that of an image by its config', without(image, 'mediaType'), mediaTypes.ociManifest],
    ['that of an index by its manifests', without(index, 'mediaType'), mediaTypes.ociIndex],
  ])('have %s', (_, value, expected) => {
    expect(detectManifestMediaType(bytesOf(value))).toBe(expected);
  });

  it.each([
    ['with members of both kinds', { ...without(image, 'mediaType'), manifests: [] }, 'OCI_MANIFEST_INVALID'],
    ['with members of no kind', { schemaVersion: 2 }, 'OCI_MANIFEST_INVALID'],
    ['of Docker schema 1', { schemaVersion: 1, fsLayers: [] }, 'OCI_MEDIA_TYPE_UNSUPPORTED'],
    ['that call themselves something else', { ...image, mediaType: 'text/plain' }, 'OCI_MEDIA_TYPE_UNSUPPORTED'],
    ['that are no object', [1], 'OCI_MANIFEST_INVALID'],
  ])('are refused %s', (_, value, code) => {
    expect(() => detectManifestMediaType(bytesOf(value))).toThrow(expect.objectContaining({ code }));
  });
});

describe('what a manifest says', () => {
  it('points to its parts and then to its subject', () => {
    const manifest = parse({ ...image, subject: json(subject) }, mediaTypes.ociManifest);
    expect(parts(manifest)).toEqual([config, layer]);
    expect(successors(manifest)).toEqual([config, layer, subject]);
    expect(successors(parse(artifact, mediaTypes.ociArtifactManifest))).toEqual([layer, subject]);
    expect(successors(parse(index, mediaTypes.ociIndex))).toEqual([subject]);
  });

  it('has its own artifact type, else an image that of its config, else none', () => {
    const typed = { ...image, artifactType: 'application/vnd.example' };
    expect(artifactTypeOf(parse(typed, mediaTypes.ociManifest))).toBe('application/vnd.example');
    expect(artifactTypeOf(parse(image, mediaTypes.ociManifest))).toBe(mediaTypes.ociConfig);
    expect(artifactTypeOf(parse(index, mediaTypes.ociIndex))).toBeUndefined();
  });

  it('is written in a fixed order whatever the order of annotations', () => {
    const base = {
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      artifactType: 'a/b',
      layers: [layer],
      subject,
    } as const;
    const one = encodeManifest({
      ...base,
      config: emptyJsonDescriptor,
      annotations: { b: '<&>', a: 'ü', __proto__x: '' },
    });
    const other = encodeManifest({
      annotations: { a: 'ü', __proto__x: '', b: '<&>' },
      config: emptyJsonDescriptor,
      ...base,
    });
    expect(other).toEqual(one);
    const text = new TextDecoder().decode(one);
    expect(text).toMatch(
      /^\{"schemaVersion":2,"mediaType":".*","artifactType":"a\/b","config":.*,"layers":.*,"subject":.*,"annotations":\{/,
    );
    expect(text).toContain('"b":"<&>"');
  });

  it('survives writing and reading', () => {
    const text = fc.string({ unit: 'grapheme' });
    const descriptor = fc.record(
      {
        mediaType: fc.constant(mediaTypes.ociLayer),
        digest: fc.uint8Array().map((bytes) => digestOf(bytes)),
        size: fc.maxSafeNat(),
        annotations: fc.dictionary(text, text),
        artifactType: fc.constant('a/b'),
        urls: fc.array(fc.webUrl(), { maxLength: 2 }),
        data: fc.uint8Array({ minLength: 1 }),
        platform: fc.constant({ os: 'linux', architecture: 'arm', variant: 'v7' }),
      },
      { requiredKeys: ['mediaType', 'digest', 'size'] },
    );
    const common = { annotations: fc.dictionary(text, text), subject: descriptor, artifactType: fc.constant('a/c') };
    const layers = fc.array(descriptor, { maxLength: 3 });
    const manifest: fc.Arbitrary<ParsedManifest> = fc.oneof(
      fc.record(
        {
          kind: fc.constant('image' as const),
          mediaType: fc.constantFrom(mediaTypes.ociManifest, mediaTypes.dockerManifest),
          config: descriptor,
          layers,
          ...common,
        },
        { requiredKeys: ['kind', 'mediaType', 'config', 'layers'] },
      ),
      fc.record(
        {
          kind: fc.constant('index' as const),
          mediaType: fc.constant(mediaTypes.ociIndex),
          manifests: layers,
          ...common,
        },
        { requiredKeys: ['kind', 'mediaType', 'manifests'] },
      ),
      fc.record(
        {
          kind: fc.constant('artifact' as const),
          mediaType: fc.constant(mediaTypes.ociArtifactManifest),
          blobs: layers,
          ...common,
        },
        { requiredKeys: ['kind', 'mediaType', 'blobs'] },
      ),
    );
    fc.assert(
      fc.property(manifest, (value) => {
        const bytes = encodeManifest(value);
        const parsed = parseManifest(bytes, value.mediaType);
        expect(encodeManifest(parsed)).toEqual(bytes);
        expect(JSON.stringify(parsed.annotations ?? {})).toBe(JSON.stringify(sorted(value.annotations ?? {})));
        expect(detectManifestMediaType(bytes)).toBe(value.mediaType);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('throws only its own errors for noise and for damaged manifests', () => {
    const good = bytesOf({ ...image, subject: json(subject) });
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => good.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(encodeUtf8), damaged), (bytes) => {
        for (const mediaType of [mediaTypes.ociManifest, mediaTypes.ociIndex, mediaTypes.ociArtifactManifest]) {
          try {
            parseManifest(bytes, mediaType);
          } catch (error) {
            expect(isNv2Error(error, 'OCI_MANIFEST_INVALID')).toBe(true);
          }
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

function sorted(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const result: Record<string, string> = Object.create(null);
  for (const name of Object.keys(map).toSorted()) result[name] = map[name] ?? '';
  return result;
}
