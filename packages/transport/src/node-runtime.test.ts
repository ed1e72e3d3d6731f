import { describe, expect, it } from 'vitest';
import { nodeRuntime } from './node-runtime.ts';

describe('the runtime of Node', () => {
  it('tells the time of the process and chances below one', () => {
    const { now, random } = nodeRuntime();
    const before = Date.now();
    expect(now().getTime()).toBeGreaterThanOrEqual(before);
    const chance = random();
    expect(chance >= 0 && chance < 1).toBe(true);
  });

  it('waits, and stops waiting with the reason of whoever aborted', async () => {
    const { sleep } = nodeRuntime();
    await expect(sleep(1)).resolves.toBeUndefined();
    const stop = new AbortController();
    const waiting = sleep(60_000, stop.signal);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(sleep(1, stop.signal)).rejects.toBe(reason);
  });
});
