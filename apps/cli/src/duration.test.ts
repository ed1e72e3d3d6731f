import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

const second = 1_000_000_000n;

describe('Go durations', () => {
  it.each([
    ['0', 0n],
    ['24h', 86_400n * second],
    ['3h20m', 12_000n * second],
    ['1.5h', 5_400n * second],
    ['-2s', -2n * second],
    ['+2s', 2n * second],
    ['300ms', 300_000_000n],
    ['1h0.5s', 3600n * second + second / 2n],
  ])('reads %s', (text, nanoseconds) => expect(parseDuration(text)).toBe(nanoseconds));

  it.each(['', '5', 'h', '1d', '1h ', ' 1h', '1h-2m', '.5', '1e3s', '9999999999h', '1s'.repeat(200)])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('adds up whatever is written as hours, minutes and seconds', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(59), fc.nat(59), (h, m, s) => {
        expect(parseDuration(`${h}h${m}m${s}s`)).toBe(BigInt(h * 3600 + m * 60 + s) * second);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
