// Work that several callers want at the same time and that is done once.

interface Running<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Whoever asks for work with a key that is being worked on waits for the same result. Nothing is kept once it is there: remembering
 * results is for the caller.
 */
export class SharedWork<Result> {
  readonly #running = new Map<string, Running<Result>>();

  /**
   * @param work its signal is aborted when the last of those who wait has given up, never before
   * @throws what `work` throws; the reason of `signal`, which ends this caller's waiting only
   */
  async do(key: string, work: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    const running = this.#running.get(key) ?? this.#start(key, work);
    running.waiting += 1;
    return signal === undefined ? running.result : this.#await(key, running, signal);
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<Result>): Running<Result> {
    const controller = new AbortController();
    const running = { result: work(controller.signal), controller, waiting: 0 };
    this.#running.set(key, running);
    const forget = (): void => this.#forget(key, running);
    running.result.then(forget, forget);
    return running;
  }

  #await(key: string, running: Running<Result>, signal: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(signal.reason);
        running.waiting -= 1;
        if (running.waiting > 0) return;
        // Whoever asks from now on wants work that goes on.
        this.#forget(key, running);
        running.controller.abort(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      // The work itself may have led to it before it first waited.
      if (signal.aborted) giveUp();
      running.result.finally(() => signal.removeEventListener('abort', giveUp)).then(resolve, reject);
    });
  }

  #forget(key: string, running: Running<Result>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }
}
