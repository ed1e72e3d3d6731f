// The clock, patience and chance of the process, for those who take them as arguments.

import { setTimeout as wait } from 'node:timers/promises';

export interface NodeRuntime {
  readonly now: () => Date;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 (inclusive) to 1 (exclusive). Spreads retries; protects nothing. */
  readonly random: () => number;
}

/** What a program hands to clients that name no clock of their own; a test hands in its own. */
export function nodeRuntime(): NodeRuntime {
  return { now: () => new Date(), sleep, random: Math.random };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    // Node wraps the reason; whoever aborted wants to see its own.
    throw signal?.reason ?? error;
  }
}
