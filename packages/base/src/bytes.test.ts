import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeUtf8, parseUtf8, readAll } from './bytes.ts';
import { isEqualBytes } from './crypto.ts';

describe('UTF-8', () => {
  it('round-trips every whole string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseUtf8(encodeUtf8(text))).toBe(text);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('keeps a byte order mark', () => {
    expect(parseUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\uFEFFa');
  });

  it.each([
    ['a stray continuation byte', [0x80]],
    ['a cut sequence', [0xc3]],
    ['an overlong form', [0xc0, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('is refused with %s', (_, bytes) => {
    expect(() => parseUtf8(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'UTF8_MALFORMED' }));
  });
});

describe('bytes', () => {
  it('are joined in order', () => {
    expect(concatBytes([Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatBytes([])).toEqual(new Uint8Array());
  });

  it('are equal only in length and every byte', () => {
    expect(isEqualBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(isEqualBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(isEqualBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });
});

describe('reading a stream', () => {
  async function* stream(parts: readonly number[], seen: number[] = []): AsyncIterable<Uint8Array> {
    for (const length of parts) {
      seen.push(length);
      yield new Uint8Array(length).fill(length);
    }
  }

  it('gives all of it', async () => {
    await expect(readAll(stream([2, 0, 1]), 3)).resolves.toEqual(Uint8Array.of(2, 2, 1));
    await expect(readAll(stream([2]), 3)).resolves.toEqual(Uint8Array.of(2, 2));
    await expect(readAll(stream([]), 0)).resolves.toEqual(new Uint8Array());
  });

  it('keeps no part, so that single bytes cost no more than one byte each, and later changes of a part none', async () => {
    const part = new Uint8Array(1);
    async function* reused(): AsyncIterable<Uint8Array> {
      for (let at = 0; at < 100_000; at++) {
        part[0] = at;
        yield part;
      }
    }
    const bytes = await readAll(reused(), 100_000);
    part[0] = 0xff;
    expect(bytes.length).toBe(100_000);
    expect(bytes.every((byte, at) => byte === at % 256)).toBe(true);
    expect(bytes.buffer.byteLength).toBe(100_000);
  });

  it('stops at the first byte too many', async () => {
    const seen: number[] = [];
    await expect(readAll(stream([2, 2, 9], seen), 3)).rejects.toMatchObject({ code: 'BYTES_LIMIT' });
    expect(seen).toEqual([2, 2]);
  });
});
