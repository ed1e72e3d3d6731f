// Requests to one registry: authorization, redirects and retries, in that order from the inside out.

import {
  type BodySource,
  findHeader,
  type HeaderFields,
  quoteText,
  type Transport,
  type TransportResponse,
} from '@nv2/base';
import { Authorizer } from '../auth/authorizer.ts';
import type { CredentialSource } from '../auth/credentials.ts';
import { RegistryError } from '../errors.ts';
import type { RegistryEventListener } from '../events.ts';
import { limits } from '../limits.ts';
import { findRefusal, findUrl, redactUrl } from '../origin.ts';
import type { RegistryRuntime } from '../runtime.ts';
import { isTransient, type RegistryResponse } from './failure.ts';
import { backoffMs, findRetryAfterMs, isTransientStatus } from './retry.ts';
import { findWarnings } from './trace.ts';

export interface RegistryRequest {
  readonly method: string;
  /** Path and query, or a URL at the registry that an earlier answer named. */
  readonly target: string | URL;
  /** Scopes the request needs when the registry uses tokens. */
  readonly scopes: readonly string[];
  /** For messages: "fetching manifest v1 of localhost:5000/app". */
  readonly doing: string;
  readonly headers?: HeaderFields;
  readonly body?: BodySource;
  readonly signal?: AbortSignal | undefined;
  /** For requests that must not be sent twice: the caller finds out what happened and goes on from there. */
  readonly isSingle?: boolean;
}

export interface HostClientOptions {
  readonly registry: string;
  readonly origin: string;
  /** Already traced. */
  readonly transport: Transport;
  readonly credentials: CredentialSource;
  readonly userAgent: string;
  readonly runtime: RegistryRuntime;
  readonly onEvent: RegistryEventListener | undefined;
  readonly maxRetries: number;
}

const redirectStatus = new Set([301, 302, 303, 307, 308]);

/** Talks to one registry host and keeps what was learnt about it. */
export class HostClient {
  readonly registry: string;
  readonly origin: string;
  readonly authorizer: Authorizer;
  readonly #options: HostClientOptions;
  readonly #warnings = new Set<string>();

  constructor(options: HostClientOptions) {
    this.registry = options.registry;
    this.origin = options.origin;
    this.#options = options;
    const { registry, origin, credentials, runtime } = options;
    this.authorizer = new Authorizer({
      registry,
      origin,
      credentials,
      runtime,
      send: (request) =>
        this.#withRetry({ doing: `signing in to ${registry}`, scopes: [] }, () =>
          this.#exchange(request.method, request.url, request.headers, { body: request.body }),
        ),
    });
  }

  /**
   * Sends a request and gives the final response, whatever its status.
   *
   * @throws RegistryError `REGISTRY_REDIRECT_REFUSED`, `REGISTRY_UNAVAILABLE` when connections kept breaking, the codes of
   * signing in; what the transport throws
   */
  async send(request: RegistryRequest): Promise<RegistryResponse> {
    request.signal?.throwIfAborted();
    return this.#withRetry(request, () => this.#follow(request));
  }

  async #withRetry(
    { signal, isSingle, doing, scopes }: Pick<RegistryRequest, 'signal' | 'isSingle' | 'doing' | 'scopes'>,
    send: () => Promise<TransportResponse>,
  ): Promise<RegistryResponse> {
    const { runtime, onEvent } = this.#options;
    const maxTries = isSingle === true ? 1 : 1 + this.#options.maxRetries;
    for (let tries = 1; ; tries++) {
      const failure = await this.#try(send, doing, { tries, isLast: tries === maxTries });
      if ('response' in failure) {
        const { response } = failure;
        const { status, headers, body } = response;
        return { status, headers, body, discard: () => response.discard(), registry: this.registry, scopes, tries };
      }
      const waitMs = Math.max(failure.waitMs, backoffMs(tries, runtime.random));
      onEvent?.({ kind: 'retry', registry: this.registry, attempt: tries, waitMs, reason: failure.reason });
      await runtime.sleep(waitMs, signal);
    }
  }

  /** One try: an answer to keep, or why and how long to wait before the next. */
  async #try(
    send: () => Promise<TransportResponse>,
    doing: string,
    { tries, isLast }: { readonly tries: number; readonly isLast: boolean },
  ): Promise<{ readonly response: TransportResponse } | { readonly waitMs: number; readonly reason: string }> {
    try {
      const response = await send();
      if (!isTransientStatus(response.status) || isLast) return { response };
      const wanted = findRetryAfterMs(response, this.#options.runtime.now());
      if (wanted === 'too-long') return { response };
      response.discard();
      return { waitMs: wanted ?? 0, reason: `status ${response.status}` };
    } catch (cause) {
      // A transport marks what may pass by itself; everything else, our own refusals included, is final.
      if (!isTransient(cause) || (isLast && tries === 1)) throw cause;
      if (!isLast) return { waitMs: 0, reason: 'the connection failed' };
      const { registry } = this;
      const details = { registry, tries };
      throw new RegistryError('REGISTRY_UNAVAILABLE', `${doing}: no answer after ${tries} tries`, { cause, details });
    }
  }

  async #follow(request: RegistryRequest): Promise<TransportResponse> {
    let url = new URL(request.target, this.origin);
    for (let hop = 0; hop <= limits.maxRedirects; hop++) {
      const isHome = url.origin === this.origin;
      const response = isHome ? await this.#sendHome(url, request) : await this.#sendAbroad(url, request);
      if (!redirectStatus.has(response.status)) return response;
      const location = findHeader(response.headers, 'location');
      if (location === undefined) return response;
      response.discard();
      url = this.#redirectTarget(request, response.status, url, location);
    }
    const bound = `more than ${limits.maxRedirects} redirects`;
    throw new RegistryError('REGISTRY_REDIRECT_REFUSED', `${request.doing}: ${bound}`);
  }

  #redirectTarget(request: RegistryRequest, status: number, from: URL, location: string): URL {
    const target = findUrl(location, from);
    const refuse = (why: string): RegistryError => {
      const where = target === undefined || target.host === '' ? quoteText(location) : quoteText(redactUrl(target));
      return new RegistryError(
        'REGISTRY_REDIRECT_REFUSED',
        `${request.doing}: redirect to ${where} is refused: ${why}`,
      );
    };
    if (target === undefined) throw refuse('it is no URL');
    const refusal = findRefusal(this.origin, target) ?? findRefusal(from.origin, target);
    if (refusal !== undefined) throw refuse(refusal);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && target.origin !== this.origin) throw refuse('a change must stay at the registry');
    if (!isRead && status !== 307 && status !== 308) throw refuse(`status ${status} does not keep the method`);
    return target;
  }

  /** At the registry itself: with what it asked for before, and once more when it asks now. */
  async #sendHome(url: URL, request: RegistryRequest): Promise<TransportResponse> {
    const { scopes, signal } = request;
    let authorization = await this.authorizer.find(scopes, signal);
    for (let round = 0; ; round++) {
      const field: HeaderFields = authorization === undefined ? [] : [['Authorization', authorization]];
      const headers = [...(request.headers ?? []), ...field];
      const response = await this.#exchange(request.method, url, headers, request);
      if (response.status !== 401 || round === 1) return response;
      const answer = await this.#answer(response, scopes, authorization, signal);
      if (answer === undefined) return response;
      response.discard();
      authorization = answer;
    }
  }

  async #answer(
    response: TransportResponse,
    scopes: readonly string[],
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    try {
      return await this.authorizer.answer(response, scopes, refused, signal);
    } catch (error) {
      // The challenge could not be answered; its body still holds a connection.
      response.discard();
      throw error;
    }
  }

  /** Anywhere else: no credentials, and a challenge is not answered. */
  async #sendAbroad(url: URL, request: RegistryRequest): Promise<TransportResponse> {
    const response = await this.#exchange(request.method, url, request.headers ?? [], request);
    if (response.status !== 401) return response;
    response.discard();
    const where = quoteText(redactUrl(url));
    throw new RegistryError(
      'REGISTRY_REDIRECT_REFUSED',
      `${request.doing}: redirected to ${where}, which wants credentials`,
    );
  }

  async #exchange(
    method: string,
    url: URL,
    headers: HeaderFields,
    { body, signal }: { readonly body?: BodySource | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<TransportResponse> {
    const response = await this.#options.transport({
      method,
      url: url.href,
      headers: [['User-Agent', this.#options.userAgent], ['Accept-Encoding', 'identity'], ...headers],
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (url.origin === this.origin) this.#reportWarnings(response.headers);
    return response;
  }

  #reportWarnings(fields: HeaderFields): void {
    for (const text of findWarnings(fields)) {
      if (this.#warnings.has(text) || this.#warnings.size >= limits.maxWarnings) continue;
      this.#warnings.add(text);
      this.#options.onEvent?.({ kind: 'warning', registry: this.registry, text });
    }
  }
}
