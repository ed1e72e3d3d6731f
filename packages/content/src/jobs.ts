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
  let next = 0;

  const start = async (index: number): Promise<void> => {
    await jobs[index]?.run(signal);
    for (const waiter of waiters[index] ?? []) {
      const left = (waitsFor[waiter] ?? 0) - 1;
      waitsFor[waiter] = left;
      if (left === 0) ready.push(waiter);
    }
  };

  try {
    while (next < ready.length || running.size > 0) {
      signal.throwIfAborted();
      for (let index = ready[next]; index !== undefined && running.size < concurrency; index = ready[next]) {
        next += 1;
        const work: Promise<void> = start(index).finally(() => running.delete(work));
        running.add(work);
      }
      await Promise.race(running);
    }
    if (next < jobs.length)
      throw new ContentError('CONTENT_LIMIT', 'the parts of a graph wait for each other in a circle');
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
