// Simulated time: everything that can happen without waiting happens, then the clock jumps to the next waiter.

/** A clock whose waits cost nothing. */
export class VirtualTime {
  #nowMs = 0;
  #waiters: { readonly at: number; readonly wake: () => void }[] = [];

  readonly now = (): Date => new Date(this.#nowMs);

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.#waiters.push({ at: this.#nowMs + ms, wake: resolve });
    });

  /** Runs until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const finish = (): void => {
      state.isDone = true;
    };
    work.then(finish, finish);
    while (!state.isDone) {
      // Promise chains run to their next wait within a turn of the event loop.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      this.#jump();
    }
    return work;
  }

  #jump(): void {
    const next = Math.min(...this.#waiters.map(({ at }) => at));
    if (!Number.isFinite(next)) return;
    this.#nowMs = next;
    const due = this.#waiters.filter(({ at }) => at === next);
    this.#waiters = this.#waiters.filter(({ at }) => at !== next);
    for (const { wake } of due) wake();
  }
}

/** A seeded source of numbers from 0 to 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
