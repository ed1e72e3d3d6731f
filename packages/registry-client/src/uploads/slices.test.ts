import { concatBytes } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodySlices } from './slices.ts';

async function read(stream: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return [...concatBytes(parts)];
}

describe('slices of a body', () => {
  it('are the bytes at their place, whatever the pieces and the order', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 8 });
    const cuts = fc.array(fc.tuple(fc.nat(40), fc.nat(10)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, cuts, async (parts, wanted) => {
        const whole = [...concatBytes(parts)];
        const slices = new BodySlices({
          async *open() {
            yield* parts;
          },
        });
        for (const [offset, length] of wanted) {
          expect(await read(slices.slice(offset, length).open())).toEqual(whole.slice(offset, offset + length));
        }
        await slices.close();
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('that follow each other share one reading', async () => {
    let opened = 0;
    const slices = new BodySlices({
      async *open() {
        opened += 1;
        yield Uint8Array.of(1, 2, 3, 4);
      },
    });
    expect(await read(slices.slice(0, 2).open())).toEqual([1, 2]);
    expect(await read(slices.slice(2, 2).open())).toEqual([3, 4]);
    expect(opened).toBe(1);
    expect(await read(slices.slice(0, 1).open())).toEqual([1]);
    expect(opened).toBe(2);
  });
});
