// The minimum rate of request bodies. One timer looks at all of them, so that a fast body costs no timer of its own.

import type { ListenLimits } from './listen-limits.ts';

export interface WatchedBody {
  /** Bytes since the last look. */
  bytes: number;
  /** Whether the server waits for the client, not the client for the server. */
  isWaiting: boolean;
  remove(): void;
}

export class RateWatch {
  readonly #limits: ListenLimits;
  readonly #watched = new Map<WatchedBody, { readonly abort: () => void; isOld: boolean }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: ListenLimits) {
    this.#limits = limits;
  }

  add(abort: () => void): WatchedBody {
    const body: WatchedBody = { bytes: 0, isWaiting: true, remove: () => this.#remove(body) };
    this.#watched.set(body, { abort, isOld: false });
    this.#timer ??= setInterval(() => this.#look(), this.#limits.bodyWindowMs).unref();
    return body;
  }

  #look(): void {
    for (const [body, state] of this.#watched) {
      // The first look comes before a whole window has passed.
      if (state.isOld && body.isWaiting && body.bytes < this.#limits.minBodyBytesPerWindow) state.abort();
      state.isOld = true;
      body.bytes = 0;
    }
  }

  #remove(body: WatchedBody): void {
    this.#watched.delete(body);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
