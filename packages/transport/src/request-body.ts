// Sending a request body with back-pressure, exactly as long as it said.

import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { BodySource } from '@nv2/base';
import { TransportError } from './errors.ts';
import { RateGuard, type Timeouts, Watchdog } from './watchdog.ts';

/**
 * Writes the body and ends the request. Stops quietly when `isOver` says that the answer is there or the request failed.
 *
 * @throws TransportError `TRANSPORT_REQUEST_INVALID` when the body is not as long as it said; what the body throws
 */
export async function writeBody(
  request: ClientRequest,
  body: BodySource,
  { doing, timeouts, isOver }: { readonly doing: string; readonly timeouts: Timeouts; readonly isOver: () => boolean },
): Promise<void> {
  const pace = new RateGuard(timeouts);
  let sent = 0;
  for await (const chunk of body.open()) {
    if (isOver()) return;
    sent += chunk.length;
    if (body.length !== undefined && sent > body.length) throw wrongLength(doing, body.length, 'more');
    if (request.write(chunk)) continue;
    const startedAt = performance.now();
    await drained(request, doing, timeouts);
    if (isOver()) return;
    pace.note(chunk.length, performance.now() - startedAt, doing);
  }
  if (isOver()) return;
  if (body.length !== undefined && sent < body.length) throw wrongLength(doing, body.length, `${sent}`);
  request.end();
}

/** Waits until the other side has taken what was written, the request is over, or the idle time has passed. */
async function drained(request: ClientRequest, doing: string, timeouts: Timeouts): Promise<void> {
  if (request.destroyed) return;
  const over = new AbortController();
  const watchdog = new Watchdog(doing, (error) => request.destroy(error));
  watchdog.start(timeouts.idleTimeoutMs, 'the other side took no bytes', true);
  try {
    const { signal } = over;
    await Promise.race(['drain', 'close', 'response'].map((event) => once(request, event, { signal })));
  } catch {
    // The request's own listener hears the same error and tells the caller.
  } finally {
    watchdog.stop();
    over.abort();
  }
}

function wrongLength(doing: string, expected: number, found: string): TransportError {
  return new TransportError('TRANSPORT_REQUEST_INVALID', `${doing}: the body said ${expected} bytes and has ${found}`);
}
