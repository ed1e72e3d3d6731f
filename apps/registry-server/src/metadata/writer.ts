// Group commit: writes that arrive together share one transaction, and so one sync of the disk.

import { maxBatchedWrites } from '../limits.ts';
import type { Database } from './database.ts';

/**
 * Runs `work` inside a write transaction and resolves after the commit. What `work` throws undoes that work alone.
 */
export type Write = <T>(work: () => T) => Promise<T>;

interface Job {
  /** Runs the work; the returned function settles the caller's promise after the commit. */
  readonly run: () => () => void;
  readonly reject: (reason: unknown) => void;
}

/** @returns the function that queues writes, and one that commits what is queued at once. */
export function createWriter(database: Database): { readonly write: Write; readonly flush: () => void } {
  let queue: Job[] = [];
  let isScheduled = false;

  const flush = (): void => {
    isScheduled = false;
    while (queue.length > 0) {
      const batch = queue.slice(0, maxBatchedWrites);
      queue = queue.slice(maxBatchedWrites);
      commit(database, batch);
    }
  };
  const write: Write = (work) =>
    new Promise((resolve, reject) => {
      const run = (): (() => void) => {
        const result = work();
        return () => resolve(result);
      };
      queue.push({ run, reject });
      if (!isScheduled) setImmediate(flush);
      isScheduled = true;
    });
  return { write, flush };
}

function commit(database: Database, batch: readonly Job[]): void {
  const settled: (() => void)[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const job of batch) settled.push(runJob(database, job));
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database, 'ROLLBACK');
    for (const job of batch) job.reject(error);
    return;
  }
  for (const settle of settled) settle();
}

function runJob(database: Database, job: Job): () => void {
  database.exec('SAVEPOINT job');
  try {
    const settle = job.run();
    database.exec('RELEASE job');
    return settle;
  } catch (error) {
    // A full disk makes SQLite drop the whole transaction; then this throws and the batch fails as one.
    database.exec('ROLLBACK TO job');
    database.exec('RELEASE job');
    return () => job.reject(error);
  }
}

function rollBack(database: Database, sql: string): void {
  try {
    database.exec(sql);
  } catch {
    // SQLite has already rolled back by itself; the first error is the one to report.
  }
}
