// Serves a handler of Transport's type over HTTP/1.1 with node:http. Strict about what it takes: requests that two
// parsers could read differently are refused, every wait is bounded, and no request can hold the server for long.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { bytesResponse, type Transport, type TransportRequest, type TransportResponse } from '@nv2/base';
import { ListenError } from './listen-errors.ts';
import { defaultListenLimits, type ListenLimits } from './listen-limits.ts';
import { IncomingRequest } from './listen-request.ts';
import { respond } from './listen-respond.ts';
import { RateWatch } from './listen-watch.ts';

export interface ListenOptions {
  /** Address or name to bind. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly limits?: Partial<ListenLimits>;
}

export interface ListeningServer {
  readonly host: string;
  readonly port: number;
  /** Accepts nothing new, lets running requests finish for a bounded time, then cuts them off. */
  close(): Promise<void>;
}

/**
 * Starts serving. A handler that rejects gives 500 without body; report failures inside the handler.
 *
 * @throws ListenError `LISTEN_FAILED`
 */
export async function listen(handler: Transport, options: ListenOptions): Promise<ListeningServer> {
  const limits = { ...defaultListenLimits, ...options.limits };
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Uploads may last hours; RateWatch ends those that do not move.
    requestTimeout: 0,
    insecureHTTPParser: false,
    // Checked here, where a refusal also ends what was sent behind it.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, headersCheckMs),
  });
  // Node drops surplus fields silently; one more than allowed lets us see that there are too many.
  server.maxHeadersCount = limits.maxHeaders + 1;
  const connections = new Connections(handler, server, limits);
  const { address, port } = await bind(server, options);
  return { host: address, port, close: () => connections.close() };
}

/** How often overdue headers are looked for. */
const headersCheckMs = 5000;

class Connections {
  readonly #handler: Transport;
  readonly #server: Server;
  readonly #limits: ListenLimits;
  readonly #watch: RateWatch;
  readonly #perAddress = new Map<string, number>();
  /** Connections with an answer under way, on which an error must not write a second one. */
  readonly #busy = new WeakSet<Socket>();
  /** Connections that end with the answer under way. */
  readonly #ended = new WeakSet<Socket>();
  #isClosing = false;

  constructor(handler: Transport, server: Server, limits: ListenLimits) {
    this.#handler = handler;
    this.#server = server;
    this.#limits = limits;
    this.#watch = new RateWatch(limits);
    server.on('connection', (socket: Socket) => this.#count(socket));
    server.on('request', (incoming, outgoing) => void this.#serve(incoming, outgoing, false));
    server.on('checkContinue', (incoming, outgoing) => void this.#serve(incoming, outgoing, true));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.#limits.shutdownMs);
    await closed;
    clearTimeout(timer);
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse, expectsContinue: boolean): Promise<void> {
    const { socket } = incoming;
    // Behind a refused request nothing is a request, whatever the parser made of it.
    if (this.#ended.has(socket)) return;
    this.#busy.add(socket);
    const request = new IncomingRequest({
      incoming,
      outgoing,
      expectsContinue,
      watch: this.#watch,
      limits: this.#limits,
    });
    const { refusal, body: requestBody } = request;
    if (refusal !== undefined) this.#ended.add(socket);
    const response = refusal === undefined ? await this.#answer(request) : emptyResponse(refusal);
    const isHead = request.method === 'HEAD';
    const isClosing = this.#isClosing || refusal !== undefined;
    await respond({ outgoing, response, isHead, requestBody, isClosing, limits: this.#limits });
    this.#busy.delete(socket);
  }

  async #answer(request: TransportRequest): Promise<TransportResponse> {
    try {
      return await this.#handler(request);
    } catch {
      // The handler's own report is better than anything said here; the client learns only that it failed.
      return emptyResponse(500);
    }
  }

  #count(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const count = (this.#perAddress.get(address) ?? 0) + 1;
    if (count > this.#limits.maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.#perAddress.set(address, count);
    socket.once('close', () => {
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
    });
  }

  /** What node:http's parser refuses: both lengths, a bad length, folded fields, too many bytes, a late header. */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    if (!socket.writable || this.#busy.has(socket)) {
      socket.destroy();
      return;
    }
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? '408 Request Timeout'
          : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

function emptyResponse(status: number): TransportResponse {
  return bytesResponse(status, [['Content-Length', '0']]);
}

async function bind(server: Server, { host, port }: ListenOptions): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(new ListenError('LISTEN_FAILED', `listening on ${host} port ${port}: the system refused`, { cause }));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  // A server that listens on TCP has an address object.
  return server.address() as AddressInfo;
}
