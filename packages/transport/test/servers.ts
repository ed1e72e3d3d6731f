// Servers for tests, on free loopback ports.

import { once } from 'node:events';
import * as http from 'node:http';
import * as net from 'node:net';

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: () => number;
}

/** Starts a server and forgets its connections when disposed. */
export async function listenOn(server: net.Server, host = '127.0.0.1'): Promise<TestServer> {
  const sockets = new Set<net.Socket>();
  let count = 0;
  server.on('connection', (socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export function httpServer(answer: http.RequestListener): Promise<TestServer> {
  return listenOn(http.createServer(answer));
}

/** A server that speaks bytes, whatever HTTP would say. */
export function rawServer(answer: (socket: net.Socket) => void): Promise<TestServer> {
  return listenOn(net.createServer((socket) => socket.once('data', () => answer(socket))));
}

/** A server that never answers, but takes what is sent. */
export function silentServer(): Promise<TestServer> {
  return listenOn(net.createServer((socket) => socket.resume()));
}
