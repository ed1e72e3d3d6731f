// A real registry on a loopback port. Its wire is recorded, and a test may answer in its place, delay it or cut it.

import { mkdir } from 'node:fs/promises';
import { findHeader, type Transport, type TransportRequest, type TransportResponse } from '@nv2/base';
import type { ContentStore, DeletableStore } from '@nv2/content';
import { createRegistrySession } from '@nv2/registry-client';
import { createRegistry } from '@nv2/registry-server';
import { listen } from '@nv2/transport';

export interface WireRecord {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly authorization: string | undefined;
  /** Moments on the registry's own counter: when the request came and when its answer began. */
  readonly began: number;
  readonly answered: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
}

/** What a test does to the wire: answers in the registry's place, or lets it answer. */
export type Interceptor = (request: TransportRequest, answer: Transport) => Promise<TransportResponse>;

export interface StoryRegistry {
  /** `localhost:PORT`. */
  readonly host: string;
  /** Requests in the order in which they were answered. */
  readonly wire: readonly WireRecord[];
  /** Replaces the interceptor; `undefined` lets everything through. */
  intercept(interceptor: Interceptor | undefined): void;
  forgetWire(): void;
  /** A repository, past wire and interceptor. */
  store(repository: string): ContentStore & DeletableStore;
}

export interface StoryRegistryOptions {
  /** Whether the registries have the referrers API; without it clients use the tag schema. Default true. */
  readonly referrersApi?: boolean;
}

export async function openStoryRegistry(
  directory: string,
  options: StoryRegistryOptions,
): Promise<{ readonly registry: StoryRegistry; readonly close: () => Promise<void> }> {
  await mkdir(directory, { recursive: true });
  const { referrersApi = true } = options;
  const server = await createRegistry({ directory, referrersApi, durability: 'off', now: () => new Date() });
  const wire: WireRecord[] = [];
  let interceptor: Interceptor = (request, answer) => answer(request);
  let clock = 0;
  const handler: Transport = async (request) => {
    const began = (clock += 1);
    const response = await interceptor(request, server.handler);
    const record = {
      method: request.method,
      path: request.url,
      status: response.status,
      authorization: findHeader(request.headers, 'authorization'),
      began,
      answered: (clock += 1),
      bytes: 0,
    };
    wire.push(record);
    return { ...response, discard: () => response.discard(), body: counted(response.body, record) };
  };
  const listener = await listen(handler, { host: '127.0.0.1', port: 0 });
  const registry: StoryRegistry = {
    host: `localhost:${listener.port}`,
    wire,
    intercept: (next = (request, answer) => answer(request)) => {
      interceptor = next;
    },
    forgetWire: () => void wire.splice(0),
    store: (repository) => openStore(server.handler, repository),
  };
  const close = async (): Promise<void> => {
    await listener.close();
    await server.close();
  };
  return { registry, close };
}

async function* counted(body: AsyncIterable<Uint8Array>, record: { bytes: number }): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    record.bytes += chunk.length;
    yield chunk;
  }
}

function openStore(handler: Transport, repository: string): ContentStore & DeletableStore {
  const session = createRegistrySession({
    transport: (request) => handler({ ...request, url: request.url.replace(/^https?:\/\/[^/?]*/, '') }),
    userAgent: 'story',
    now: () => new Date(),
    sleep: async () => undefined,
    random: () => 0.5,
  });
  return session.repository('localhost:5000', repository);
}

/** An answer that never comes: the connection is cut instead. */
export function cutConnection(): TransportResponse {
  const cut = (): never => {
    throw new Error('connection cut');
  };
  return { status: 200, headers: [], body: { [Symbol.asyncIterator]: cut }, discard: cut };
}

/** How many requests had to wait for the one before: the longest chain in which each began after another's answer. */
export function countRoundTrips(wire: readonly WireRecord[]): number {
  let [length, end] = [0, -1];
  for (const { began, answered } of wire.toSorted((a, b) => a.answered - b.answered)) {
    if (began <= end) continue;
    length += 1;
    end = answered;
  }
  return length;
}
