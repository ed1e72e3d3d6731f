import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRange, findChunkRange } from './range.ts';

describe('a Range header', () => {
  it('made of any characters gives only parts inside the blob, disjoint, at most 16', () => {
    const header = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .string({ unit: fc.constantFrom('0', '1', '9', '-', ',', ' ', '\t'), maxLength: 60 })
        .map((text) => `bytes=${text}`),
      fc
        .array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 20 })
        .map((list) => `bytes=${list.map(([a, b]) => `${a}-${b}`).join(',')}`),
    );
    fc.assert(
      fc.property(header, fc.nat(40), (text, size) => {
        const outcome = checkRange(text, size);
        if (outcome.kind !== 'parts') return;
        expect(outcome.parts.length).toBeLessThanOrEqual(16);
        const bytes = outcome.parts.flatMap(({ start, end }) =>
          Array.from({ length: end - start + 1 }, (_, at) => start + at),
        );
        expect(bytes.length).toBeGreaterThan(0);
        expect(new Set(bytes).size).toBe(bytes.length);
        expect(bytes.every((at) => at >= 0 && at < size)).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('covers exactly the bytes its parts name', () => {
    const list = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 40 }), (ranges, size) => {
        const outcome = checkRange(`bytes=${ranges.map(([a, b]) => `${a}-${b}`).join(',')}`, size);
        const wanted = new Set(
          ranges.flatMap(([a, b]) => Array.from({ length: size }, (_, at) => at).filter((at) => at >= a && at <= b)),
        );
        const given =
          outcome.kind !== 'parts'
            ? []
            : outcome.parts.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, at) => start + at));
        expect(new Set(given)).toEqual(wanted);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('of 64 KiB is judged at once', () => {
    const text = `bytes=${'1-2,'.repeat(16_000)}`;
    expect(checkRange(text, 10)).toEqual({ kind: 'whole' });
  });
});

describe('the Content-Range of a chunk', () => {
  it('gives what was written, and nothing for anything else', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const expected = a <= b ? { start: a, end: b } : undefined;
        expect(findChunkRange(`${a}-${b}`)).toEqual(expected);
        expect(findChunkRange(`bytes ${a}-${b}/*`)).toEqual(expected);
      }),
      { seed: 1, numRuns: 300 },
    );
    for (const text of [
      '',
      '-',
      '1-',
      '-1',
      '1-2-3',
      'bytes=',
      '1-2/x',
      '0x1-0x2',
      '1e3-2e3',
      `${'9'.repeat(16)}-${'9'.repeat(17)}`,
    ]) {
      expect(findChunkRange(text)).toBeUndefined();
    }
  });
});
