// Doing slow work ahead of its turn, in order and within bounds.

/**
 * Maps items in order, with at most `concurrency` of them begun and not yet taken. When the consumer stops early, the work
 * that is still under way is aborted and waited for, so nothing outlives the loop.
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result, void, undefined> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const source = items[Symbol.iterator]();
  const begun: Promise<Result>[] = [];
  const begin = (): void => {
    const next = source.next();
    if (next.done === true) return;
    const result = work(next.value, both);
    // Whoever takes it sees the rejection; until then it must not count as unhandled.
    result.catch(() => undefined);
    begun.push(result);
  };
  try {
    for (let i = 0; i < concurrency; i++) begin();
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
      yield await first;
      begin();
    }
  } finally {
    stop.abort();
    await Promise.allSettled(begun);
  }
}
