// Blobs in a directory: blobs/<algorithm>/<two hex digits>/<hex>, uploads/<id> (K2). Crash safety by order (K3):
// write a temporary file, sync it, rename it, sync the directory; only then may metadata speak of it.

import { access, constants, link, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestAlgorithm, digestHex } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import type { StorageDriver, StorageKind } from './driver.ts';
import { attempt } from './failure.ts';
import { readRange } from './file-read.ts';
import { writeAt } from './file-write.ts';
import { DirectorySync } from './sync.ts';

const directoryMode = 0o750;

export const fileStorage: StorageKind = {
  name: 'files',
  open: async (directory, { isDurable }) => {
    try {
      for (const name of ['blobs', 'uploads']) {
        await makeDirectory(join(directory, name));
        await access(join(directory, name), constants.R_OK | constants.W_OK | constants.X_OK);
      }
    } catch (cause) {
      throw new ServerError(
        'SERVER_DIRECTORY_UNUSABLE',
        `opening the registry directory ${directory}: cannot write there`,
        { cause },
      );
    }
    return openFiles(directory, isDurable);
  },
};

function openFiles(directory: string, isDurable: boolean): StorageDriver {
  const uploads = join(directory, 'uploads');
  const uploadPath = (id: string): string => join(uploads, id);
  const blobDirectory = createBlobDirectories(directory, isDurable);
  const directorySync = new DirectorySync();

  return {
    openBlob: async (digest, range) => {
      const handle = await attempt('reading a blob', () => open(blobPath(directory, digest), 'r'));
      return readRange(handle, range);
    },
    findBlobSize: (digest) => findSize(blobPath(directory, digest)),
    appendUpload: async (id, offset, body, onBytes) => {
      try {
        await writeAt({ path: uploadPath(id), offset, body, onBytes, isDurable });
      } finally {
        // The first bytes created the file: its name must be as durable as they are.
        if (isDurable && offset === 0) await attempt('writing an upload', () => directorySync.sync(uploads));
      }
    },
    readUpload: (id, length) => readFirst(uploadPath(id), length),
    commitUpload: (id, length, digest) =>
      attempt('finishing an upload', async () => {
        const target = await blobDirectory(digest);
        await truncate(uploadPath(id), length, isDurable);
        await linkThenRename(uploadPath(id), join(target, digestHex(digest)));
        if (isDurable) await directorySync.sync(target);
      }),
    deleteUpload: (id) => attempt('removing an upload', () => rm(uploadPath(id), { force: true })),
    listUploads: () => attempt('listing uploads', () => readdir(uploads)),
    freeBytes: () =>
      attempt('asking for free space', async () => {
        const { bavail, bsize } = await statfs(directory);
        return bavail * bsize;
      }),
  };
}

function blobPath(directory: string, digest: Digest): string {
  const hex = digestHex(digest);
  return join(directory, 'blobs', digestAlgorithm(digest), hex.slice(0, 2), hex);
}

/** Makes the folder of a digest; each new level is made durable in its parent once. */
function createBlobDirectories(directory: string, isDurable: boolean): (digest: Digest) => Promise<string> {
  const known = new Set<string>();
  const directorySync = new DirectorySync();
  return async (digest) => {
    const algorithm = join(directory, 'blobs', digestAlgorithm(digest));
    const folder = join(algorithm, digestHex(digest).slice(0, 2));
    if (known.has(folder)) return folder;
    await makeDirectory(folder);
    if (isDurable) for (const parent of [join(directory, 'blobs'), algorithm]) await directorySync.sync(parent);
    known.add(folder);
    return folder;
  };
}

/**
 * Makes a directory and its parents. Not by `recursive`: Node 20 tries for ever where the system says that a parent is
 * missing.
 */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: directoryMode });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode: directoryMode }).catch(ignoreExisting);
  }
}

/** Another request made it first. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

async function* readFirst(path: string, length: number): AsyncIterable<Uint8Array> {
  if (length === 0) return;
  const handle = await attempt('reading an upload', () => open(path, 'r'));
  yield* readRange(handle, { start: 0, end: length - 1 }).stream;
}

/**
 * Bytes beyond `length` come from a request that a crash cut off: nobody was told of them. An empty upload has no file
 * yet.
 */
async function truncate(path: string, length: number, isDurable: boolean): Promise<void> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o640);
  try {
    if ((await handle.stat()).size === length) return;
    await handle.truncate(length);
    if (isDurable) await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts the file at `target` in one step while the upload keeps its own name: until metadata is committed, a crash
 * leaves the upload
 * as the client knows it. A corrupt older blob is replaced.
 */
async function linkThenRename(path: string, target: string): Promise<void> {
  const ready = `${path}.ready`;
  await rm(ready, { force: true });
  try {
    await link(path, ready);
  } catch (error) {
    // A file system without hard links: the upload becomes the blob, and after a crash in between it must be sent
    // again.
    if (!(error instanceof Error && 'code' in error && ['EPERM', 'ENOTSUP', 'ENOSYS'].includes(String(error.code))))
      throw error;
    await rename(path, target);
    return;
  }
  await rename(ready, target);
  // Renaming onto another name of the same file does nothing and leaves both.
  await rm(ready, { force: true });
}

async function findSize(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    // Not there, or not readable: either way there is no blob to speak of.
    return undefined;
  }
}
