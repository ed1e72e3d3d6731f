// Writing small files whole or not at all, for their owner only (DIR-07).

import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeHex, randomBytes } from '@nv2/base';
import { unreadable } from './read-file.ts';

const fileMode = 0o600;
const directoryMode = 0o700;

export interface WriteFileOptions {
  /** What the file is, for messages. */
  readonly what: string;
  /** Where the unfinished file lies: same file system, not read by anybody. Default: the directory of the file. */
  readonly stagingDirectory?: string;
  /** How the name of the unfinished file begins. Default `.nv2-`. */
  readonly stagedPrefix?: string;
}

/**
 * Replaces a file: written beside, flushed, then renamed, so that a reader sees the old content or the new.
 *
 * @throws ConfigError `CONFIG_FILE_UNREADABLE`
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array, options: WriteFileOptions): Promise<void> {
  await stage(path, bytes, options, (staged) => rename(staged, path));
}

/**
 * Creates a file that must not exist yet.
 *
 * @returns false when the name is taken; nothing was changed then
 * @throws ConfigError `CONFIG_FILE_UNREADABLE`
 */
export async function createFileAtomically(
  path: string,
  bytes: Uint8Array,
  options: WriteFileOptions,
): Promise<boolean> {
  let isCreated = true;
  await stage(path, bytes, options, async (staged) => {
    try {
      // Unlike rename, link refuses to replace.
      await link(staged, path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      isCreated = false;
    }
    await rm(staged);
  });
  return isCreated;
}

async function stage(
  path: string,
  bytes: Uint8Array,
  options: WriteFileOptions,
  publish: (staged: string) => Promise<void>,
): Promise<void> {
  const directory = options.stagingDirectory ?? dirname(path);
  const staged = join(directory, `${options.stagedPrefix ?? '.nv2-'}${encodeHex(randomBytes(8))}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: directoryMode });
    await mkdir(directory, { recursive: true, mode: directoryMode });
    await writeAndFlush(staged, bytes);
    await publish(staged);
  } catch (cause) {
    await rm(staged, { force: true });
    throw unreadable(path, options.what, cause);
  }
}

async function writeAndFlush(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', fileMode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
