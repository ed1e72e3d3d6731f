import { encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { emptyJsonBytes, emptyJsonDescriptor, inlineContent } from './inline-content.ts';

const data = encodeUtf8('{"inline":true}');
const descriptor = { mediaType: 'application/json', digest: digestOf(data), size: data.length };

describe('inline content', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('is given when size and %s digest match', (algorithm) => {
    expect(inlineContent({ ...descriptor, digest: digestOf(data, algorithm), data })).toBe(data);
  });

  it.each([
    ['is absent', descriptor],
    ['has another size', { ...descriptor, size: data.length + 1, data }],
    ['has another digest', { ...descriptor, data: encodeUtf8('{"inline":fals}') }],
  ])('is not given when it %s', (_, value) => {
    expect(inlineContent(value)).toBeUndefined();
  });

  it('is used up to 32 KiB', () => {
    const of = (size: number): Uint8Array | undefined => {
      const bytes = new Uint8Array(size);
      return inlineContent({ mediaType: 'a/b', digest: digestOf(bytes), size, data: bytes });
    };
    expect(of(32 * 1024)).toHaveLength(32 * 1024);
    expect(of(32 * 1024 + 1)).toBeUndefined();
  });

  it('describes the empty JSON object', () => {
    expect(inlineContent({ ...emptyJsonDescriptor, data: emptyJsonBytes })).toEqual(encodeUtf8('{}'));
  });
});
