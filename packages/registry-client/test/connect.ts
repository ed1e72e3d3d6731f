// Sessions for tests: no real waiting, no real chance.

import type { Transport } from '@nv2/base';
import {
  createRegistrySession,
  type RegistryEvent,
  type RegistryRepository,
  type RegistrySession,
  type RegistrySessionOptions,
} from '../src/index.ts';

export interface TestSession {
  readonly session: RegistrySession;
  readonly repository: RegistryRepository;
  readonly events: RegistryEvent[];
  /** Milliseconds the client wanted to wait, in order. */
  readonly waits: number[];
}

export const testRegistry = 'registry.test';
export const testRepository = 'team/net-monitor';

/** A session whose clock moves only by sleeping. */
export function testSession(transport: Transport, options: Partial<RegistrySessionOptions> = {}): TestSession {
  const events: RegistryEvent[] = [];
  const waits: number[] = [];
  let nowMs = Date.UTC(2026, 0, 2);
  const session = createRegistrySession({
    transport,
    userAgent: 'nv2-test/0',
    now: () => new Date(nowMs),
    random: () => 0.5,
    sleep: async (ms, signal) => {
      waits.push(ms);
      nowMs += ms;
      // One turn of the event loop, so that other writers get theirs.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { session, repository: session.repository(testRegistry, testRepository), events, waits };
}

/** Makes a server's handler look like a transport: origin form in, absolute form out. */
export function toServer(handler: Transport): Transport {
  return (request) => {
    const url = new URL(request.url);
    return handler({
      ...request,
      url: `${url.pathname}${url.search}`,
      headers: [['Host', url.host], ...request.headers],
    });
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
