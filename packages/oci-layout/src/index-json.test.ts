import { encodeUtf8, isNv2Error, type JsonObject, parseUtf8 } from '@nv2/base';
import { digestOf, mediaTypes } from '@nv2/oci';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkName,
  emptyIndex,
  encodeLayoutIndex,
  entryName,
  findNamed,
  type LayoutIndex,
  parseLayoutIndex,
  withManifest,
  withoutDigest,
  withoutName,
} from './index-json.ts';

const [a, b] = ['a', 'b'].map((text) => ({
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(encodeUtf8(text)),
  size: 100,
}));
if (a === undefined || b === undefined) throw new Error('two descriptors');

const shown = (index: LayoutIndex): readonly string[] =>
  index.entries.map((entry) => `${entryName(entry) ?? '-'} ${entry.descriptor.digest === a.digest ? 'a' : 'b'}`);
const parse = (value: object): LayoutIndex => parseLayoutIndex(encodeUtf8(JSON.stringify(value)));
const text = (index: LayoutIndex): JsonObject => JSON.parse(parseUtf8(encodeLayoutIndex(index))) as JsonObject;

describe('index.json', () => {
  it('gets one entry for each name and one for a manifest without a name', () => {
    let index = withManifest(emptyIndex, a);
    expect(shown(index)).toEqual(['- a']);
    index = withManifest(index, a, 'v1');
    expect(shown(index)).toEqual(['v1 a']);
    index = withManifest(withManifest(index, a, 'v2'), b);
    expect(shown(index)).toEqual(['v1 a', 'v2 a', '- b']);
    expect(withManifest(index, a)).toBe(index);
    expect(withManifest(index, a, 'v1')).toBe(index);
  });

  it('keeps a manifest listed that loses its last name', () => {
    const index = withManifest(withManifest(emptyIndex, a, 'v1'), b, 'v1');
    expect(shown(index)).toEqual(['- a', 'v1 b']);
    expect(shown(withoutName(index, 'v1'))).toEqual(['- a', '- b']);
    expect(shown(withoutName(withManifest(index, b, 'v2'), 'v1'))).toEqual(['- a', 'v2 b']);
    expect(shown(withoutDigest(index, a.digest))).toEqual(['v1 b']);
  });

  it('writes members that it does not know back as they were', () => {
    const entry = {
      ...a,
      platform: { os: 'linux', architecture: 'amd64' },
      'x-own': [1],
      annotations: { k: 'v', 'org.opencontainers.image.ref.name': 'v1' },
    };
    const value = { schemaVersion: 2, 'x-more': { deep: true }, annotations: { k: 'v' }, manifests: [entry] };
    expect(text(parse(value))).toEqual(value);
    const moved = withManifest(parse(value), b, 'v1');
    expect(text(moved)['x-more']).toEqual({ deep: true });
    expect(text(moved)['manifests']).toEqual([
      { ...entry, annotations: { k: 'v' } },
      { ...b, annotations: { 'org.opencontainers.image.ref.name': 'v1' } },
    ]);
  });

  it('finds what a name stands for, said once or twice', () => {
    const named = { ...a, annotations: { 'org.opencontainers.image.ref.name': 'v1' } };
    expect(findNamed(parse({ schemaVersion: 2, manifests: [named, named] }), 'v1')?.digest).toBe(a.digest);
    expect(findNamed(parse({ schemaVersion: 2, manifests: [named] }), 'v2')).toBeUndefined();
  });

  it('does not guess what a name stands for', () => {
    const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
    const index = parse({
      schemaVersion: 2,
      manifests: [
        { ...a, annotations },
        { ...b, annotations },
      ],
    });
    expect(() => findNamed(index, 'v1')).toThrow(expect.objectContaining({ code: 'LAYOUT_TAG_AMBIGUOUS' }));
  });

  it('may say null for no entries', () => {
    expect(parse({ schemaVersion: 2, manifests: null }).entries).toEqual([]);
  });

  it.each([
    ['of another schema version', { schemaVersion: 1, manifests: [] }],
    ['of another media type', { schemaVersion: 2, mediaType: mediaTypes.ociManifest, manifests: [] }],
    ['without manifests', { schemaVersion: 2 }],
    ['with an entry that is no descriptor', { schemaVersion: 2, manifests: [{}] }],
    ['with a path for a digest', { schemaVersion: 2, manifests: [{ ...a, digest: 'sha256:../../../../etc/passwd' }] }],
    ['with a negative size', { schemaVersion: 2, manifests: [{ ...a, size: -1 }] }],
    ['that is a list', []],
  ])('is refused %s', (_, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'LAYOUT_INVALID' }));
  });

  it('is refused with a duplicate member', () => {
    const bytes = encodeUtf8('{"schemaVersion":2,"manifests":[],"manifests":[]}');
    expect(() => parseLayoutIndex(bytes)).toThrow(expect.objectContaining({ code: 'LAYOUT_INVALID' }));
  });

  it('is refused above 65536 entries and above 32 MiB', () => {
    const entry = JSON.stringify(a);
    const many = `{"schemaVersion":2,"manifests":[${Array.from({ length: 65_537 }, () => entry).join()}]}`;
    expect(() => parseLayoutIndex(encodeUtf8(many))).toThrow(expect.objectContaining({ code: 'LAYOUT_LIMIT' }));
    const large = new Uint8Array(32 * 1024 * 1024 + 1);
    expect(() => parseLayoutIndex(large)).toThrow(expect.objectContaining({ code: 'LAYOUT_LIMIT' }));
  });

  it('throws only its own errors for noise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(encodeUtf8)), (bytes) => {
        try {
          parseLayoutIndex(bytes);
        } catch (error) {
          expect(isNv2Error(error, 'LAYOUT_INVALID')).toBe(true);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('holds, after any changes, each name once and every manifest that was pushed', () => {
    const change = fc.tuple(fc.constantFrom(a, b), fc.option(fc.constantFrom('v1', 'v2', 'v3'), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        let index = emptyIndex;
        const names = new Map<string, string>();
        for (const [descriptor, name] of changes) {
          index = withManifest(index, descriptor, name);
          if (name !== undefined) names.set(name, descriptor.digest);
        }
        const read = parseLayoutIndex(encodeLayoutIndex(index));
        for (const [name, digest] of names) expect(findNamed(read, name)?.digest).toBe(digest);
        for (const [descriptor] of changes) {
          const own = read.entries.filter((entry) => entry.descriptor.digest === descriptor.digest);
          const unnamed = own.filter((entry) => entryName(entry) === undefined).length;
          expect(own.length).toBeGreaterThan(0);
          expect(unnamed === 0 || own.length === 1).toBe(true);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('names in a layout', () => {
  it.each(['v1', 'latest', '_x', '1.0-rc.1', 'docker.io/library/alpine:3.20', 'a@b', 'a--b'])('may be "%s"', (name) => {
    expect(() => checkName(name)).not.toThrow();
  });

  it.each([
    '',
    ' ',
    'a b',
    '../x',
    '/x',
    'x/',
    'a\nb',
    `sha256:${'0'.repeat(64)}`,
    'ü',
    'a'.repeat(513),
    `${'a-'.repeat(200)}!`,
  ])('may not be "%s"', (name) => {
    expect(() => checkName(name)).toThrow(expect.objectContaining({ code: 'OCI_REFERENCE_INVALID' }));
  });
});
