// Which failures are worth another try, and how long to wait first.

import { findHeader, type TransportResponse } from '@nv2/base';
import { limits } from '../limits.ts';
import type { RegistryRuntime } from '../runtime.ts';

const transientStatus = new Set([408, 429, 500, 502, 503, 504]);

export function isTransientStatus(status: number): boolean {
  return transientStatus.has(status);
}

/** The wait before try `attempt` (from 1): 250 ms doubled each time, within 200 ms and 3 s, give or take a tenth. */
export function backoffMs(attempt: number, random: RegistryRuntime['random']): number {
  const exact = 250 * 2 ** (attempt - 1) * (0.9 + 0.2 * random());
  return Math.round(Math.min(limits.maxRetryDelayMs, Math.max(limits.minRetryDelayMs, exact)));
}

/**
 * The wait a 429 or 503 asks for (`Retry-After`, seconds or a date), in ms.
 *
 * @returns `undefined` without a readable field; `'too-long'` beyond 30 s, which is reported instead of waited for.
 */
export function findRetryAfterMs(response: TransportResponse, now: Date): number | 'too-long' | undefined {
  if (response.status !== 429 && response.status !== 503) return undefined;
  const field = findHeader(response.headers, 'retry-after')?.trim();
  if (field === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(field) ? Number(field) * 1000 : Date.parse(field) - now.getTime();
  if (Number.isNaN(waitMs)) return undefined;
  return waitMs > limits.maxRetryAfterMs ? 'too-long' : Math.max(0, waitMs);
}
