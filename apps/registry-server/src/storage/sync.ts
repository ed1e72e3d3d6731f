// Making directory entries durable. Renames into one directory that wait at the same time share one sync.

import { open } from 'node:fs/promises';

interface Turn {
  readonly running: Promise<void>;
  next?: Promise<void>;
}

export class DirectorySync {
  readonly #turns = new Map<string, Turn>();
  readonly #syncOnce: (directory: string) => Promise<void>;

  /** @param syncOnce what a sync is; tests count them */
  constructor(syncOnce: (directory: string) => Promise<void> = syncDirectory) {
    this.#syncOnce = syncOnce;
  }

  /** Resolves after a sync of the directory that began after this call. */
  sync(directory: string): Promise<void> {
    const turn = this.#turns.get(directory);
    if (turn === undefined) return this.#start(directory);
    // The running sync may have begun before the caller's rename: wait for the one after it.
    const start = (): Promise<void> => this.#start(directory);
    turn.next ??= turn.running.then(start, start);
    return turn.next;
  }

  #start(directory: string): Promise<void> {
    const turn: Turn = { running: this.#syncOnce(directory) };
    this.#turns.set(directory, turn);
    const finish = (): void => {
      if (turn.next === undefined) this.#turns.delete(directory);
    };
    turn.running.then(finish, finish);
    return turn.running;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
