// Time limits of one exchange.

import { TransportError } from './errors.ts';

export interface Timeouts {
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly minBytesPerSecond: number;
  readonly rateWindowMs: number;
}

/** One timer at a time; starting a new wait ends the last one. */
export class Watchdog {
  readonly #onTimeout: (error: TransportError) => void;
  readonly #doing: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(doing: string, onTimeout: (error: TransportError) => void) {
    this.#doing = doing;
    this.#onTimeout = onTimeout;
  }

  start(ms: number, found: string, isTransient: boolean): void {
    this.stop();
    this.#timer = setTimeout(() => this.#onTimeout(timeout(this.#doing, `${found} within ${ms} ms`, isTransient)), ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * Judges the other side's pace. Only time spent waiting for it counts: a slow reader on our side is not its fault.
 */
export class RateGuard {
  readonly #timeouts: Timeouts;
  #bytes = 0;
  #waitedMs = 0;

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  /** @throws TransportError `TRANSPORT_TIMEOUT` at the end of a window in which too little came */
  note(bytes: number, waitedMs: number, doing: string): void {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
    const { rateWindowMs, minBytesPerSecond } = this.#timeouts;
    if (this.#waitedMs < rateWindowMs) return;
    if (this.#bytes * 1000 < minBytesPerSecond * this.#waitedMs) {
      throw timeout(doing, `only ${this.#bytes} bytes in ${Math.round(this.#waitedMs)} ms`, false);
    }
    this.#bytes = 0;
    this.#waitedMs = 0;
  }
}

function timeout(doing: string, found: string, isTransient: boolean): TransportError {
  return new TransportError(
    'TRANSPORT_TIMEOUT',
    `${doing}: ${found}`,
    isTransient ? { details: { transient: true } } : {},
  );
}
