import { bytesResponse } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { backoffMs, findRetryAfterMs } from './retry.ts';

describe('waiting before another try', () => {
  it('doubles from a quarter of a second to three seconds', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => backoffMs(attempt, () => 0.5))).toEqual([
      250, 500, 1000, 2000, 3000, 3000,
    ]);
  });

  it('spreads by a tenth to both sides', () => {
    expect([backoffMs(2, () => 0), backoffMs(2, () => 0.999_999)]).toEqual([450, 550]);
  });

  const now = new Date('2026-01-02T03:04:05Z');
  it.each([
    [429, '2', 2000],
    [503, '0', 0],
    [429, 'Fri, 02 Jan 2026 03:04:10 GMT', 5000],
    [429, 'Fri, 02 Jan 2026 03:04:00 GMT', 0],
    [429, '31', 'too-long'],
    [429, 'Fri, 02 Jan 2027 03:04:10 GMT', 'too-long'],
    [429, 'soon', undefined],
    [500, '2', undefined],
  ])('reads status %i with Retry-After %s as %s', (status, field, expected) => {
    expect(findRetryAfterMs(bytesResponse(status, [['Retry-After', field]]), now)).toBe(expected);
  });
});
