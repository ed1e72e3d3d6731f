import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toWarnings } from './warning.ts';

describe('warnings', () => {
  it('have code 299, no agent, escaped printable text, and 4096 bytes at most together', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 600 }), { maxLength: 20 }), (texts) => {
        const fields = toWarnings(texts);
        expect(fields.reduce((sum, [, value]) => sum + value.length, 0)).toBeLessThanOrEqual(4096);
        for (const [name, value] of fields) {
          expect(name).toBe('Warning');
          expect(value).toMatch(/^299 - "(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('beyond the bound are left out', () => {
    expect(toWarnings(Array.from({ length: 10 }, () => 'x'.repeat(900)))).toHaveLength(4);
  });
});
