import { describe, expect, it } from 'vitest';
import { mapAhead } from './read-ahead.ts';

async function collect<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of stream) all.push(item);
  return all;
}

describe('working ahead', () => {
  it('gives results in the order of the items, however long each takes', async () => {
    const turns = [3, 0, 2, 1];
    const work = async (item: number): Promise<number> => {
      for (let i = 0; i < item; i++) await Promise.resolve();
      return item;
    };
    expect(await collect(mapAhead(turns, 3, work))).toEqual(turns);
  });

  it('never has more under way than allowed', async () => {
    let open = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
    };
    await collect(mapAhead(Array.from({ length: 20 }), 3, work));
    expect(most).toBe(3);
  });

  it('begins nothing further and aborts the rest when the consumer stops', async () => {
    const begun: number[] = [];
    const aborted: number[] = [];
    const work = (item: number, signal: AbortSignal): Promise<number> => {
      begun.push(item);
      if (item === 0) return Promise.resolve(item);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(item);
          reject(new Error('aborted'));
        });
      });
    };
    for await (const item of mapAhead([0, 1, 2, 3, 4], 2, work)) if (item === 0) break;
    expect([begun, aborted]).toEqual([[0, 1], [1]]);
  });

  it('passes on a failure in its turn', async () => {
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      const work = (item: number): Promise<number> =>
        item === 1 ? Promise.reject(new Error('no')) : Promise.resolve(item);
      for await (const item of mapAhead([0, 1, 2], 3, work)) seen.push(item);
    };
    await expect(run()).rejects.toThrow('no');
    expect(seen).toEqual([0]);
  });
});
