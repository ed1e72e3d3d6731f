// Making directory entries durable. Renames into one directory that wait at the same time share one sync.

import { open } from 'node:fs/promises';

export interface DirectorySync {
  /** Resolves after a sync of the directory that began after this call. */
  sync(directory: string): Promise<void>;
}

interface Waiting {
  running: Promise<void>;
  next: Promise<void> | undefined;
}

export function createDirectorySync(): DirectorySync {
  const active = new Map<string, Waiting>();

  const start = (directory: string): Promise<void> => {
    const entry: Waiting = { running: syncDirectory(directory), next: undefined };
    active.set(directory, entry);
    const finish = (): void => {
      if (active.get(directory) === entry && entry.next === undefined) active.delete(directory);
    };
    entry.running.then(finish, finish);
    return entry.running;
  };
  return {
    sync: (directory) => {
      const entry = active.get(directory);
      if (entry === undefined) return start(directory);
      // The running sync may have begun before the caller's rename: wait for the one after it.
      entry.next ??= entry.running.then(
        () => start(directory),
        () => start(directory),
      );
      return entry.next;
    },
  };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
