// Running work with bounded concurrency: a flat list, and a graph in which children come before parents.

import { ContentError } from './errors.ts';

export interface RunOptions {
  /** Tasks at the same time, at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

/** A task and the indices of the jobs that must have ended before it starts. */
export interface Job {
  readonly after: readonly number[];
  run(signal: AbortSignal): Promise<void>;
}

/** Maps items, results in their order. The first failure stops what has not begun, and is thrown when all that ran has ended. */
export async function mapBounded<T, R>(
  items: readonly T[],
  task: (item: T, signal: AbortSignal) => Promise<R>,
  options: RunOptions,
): Promise<readonly R[]> {
  const results: R[] = [];
  const jobs = items.map((item, index) => ({
    after: [],
    run: async (signal: AbortSignal) => {
      results[index] = await task(item, signal);
    },
  }));
  await runJobs(jobs, options);
  return results;
}

/**
 * Runs every job once, each after those it waits for, in list order where that leaves a choice.
 *
 * The first failure aborts the signal of the jobs under way, starts no more, and is thrown when they have ended.
 *
 * @throws ContentError `CONTENT_LIMIT` when jobs wait for each other in a circle
 */
export async function runJobs(jobs: readonly Job[], options: RunOptions): Promise<void> {
  const { concurrency, signal: outer } = options;
  outer?.throwIfAborted();
  const stop = new AbortController();
  const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
  const waitsFor = jobs.map((job) => job.after.length);
  const waiters = jobs.map((): number[] => []);
  jobs.forEach((job, index) => job.after.forEach((earlier) => waiters[earlier]?.push(index)));
  const ready = jobs.flatMap((job, index) => (job.after.length === 0 ? [index] : []));
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let next = 0;

  const run = async (index: number): Promise<void> => {
    try {
      await jobs[index]?.run(signal);
      for (const waiter of waiters[index] ?? []) {
        const left = (waitsFor[waiter] ?? 0) - 1;
        waitsFor[waiter] = left;
        if (left === 0) ready.push(waiter);
      }
    } catch (error) {
      failures.push(error);
      stop.abort(error);
    }
  };

  for (;;) {
    for (
      let index = ready[next];
      index !== undefined && !signal.aborted && running.size < concurrency;
      index = ready[next]
    ) {
      next += 1;
      const work: Promise<void> = run(index).finally(() => running.delete(work));
      running.add(work);
    }
    // Nothing runs and nothing may start: done, stopped, or in a circle.
    if (running.size === 0) break;
    await Promise.race(running);
  }

  if (failures.length > 0) throw failures[0];
  signal.throwIfAborted();
  if (next < jobs.length)
    throw new ContentError('CONTENT_LIMIT', 'the parts of a graph wait for each other in a circle');
}
