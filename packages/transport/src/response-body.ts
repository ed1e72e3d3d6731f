// The body of a response as a byte stream that cannot hang, and that gives its connection back.

import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { TransportResponse } from '@nv2/base';
import { toTransportError } from './classify.ts';
import { limits } from './limits.ts';
import { RateGuard, type Timeouts, Watchdog } from './watchdog.ts';

/** The body of a response, read at most once, and the way to end it. */
export function responseBody(
  response: IncomingMessage,
  options: { readonly doing: string; readonly timeouts: Timeouts; readonly isHead: boolean },
): Pick<TransportResponse, 'body' | 'discard'> {
  if (options.isHead) {
    // Without a body the end comes by itself, once somebody listens for it.
    response.resume();
    return { body: nothing(), discard: () => undefined };
  }
  let isOpen = false;
  async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
    isOpen = true;
    yield* readResponse(response, options.doing, options.timeouts);
  }
  function discard(): void {
    if (response.readableEnded || response.destroyed) return;
    if (isOpen) response.destroy();
    else drainResponse(response);
  }
  return { body: open(), discard };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

/** Reads to the end. Leaving early closes the connection. */
async function* readResponse(
  response: IncomingMessage,
  doing: string,
  timeouts: Timeouts,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  const watchdog = new Watchdog(doing, (error) => response.destroy(error));
  const pace = new RateGuard(timeouts);
  try {
    for (;;) {
      const startedAt = performance.now();
      watchdog.start(timeouts.idleTimeoutMs, 'the answer stalled: nothing', true);
      const next = await reader.next();
      watchdog.stop();
      if (next.done === true) return;
      pace.note(next.value.length, performance.now() - startedAt, doing);
      // Plain bytes, without Buffer's other methods and its JSON form.
      yield new Uint8Array(next.value.buffer, next.value.byteOffset, next.value.length);
    }
  } catch (error) {
    throw toTransportError(error, doing);
  } finally {
    watchdog.stop();
    if (!response.readableEnded) response.destroy();
  }
}

/** Reads a short rest nobody wants, so that the connection can be used again; closes it for a longer one. */
function drainResponse(response: IncomingMessage): void {
  const stop = (): void => void response.destroy();
  if (Number(response.headers['content-length'] ?? 0) > limits.maxDrainBytes) {
    stop();
    return;
  }
  const timer = setTimeout(stop, limits.maxDrainMs);
  timer.unref();
  let drained = 0;
  response.on('data', (chunk: Uint8Array) => {
    drained += chunk.length;
    if (drained > limits.maxDrainBytes) stop();
  });
  response.once('close', () => clearTimeout(timer));
}
