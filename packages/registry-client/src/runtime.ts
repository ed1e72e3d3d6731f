// Time, chance and patience are handed in, so that nothing here names the real ones.

/** What the client needs of its surroundings. Only a composition root names the real ones. */
export interface RegistryRuntime {
  readonly now: () => Date;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 (inclusive) to 1 (exclusive), as Math.random. Spreads retries; protects nothing. */
  readonly random: () => number;
}

/** Waits for shared work without tying it to one waiter: an abort ends the wait, not the work. */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    // An abort reason is what the caller chose to throw; it is an Error unless they decided otherwise.
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
