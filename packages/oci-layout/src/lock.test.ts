import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { lockName, withLock } from './lock.ts';

const nothing = async (): Promise<void> => undefined;

/** The number of a process that ran and ended. */
function endedProcess(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
}

describe('the lock of a layout', () => {
  it('lets one task in at a time, in the order of asking', async () => {
    await using directory = await temporaryDirectory();
    const log: string[] = [];
    const task = (name: string) => async (): Promise<void> => {
      log.push(`${name} in`);
      await setImmediate();
      log.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => withLock(directory.path, { waitMs: 1000 }, task(name))));
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('is free again, and leaves no file, after a task that failed', async () => {
    await using directory = await temporaryDirectory();
    const broken = withLock(directory.path, { waitMs: 0 }, () => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
    expect(await readdir(directory.path)).toEqual([]);
    await withLock(directory.path, { waitMs: 0 }, nothing);
  });

  it('is taken from a process that has ended', async () => {
    await using directory = await temporaryDirectory();
    const owner = { token: 'old', pid: endedProcess(), host: hostname() };
    await writeFile(join(directory.path, lockName), JSON.stringify(owner));
    await withLock(directory.path, { waitMs: 0 }, nothing);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it.each([
    ['a process that runs', JSON.stringify({ token: 'live', pid: process.pid, host: hostname() })],
    ['another machine', JSON.stringify({ token: 'far', pid: endedProcess(), host: 'somewhere-else.example' })],
    ['somebody who does not say', ''],
    ['another program', 'locked'],
    ['a process number that names a group', JSON.stringify({ token: 'odd', pid: -1, host: hostname() })],
  ])('is never taken from %s', async (_, content) => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, lockName), content);
    await expect(withLock(directory.path, { waitMs: 10 }, nothing)).rejects.toMatchObject({
      code: 'LAYOUT_LOCKED',
      message: expect.stringContaining(lockName),
    });
    expect(await readdir(directory.path)).toEqual([lockName]);
  });

  it('is noticed when it was taken away', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, lockName);
    const robbed = withLock(directory.path, { waitMs: 0 }, async (assertLocked) => {
      await assertLocked();
      await writeFile(path, JSON.stringify({ token: 'thief', pid: process.pid, host: hostname() }));
      await assertLocked();
    });
    await expect(robbed).rejects.toMatchObject({ code: 'LAYOUT_LOCKED' });
    expect(await readdir(directory.path)).toEqual([lockName]);
  });

  it('is not waited for any longer when the signal is aborted', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, lockName), '');
    const stop = new AbortController();
    const waiting = withLock(directory.path, { waitMs: 60_000, signal: stop.signal }, nothing);
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });

  it('cannot be taken where the directory is gone', async () => {
    await expect(withLock('/nonexistent/layout', { waitMs: 0 }, nothing)).rejects.toMatchObject({ code: 'LAYOUT_IO' });
  });
});
