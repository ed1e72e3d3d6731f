import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { DirectorySync } from './sync.ts';

describe('making directory entries durable', () => {
  it('shares one sync among all that wait, and never one that began before them', async () => {
    const finished: (() => void)[] = [];
    const sync = new DirectorySync(() => new Promise((resolve) => finished.push(resolve)));
    const order: string[] = [];
    const first = sync.sync('d').then(() => order.push('first'));
    const waiting = [sync.sync('d'), sync.sync('d'), sync.sync('d')].map((done) =>
      done.then(() => order.push('later')),
    );
    expect(finished).toHaveLength(1);
    finished[0]?.();
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['first']);
    expect(finished).toHaveLength(2);
    finished[1]?.();
    await Promise.all(waiting);
    expect(finished).toHaveLength(2);
  });

  it('starts anew after the last one, also after a failure', async () => {
    let calls = 0;
    const sync = new DirectorySync(() => ((calls += 1) === 1 ? Promise.reject(new Error('gone')) : Promise.resolve()));
    await expect(sync.sync('d')).rejects.toThrow('gone');
    await sync.sync('d');
    expect(calls).toBe(2);
  });

  it('syncs a real directory, and fails for none', async () => {
    await using directory = await temporaryDirectory();
    const sync = new DirectorySync();
    await sync.sync(directory.path);
    await expect(sync.sync(`${directory.path}/none`)).rejects.toThrow();
  });
});
