// Files that appear whole or not at all: written beside their place, synced, renamed, and the rename synced too.

import { type FileHandle, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeHex, randomBytes } from '@nv2/base';
import { errorCode, fileStep } from './file-errors.ts';

const ingest = 'ingest';

/**
 * Writes a stream into `directory/ingest` and renames it to `target`. An error, of the stream or of the disk, leaves nothing.
 *
 * @param beforeRename last look before the file appears; throws to prevent it
 * @throws LayoutError `LAYOUT_DENIED`, `LAYOUT_FULL`, `LAYOUT_IO`, and what `content` throws
 */
export async function writeDurably(
  directory: string,
  target: string,
  content: AsyncIterable<Uint8Array>,
  beforeRename: () => Promise<void> = async () => undefined,
): Promise<void> {
  const temporary = join(directory, ingest, encodeHex(randomBytes(12)));
  const file = await fileStep(`creating ${temporary}`, () => createIn(temporary));
  try {
    await writeStream(file, temporary, content);
    await beforeRename();
    await fileStep(`writing ${target}`, () => rename(temporary, target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(target));
}

/** Writes a file beside its place and renames it, for files that are not part of a layout directory. */
export async function replaceFile(target: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${target}.${encodeHex(randomBytes(6))}.tmp`;
  const file = await fileStep(`creating ${temporary}`, () => open(temporary, 'wx'));
  try {
    await writeStream(file, temporary, content);
    await fileStep(`writing ${target}`, () => rename(temporary, target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(target));
}

/** Removes the directory of temporary files if nobody uses it. */
export async function removeIngest(directory: string): Promise<void> {
  // Absent, in use by another writer, or on a disk that takes no changes: each of them is fine.
  await rmdir(join(directory, ingest)).catch(() => undefined);
}

/** Makes a rename or removal last through a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  await fileStep(`syncing ${directory}`, async () => {
    await using handle = await open(directory);
    await handle.sync();
  }).catch((error: unknown) => {
    // Some file systems cannot sync a directory and say so in different words; the file itself is synced.
    const code = errorCode(error instanceof Error ? error.cause : undefined);
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  });
}

async function createIn(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(dirname(path), { recursive: true });
    try {
      return await open(path, 'wx');
    } catch (error) {
      // Another writer has just tidied up; it cannot go on doing so.
      if (errorCode(error) !== 'ENOENT' || attempt === 10) throw error;
    }
  }
}

async function writeStream(file: FileHandle, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of content) await fileStep(`writing ${path}`, () => writeFully(file, chunk));
    await fileStep(`syncing ${path}`, () => file.sync());
  } finally {
    await file.close();
  }
}

async function writeFully(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset);
    offset += bytesWritten;
  }
}
