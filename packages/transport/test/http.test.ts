// Plain HTTP against real servers: honest ones, and ones that stall, flood, lie about lengths or do not speak HTTP.

import { setTimeout as sleep } from 'node:timers/promises';
import * as http from 'node:http';
import {
  bytesBody,
  encodeUtf8,
  findHeader,
  parseUtf8,
  readAll,
  type Transport,
  type TransportRequest,
} from '@nv2/base';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClosableTransport, createTransport, type TransportOptions } from '../src/index.ts';
import { httpServer, listenOn, rawServer, silentServer } from './servers.ts';

const open: ClosableTransport[] = [];

function transport(options: TransportOptions = {}): Transport {
  const made = createTransport(options);
  open.push(made);
  return made;
}

afterEach(() => {
  for (const made of open.splice(0)) made.close();
});

function get(port: number, more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: 'GET', url: `http://127.0.0.1:${port}/path?q=1`, headers: [], ...more };
}

async function read(send: Transport, request: TransportRequest): Promise<Uint8Array> {
  return readAll((await send(request)).body, 10_000_000);
}

describe('an exchange', () => {
  it('carries method, path, fields and body there, and status, fields and body back', async () => {
    await using server = await httpServer((request, response) => {
      response.writeHead(
        418,
        [
          ['X-Two', 'a'],
          ['X-Two', 'b'],
          ['Content-Type', 'text/plain'],
        ].flat(),
      );
      response.write(
        `${request.method} ${request.url} ${String(request.headers['x-ask'])} ${String(request.headers['content-length'])} `,
      );
      request.pipe(response);
    });
    const response = await transport()(
      get(server.port, { method: 'PUT', headers: [['X-Ask', 'please']], body: bytesBody(encodeUtf8('body')) }),
    );
    expect(response.status).toBe(418);
    expect(response.headers.filter(([name]) => name === 'X-Two').map(([, value]) => value)).toEqual(['a', 'b']);
    const bytes = await readAll(response.body, 1000);
    expect(parseUtf8(bytes)).toBe('PUT /path?q=1 please 4 body');
    expect(bytes.constructor).toBe(Uint8Array);
  });

  it('sends a body of unknown length in pieces', async () => {
    await using server = await httpServer((request, response) => {
      response.write(String(request.headers['transfer-encoding']));
      request.pipe(response);
    });
    const body = {
      async *open() {
        yield encodeUtf8(' a');
        yield encodeUtf8('b');
      },
    };
    expect(parseUtf8(await read(transport(), get(server.port, { method: 'POST', body })))).toBe('chunked ab');
  });

  it('says that an empty POST is empty', async () => {
    await using server = await httpServer((request, response) =>
      response.end(String(request.headers['content-length'])),
    );
    expect(parseUtf8(await read(transport(), get(server.port, { method: 'POST' })))).toBe('0');
  });

  it('streams a large body both ways without holding it', async () => {
    await using server = await httpServer((request, response) => request.pipe(response));
    const piece = new Uint8Array(64 * 1024).fill(1);
    let sent = 0;
    const body = {
      length: 200 * piece.length,
      async *open() {
        for (; sent < 200; sent++) yield piece;
      },
    };
    const response = await transport()(get(server.port, { method: 'POST', body }));
    let received = 0;
    for await (const chunk of response.body) received += chunk.length;
    expect(received).toBe(200 * piece.length);
  });

  it('does not read ahead of a slow reader', async () => {
    let written = 0;
    await using server = await httpServer((_, response) => {
      const more = (): void => {
        while (written < 400 && response.write(new Uint8Array(64 * 1024))) written += 1;
        written += 1;
        if (written < 400) response.once('drain', more);
        else response.end();
      };
      more();
    });
    const response = await transport()(get(server.port));
    const reader = response.body[Symbol.asyncIterator]();
    await reader.next();
    await sleep(40);
    expect(written).toBeLessThan(400);
    await reader.return?.();
  });

  it('uses a connection again after a body was read, discarded or absent', async () => {
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Length': 9 }).end('some text'),
    );
    const send = transport();
    await read(send, get(server.port));
    await sleep(20);
    (await send(get(server.port))).discard();
    await sleep(20);
    const head = await send(get(server.port, { method: 'HEAD' }));
    expect(await readAll(head.body, 0)).toHaveLength(0);
    head.discard();
    await sleep(20);
    await read(send, get(server.port));
    expect(server.connections()).toBe(1);
  });

  it('closes the connection of a long body nobody wants', async () => {
    let closed = 0;
    await using server = await httpServer((request, response) => {
      request.socket.once('close', () => (closed += 1));
      response.writeHead(200, { 'Content-Length': 10_000_000 });
      response.write('x');
    });
    const send = transport();
    (await send(get(server.port))).discard();
    const half = await send(get(server.port));
    for await (const _ of half.body) break;
    half.discard();
    await expect.poll(() => closed).toBe(2);
  });

  it('closes the connection of an endless body nobody wants', async () => {
    let closed = false;
    await using server = await httpServer((request, response) => {
      request.socket.once('close', () => (closed = true));
      const timer = setInterval(() => response.write(new Uint8Array(60_000)), 1);
      response.once('close', () => clearInterval(timer));
    });
    (await transport()(get(server.port))).discard();
    await expect.poll(() => closed).toBe(true);
  });

  it('takes an answer that comes before the body is sent', async () => {
    await using server = await httpServer((_, response) => response.writeHead(413).end('too much'));
    let opened = 0;
    const body = {
      async *open() {
        for (;;) {
          opened += 1;
          yield new Uint8Array(64 * 1024);
          await sleep(1);
        }
      },
    };
    const response = await transport()(get(server.port, { method: 'PUT', body }));
    expect(response.status).toBe(413);
    response.discard();
    expect(opened).toBeGreaterThan(0);
  });

  it('ignores informational answers', async () => {
    await using server = await rawServer((socket) =>
      socket.end('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
    );
    expect((await transport()(get(server.port))).status).toBe(204);
  });
});

describe('a request that cannot be sent', () => {
  it.each([
    ['a relative URL', { url: '/v2/' }],
    ['another scheme', { url: 'ftp://127.0.0.1/' }],
    ['credentials in the URL', { url: 'http://alice:hush@127.0.0.1/' }],
    ['a framing field', { headers: [['Content-Length', '5']] as const }],
    ['a line break in a field', { headers: [['X', 'a\r\nb']] as const }],
    ['an illegal method', { method: 'GE T' }],
  ])('for %s is refused', async (_, more) => {
    const sending = transport()(get(1, more));
    await expect(sending).rejects.toMatchObject({ code: 'TRANSPORT_REQUEST_INVALID' });
    await expect(sending).rejects.toThrow(/^(?!.*hush)/);
  });

  it.each([
    ['shorter', 5],
    ['longer', 3],
  ])('for a body that is not %s than it said ends as an error', async (_, length) => {
    await using server = await httpServer((request, response) => {
      request.resume();
      request.once('end', () => response.end());
    });
    const body = { length, open: () => bytesBody(encodeUtf8('four')).open() };
    await expect(transport()(get(server.port, { method: 'PUT', body }))).rejects.toMatchObject({
      code: 'TRANSPORT_REQUEST_INVALID',
    });
  });

  it("because its body fails tells the body's own reason", async () => {
    await using server = await httpServer((request) => request.resume());
    const reason = new Error('disk on fire');
    const body = {
      async *open(): AsyncGenerator<Uint8Array> {
        yield encodeUtf8('a');
        throw Object.assign(reason, { code: 'EIO' });
      },
    };
    await expect(transport()(get(server.port, { method: 'PUT', body }))).rejects.toMatchObject({ cause: reason });
  });
});

describe('a server that', () => {
  const firstByte = { firstByteTimeoutMs: 40 };
  const idle = { idleTimeoutMs: 40 };
  const rate = { rateWindowMs: 60, minBytesPerSecond: 10_000 };

  it('never answers is given up', async () => {
    await using server = await silentServer();
    await expect(transport(firstByte)(get(server.port))).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
      message: expect.stringContaining('no answer') as string,
    });
  });

  it('sends its header one letter at a time is given up', async () => {
    await using server = await rawServer((socket) => {
      const timer = setInterval(() => socket.write('H'), 5);
      socket.once('close', () => clearInterval(timer));
      socket.write('HTTP/1.1 200 OK\r\nX: ');
    });
    await expect(transport(firstByte)(get(server.port))).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
  });

  it('stops in the middle of a body is given up, and may be asked again', async () => {
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Length': 100 }).write('x'),
    );
    await expect(read(transport(idle), get(server.port))).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
      details: { transient: true },
    });
  });

  it('answers slowly for ever is given up', async () => {
    await using server = await httpServer((_, response) => {
      const timer = setInterval(() => response.write('x'), 5);
      response.once('close', () => clearInterval(timer));
    });
    const reading = read(transport(rate), get(server.port));
    await expect(reading).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
      message: expect.stringContaining('bytes in') as string,
    });
  });

  it('is fast enough is not blamed for a slow reader', async () => {
    await using server = await httpServer((_, response) => response.end(new Uint8Array(300_000)));
    const response = await transport({ rateWindowMs: 60, minBytesPerSecond: 1 })(get(server.port));
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.length;
      await sleep(5);
    }
    expect(size).toBe(300_000);
  });

  it('takes no body is given up', async () => {
    await using server = await listenOn(http.createServer((request) => request.pause()));
    const body = {
      async *open() {
        for (;;) yield new Uint8Array(1024 * 1024);
      },
    };
    await expect(transport(idle)(get(server.port, { method: 'PUT', body }))).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
    });
  });

  it('closes at once interrupts', async () => {
    await using server = await rawServer((socket) => socket.destroy());
    await expect(transport()(get(server.port))).rejects.toMatchObject({
      code: 'TRANSPORT_INTERRUPTED',
      details: { transient: true },
    });
  });

  it('closes before the end of a body interrupts', async () => {
    await using server = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    await expect(read(transport(), get(server.port))).rejects.toMatchObject({
      code: 'TRANSPORT_INTERRUPTED',
      details: { transient: true },
    });
  });

  it.each([
    ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['has a length and pieces', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['folds its fields', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
    ['has two locations', 'HTTP/1.1 307 X\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n'],
    ['has a header without end', `HTTP/1.1 200 OK\r\n${'X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(2000)}`],
    ['has too many fields', `HTTP/1.1 200 OK\r\n${'X: a\r\n'.repeat(300)}\r\n`],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
  ])('%s breaks the protocol', async (_, bytes) => {
    await using server = await rawServer((socket) => socket.write(bytes));
    await expect(transport()(get(server.port))).rejects.toMatchObject({ code: 'TRANSPORT_PROTOCOL' });
  });

  it('is not there is unreachable', async () => {
    const server = await silentServer();
    await server[Symbol.asyncDispose]();
    await expect(transport()(get(server.port))).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
      message: `GET http://127.0.0.1:${server.port}: connection refused`,
    });
  });

  it('has no address is told apart', async () => {
    await expect(transport()(get(1, { url: 'http://does-not-exist.invalid/' }))).rejects.toMatchObject({
      code: 'TRANSPORT_DNS',
    });
  });
});

describe('a caller who gives up', () => {
  it.each([
    ['before', (controller: AbortController) => controller.abort()],
    ['while waiting', (controller: AbortController) => setTimeout(() => controller.abort(), 10)],
  ])('%s the answer ends the exchange', async (_, abort) => {
    await using server = await silentServer();
    const controller = new AbortController();
    const sending = transport()(get(server.port, { signal: controller.signal }));
    abort(controller);
    await expect(sending).rejects.toMatchObject({ code: 'TRANSPORT_ABORTED', cause: { name: 'AbortError' } });
  });

  it('in the middle of a body ends it', async () => {
    await using server = await httpServer((_, response) => response.write('x'));
    const controller = new AbortController();
    const response = await transport()(get(server.port, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 10);
    await expect(readAll(response.body, 100)).rejects.toMatchObject({ code: 'TRANSPORT_ABORTED' });
  });

  it('afterwards changes nothing', async () => {
    await using server = await httpServer((_, response) => response.end('x'));
    const controller = new AbortController();
    const response = await transport()(get(server.port, { signal: controller.signal }));
    expect(findHeader(response.headers, 'content-length')).toBe('1');
    await readAll(response.body, 100);
    controller.abort();
  });
});

describe('a closed transport', () => {
  it('has let go of its connections', async () => {
    let closed = false;
    await using server = await httpServer((request, response) => {
      request.socket.once('close', () => (closed = true));
      response.end('x');
    });
    const made = createTransport();
    await read(made, get(server.port));
    made.close();
    await expect.poll(() => closed).toBe(true);
  });
});
