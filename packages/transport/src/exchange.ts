// One request and one response on node:http, with every wait bounded.

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import type { TransportRequest, TransportResponse } from '@nv2/base';
import { type AllowAddress, assertLiteralAllowed, findRefusedPeer, guardLookup } from './address-guard.ts';
import { toTransportError } from './classify.ts';
import { TransportError } from './errors.ts';
import { fromRawHeaders, toNodeHeaders } from './headers.ts';
import { limits } from './limits.ts';
import { writeBody } from './request-body.ts';
import { responseBody } from './response-body.ts';
import { type Timeouts, Watchdog } from './watchdog.ts';

/** node:http or node:https, and what connects it. */
export interface Connection {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly agent: Agent;
  /** TLS options of the target; empty for plain HTTP. */
  readonly tls: object;
  /** For messages, when a proxy stands in between. */
  readonly via: string | undefined;
  /** Default: the system's. */
  readonly lookup: LookupFunction | undefined;
}

const bodyMethods = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Sends one request.
 *
 * @throws TransportError with any code; the body's own error when reading it failed
 */
export function exchange(
  message: TransportRequest,
  url: URL,
  connection: Connection,
  timeouts: Timeouts,
): Promise<TransportResponse> {
  const doing = `${message.method} ${url.origin}${connection.via === undefined ? '' : ` through proxy ${connection.via}`}`;
  return new Promise((resolve, reject) => {
    try {
      new Exchange(message, url, connection, { doing, timeouts, resolve, reject }).start();
    } catch (error) {
      // Node refuses some requests, such as one with a space in its path, before anything is sent.
      reject(unsendable(error, doing));
    }
  });
}

interface ExchangeOptions {
  readonly doing: string;
  readonly timeouts: Timeouts;
  readonly resolve: (response: TransportResponse) => void;
  readonly reject: (error: unknown) => void;
}

class Exchange {
  readonly #message: TransportRequest;
  readonly #request: ClientRequest;
  readonly #options: ExchangeOptions;
  readonly #watchdog: Watchdog;
  readonly #isSecure: boolean;
  /** Absent where a proxy connects: then its addresses are the proxy's business. */
  readonly #allowAddress: AllowAddress | undefined;
  #response: IncomingMessage | undefined;

  constructor(message: TransportRequest, url: URL, connection: Connection, options: ExchangeOptions) {
    this.#message = message;
    this.#options = options;
    this.#isSecure = url.protocol === 'https:';
    this.#watchdog = new Watchdog(options.doing, (error) => this.#fail(error));
    this.#allowAddress = connection.via === undefined ? message.allowAddress : undefined;
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    if (this.#allowAddress !== undefined) assertLiteralAllowed(hostname, this.#allowAddress, options.doing);
    this.#request = connection.request({
      ...connection.tls,
      protocol: url.protocol,
      hostname,
      ...lookupOf(connection, this.#allowAddress, options.doing),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: `${url.pathname}${url.search}`,
      method: message.method,
      headers: { ...toNodeHeaders(message.headers, options.doing), ...framing(message) },
      agent: connection.agent,
      maxHeaderSize: limits.maxHeaderBytes,
      insecureHTTPParser: false,
    });
  }

  start(): void {
    const request = this.#request;
    const { timeouts } = this.#options;
    this.#message.signal?.addEventListener('abort', this.#onAbort, { once: true });
    request.once('close', () => this.#message.signal?.removeEventListener('abort', this.#onAbort));
    request.on('error', (error) => this.#fail(error));
    request.once('response', (response) => this.#receive(response));
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      this.#fail(new TransportError('TRANSPORT_PROTOCOL', `${this.#options.doing}: the answer switches protocols`));
    });
    // Without this check a proxy's own refusal would pass for the answer of the host behind it.
    request.once('proxyConnect', (answer: { readonly statusCode?: number }) => {
      const { statusCode = 200 } = answer;
      if (statusCode === 200) return;
      const found = `${this.#options.doing}: the proxy answered ${statusCode}`;
      this.#fail(new TransportError('TRANSPORT_PROXY_REFUSED', found, { details: { status: statusCode } }));
    });
    request.once('socket', (socket) => this.#onConnected(socket, () => this.#proceed(socket)));
    this.#watchdog.start(timeouts.connectTimeoutMs, 'no connection', true);
    if (this.#message.signal?.aborted === true) this.#onAbort();
  }

  #onConnected(socket: Socket, proceed: () => void): void {
    if (this.#request.reusedSocket) proceed();
    else if (this.#isSecure) socket.once('secureConnect', proceed);
    else if (socket.connecting) socket.once('connect', proceed);
    else proceed();
  }

  #proceed(socket: Socket): void {
    const refusal = this.#allowAddress && findRefusedPeer(socket, this.#allowAddress, this.#options.doing);
    if (refusal === undefined) void this.#send();
    else this.#fail(refusal);
  }

  async #send(): Promise<void> {
    const { doing, timeouts } = this.#options;
    this.#watchdog.stop();
    const { body } = this.#message;
    // A refusal needs no more of the body; an early success may still be reading it.
    const isOver = (): boolean => (this.#response?.statusCode ?? 0) >= 300 || this.#request.destroyed;
    try {
      if (body === undefined) this.#request.end();
      else await writeBody(this.#request, body, { doing, timeouts, isOver });
      if (!isOver() && this.#response === undefined)
        this.#watchdog.start(timeouts.firstByteTimeoutMs, 'no answer', false);
    } catch (error) {
      this.#fail(error);
    }
  }

  #receive(response: IncomingMessage): void {
    this.#watchdog.stop();
    this.#response = response;
    const { doing, timeouts, resolve } = this.#options;
    // An answer before the end of the request: what was not sent makes the connection useless afterwards.
    if (!this.#request.writableEnded) response.once('close', () => this.#request.destroy());
    try {
      const headers = fromRawHeaders(response.rawHeaders, doing);
      const body = responseBody(response, { doing, timeouts, isHead: this.#message.method === 'HEAD' });
      resolve({ status: response.statusCode ?? 0, headers, ...body });
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#message.signal ?? {};
    this.#fail(new TransportError('TRANSPORT_ABORTED', `${this.#options.doing}: aborted`, { cause: reason }));
  };

  /** Ends everything; before the response head the caller hears of it here, afterwards from the body. */
  #fail(error: unknown): void {
    this.#watchdog.stop();
    const cause = toTransportError(error, this.#options.doing);
    this.#options.reject(cause);
    this.#response?.destroy(cause);
    this.#request.destroy();
  }
}

function unsendable(error: unknown, doing: string): TransportError {
  if (error instanceof TransportError) return error;
  return new TransportError('TRANSPORT_REQUEST_INVALID', `${doing}: the request cannot be sent`, { cause: error });
}

function lookupOf(
  { lookup }: Connection,
  allow: AllowAddress | undefined,
  doing: string,
): { readonly lookup?: LookupFunction } {
  if (allow !== undefined) return { lookup: guardLookup(allow, doing, lookup) };
  return lookup === undefined ? {} : { lookup };
}

function framing({ method, body }: TransportRequest): Record<string, string> {
  if (body?.length !== undefined) return { 'Content-Length': String(body.length) };
  if (body !== undefined) return { 'Transfer-Encoding': 'chunked' };
  return bodyMethods.has(method) ? { 'Content-Length': '0' } : {};
}
