import { encodeBase64, encodeUtf8, type JsonObject } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { isSameContent, parseDescriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { toDescriptorJson } from './encode-manifest.ts';

const bytes = encodeUtf8('{"a":1}');
const good: JsonObject = { mediaType: 'application/json', digest: digestOf(bytes), size: bytes.length };
const full: JsonObject = {
  ...good,
  urls: ['https://example.com/blob'],
  annotations: { a: '1', b: '2' },
  data: encodeBase64(bytes),
  platform: { architecture: 'arm64', os: 'windows', 'os.version': '10.0', variant: 'v8' },
  artifactType: 'application/vnd.example',
};

describe('descriptors', () => {
  it('reads every member and writes it back', () => {
    const descriptor = parseDescriptor(full);
    expect(descriptor.platform).toEqual({ architecture: 'arm64', os: 'windows', osVersion: '10.0', variant: 'v8' });
    expect(JSON.stringify(toDescriptorJson(descriptor))).toBe(JSON.stringify(full));
  });

  it('ignores members that it does not know', () => {
    expect(parseDescriptor({ ...good, 'org.example': { deep: [1] } })).toEqual(good);
  });

  it.each([
    ['no media type', { mediaType: undefined }, 'mediaType'],
    ['a media type that is no string', { mediaType: 1 }, 'mediaType'],
    ['no digest', { digest: undefined }, 'digest'],
    ['a digest of an unknown algorithm', { digest: `md5:${'0'.repeat(32)}` }, 'digest'],
    ['no size', { size: undefined }, 'size'],
    ['a negative size', { size: -1 }, 'size'],
    ['a size with a fraction', { size: 1.5 }, 'size'],
    ['a size beyond exact integers', { size: 2 ** 53 }, 'size'],
    ['a size in a string', { size: '7' }, 'size'],
    ['annotations that are not strings', { annotations: { a: 1 } }, 'annotations.a'],
    ['annotations that are a list', { annotations: ['a'] }, 'annotations'],
    ['URLs that are not strings', { urls: [1] }, 'urls[0]'],
    ['a platform without architecture', { platform: { os: 'linux' } }, 'platform.architecture'],
  ])('refuses %s', (_, change, where) => {
    const entries = Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined);
    const value: JsonObject = Object.fromEntries(entries);
    let thrown: unknown;
    try {
      parseDescriptor(value, '$.layers[3]');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'OCI_DESCRIPTOR_INVALID', message: expect.stringContaining('$.layers[3]') });
    if (where !== 'digest')
      expect(thrown).toMatchObject({ cause: { message: expect.stringContaining(`$.layers[3].${where}`) } });
  });

  it.each([['not base64'], [7], [null]])('takes inline data that is %s for absent', (data) => {
    expect(parseDescriptor({ ...good, data })).toEqual(good);
  });

  it('compares content by media type, digest and size alone', () => {
    const descriptor = parseDescriptor(full);
    const bare = parseDescriptor(good);
    expect(isSameContent(descriptor, bare)).toBe(true);
    expect(isSameContent(bare, { ...bare, mediaType: 'text/plain' })).toBe(false);
    expect(isSameContent(bare, { ...bare, size: bare.size + 1 })).toBe(false);
    expect(isSameContent(bare, { ...bare, digest: digestOf(encodeUtf8('other')) })).toBe(false);
  });
});
