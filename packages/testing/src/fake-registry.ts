// A registry in memory that obeys until a test tells it not to: every request passes through an interceptor that may
// answer in its place, change its answer, delay it or break the connection.

import { bytesResponse, concatBytes, encodeUtf8, type Transport, type TransportResponse } from '@nv2/base';
import { FakeTokenService } from './fake-registry-auth.ts';
import { type FakeContent, FakeRepository } from './fake-registry-repository.ts';
import { fakeError, type FakeIntercept, type FakeRegistryOptions, type FakeRequest } from './fake-registry-wire.ts';

export interface FakeRegistry {
  readonly host: string;
  readonly transport: Transport;
  /** All requests so far, in order of arrival; clear it with `length = 0`. */
  readonly requests: FakeRequest[];
  /** `METHOD path?query` of all requests so far. */
  log(): readonly string[];
  repository(name: string): FakeContent;
  intercept: FakeIntercept;
}

/** Starts empty. Hosts other than its own (and its token service's) are known only to interceptors. */
export function fakeRegistry(options: FakeRegistryOptions = {}): FakeRegistry {
  const host = options.host ?? 'registry.test';
  const repositories = new Map<string, FakeRepository>();
  const tokens = options.auth === undefined ? undefined : new FakeTokenService(options.auth);

  function repository(name: string): FakeRepository {
    const known = repositories.get(name) ?? new FakeRepository(name, options, (other) => repositories.get(other));
    repositories.set(name, known);
    return known;
  }

  async function answer(request: FakeRequest): Promise<TransportResponse> {
    const { url } = request;
    if (tokens !== undefined && url.host === tokens.host) return tokens.answer(request);
    if (url.host !== host) throw new Error(`the fake registry is ${host}, asked was ${url.host}`);
    const refusal = tokens?.findRefusal(request);
    if (refusal !== undefined) return refusal;
    if (url.pathname === '/v2/') return bytesResponse(200, [], encodeUtf8('{}'));
    const [, name, kind, rest = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
    if (name === undefined || kind === undefined) return fakeError(404, 'NAME_UNKNOWN');
    return repository(name).answer(kind, rest, request);
  }

  const registry: FakeRegistry = {
    host,
    requests: [],
    log: () => registry.requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`),
    repository,
    intercept: options.intercept ?? ((_, next) => next()),
    async transport(message) {
      message.signal?.throwIfAborted();
      const parts: Uint8Array[] = [];
      if (message.body !== undefined) for await (const part of message.body.open()) parts.push(part);
      const { method, headers } = message;
      const request: FakeRequest = { method, url: new URL(message.url), headers, body: concatBytes(parts) };
      registry.requests.push(request);
      const response = await registry.intercept(request, () => answer(request));
      return method === 'HEAD' ? { ...response, body: noBytes() } : response;
    },
  };
  return registry;
}

/** The answer with fields replaced, or removed where the value is `undefined`. */
export function withHeaders(
  response: TransportResponse,
  changes: Readonly<Record<string, string | undefined>>,
): TransportResponse {
  const names = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const kept = response.headers.filter(([name]) => !names.has(name.toLowerCase()));
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...response, headers: [...kept, ...added] };
}

/** The answer with its body cut after `bytes` by `error`, as a broken connection does. */
export function brokenAfter(response: TransportResponse, bytes: number, error: Error): TransportResponse {
  async function* cut(): AsyncGenerator<Uint8Array> {
    let left = bytes;
    for await (const chunk of response.body) {
      if (left > 0) yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left <= 0) break;
    }
    throw error;
  }
  return { ...response, body: cut() };
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
