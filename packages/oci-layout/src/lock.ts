// One writer at a time for `index.json`, between processes too. The lock is a file that names its owner; it is held for the
// few milliseconds of one change. A lock is taken away only from an owner that provably does not run any more.

import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeHex, encodeUtf8, parseJson, quoteText, randomBytes } from '@nv2/base';
import { LayoutError } from './errors.ts';
import { errorCode, fileStep, isAbsent } from './file-errors.ts';
import { lockPollMs } from './limits.ts';

export const lockName = '.nv2.lock';

interface Owner {
  readonly token: string;
  /** Missing when the file holds something else. */
  readonly pid?: number;
  readonly host?: string;
}

/** Proves inside a locked task that the lock is still ours. */
export type AssertLocked = () => Promise<void>;

export interface LockOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** Tasks of this process queue here, by directory, so that only one of them waits for the file. */
const queues = new Map<string, Promise<void>>();

/**
 * Runs a task while no other writer changes the layout in `directory` (a real path).
 *
 * @throws LayoutError `LAYOUT_LOCKED` after `waitMs`, `LAYOUT_DENIED`, `LAYOUT_FULL`, `LAYOUT_IO`
 */
export async function withLock<T>(
  directory: string,
  options: LockOptions,
  task: (assertLocked: AssertLocked) => Promise<T>,
): Promise<T> {
  const before = queues.get(directory) ?? Promise.resolve();
  const { promise: mine, resolve: done } = deferred();
  const turn = before.then(() => mine);
  queues.set(directory, turn);
  try {
    await before;
    return await withFile(join(directory, lockName), options, task);
  } finally {
    done();
    if (queues.get(directory) === turn) queues.delete(directory);
  }
}

async function withFile<T>(
  path: string,
  options: LockOptions,
  task: (assertLocked: AssertLocked) => Promise<T>,
): Promise<T> {
  const token = await acquire(path, options);
  try {
    return await task(async () => {
      if ((await findOwner(path))?.token === token) return;
      throw new LayoutError('LAYOUT_LOCKED', `the lock ${quoteText(path, 400)} was taken away while we held it`);
    });
  } finally {
    if ((await findOwner(path))?.token === token) await fileStep(`removing ${path}`, () => rm(path, { force: true }));
  }
}

async function acquire(path: string, { waitMs, signal }: LockOptions): Promise<string> {
  const token = encodeHex(randomBytes(12));
  for (let waitedMs = 0; ; waitedMs += lockPollMs) {
    signal?.throwIfAborted();
    if (await isCreated(path, { token, pid: process.pid, host: hostname() })) return token;
    const owner = await findOwner(path);
    if (owner !== undefined && isDead(owner)) {
      await breakLock(path, owner);
      continue;
    }
    if (waitedMs >= waitMs) {
      const who =
        owner?.pid === undefined ? 'an unknown program' : `process ${owner.pid} on ${quoteText(owner.host ?? '')}`;
      throw new LayoutError('LAYOUT_LOCKED', `waited ${waitMs} ms for ${who} to release ${quoteText(path, 400)}`);
    }
    await delay(lockPollMs, undefined, signal === undefined ? {} : { signal });
  }
}

async function isCreated(path: string, owner: Owner): Promise<boolean> {
  return fileStep(`creating ${path}`, async () => {
    let created: FileHandle;
    try {
      created = await open(path, 'wx');
    } catch (error) {
      // Whatever else went wrong, the file is not ours: it may be somebody's lock.
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      await using file = created;
      await file.writeFile(encodeUtf8(JSON.stringify(owner)));
      return true;
    } catch (error) {
      // A lock without its owner's name could never be broken.
      await rm(path, { force: true });
      throw error;
    }
  });
}

/** Moves the file aside first: of several who find the same dead owner only one moves it, and sees if it moved a live one. */
async function breakLock(path: string, dead: Owner): Promise<void> {
  const aside = `${path}.${encodeHex(randomBytes(6))}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  if ((await findOwner(aside))?.token !== dead.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function findOwner(path: string): Promise<Owner | undefined> {
  try {
    return parseOwner(await readFile(path));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function parseOwner(bytes: Uint8Array): Owner {
  try {
    const value = parseJson(bytes, { maxBytes: 1024 });
    if (typeof value === 'object' && value !== null && 'pid' in value) {
      const { token, pid, host } = value;
      if (typeof token === 'string' && typeof pid === 'number' && typeof host === 'string') return { token, pid, host };
    }
  } catch {
    // Its owner is just writing it, or it is not ours: either way somebody has it.
  }
  return { token: '' };
}

function isDead({ pid, host }: Owner): boolean {
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 0 || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs, as another user.
    return errorCode(error) === 'ESRCH';
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
