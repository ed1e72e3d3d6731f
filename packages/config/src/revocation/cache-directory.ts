// Directories of caches. Whatever goes wrong here costs time and no answer.

import { mkdir, rm } from 'node:fs/promises';
import { unreadable } from '../files/read-file.ts';

const directoryMode = 0o700;

/** REV-30: for the owner alone. @throws ConfigError `CONFIG_FILE_UNREADABLE` */
export async function makeCacheDirectory(path: string, what: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: directoryMode });
  } catch (error) {
    throw unreadable(path, what, error);
  }
}

/** @throws ConfigError `CONFIG_FILE_UNREADABLE`; not for a file that is gone already */
export async function removeCacheFile(path: string, what: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw unreadable(path, what, error);
  }
}
