// Hostile and slow clients on real sockets.

import { connect, type Socket } from 'node:net';
import { bytesBody, bytesResponse, encodeUtf8, findHeader, type Transport, type TransportRequest } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { type ListeningServer, type ListenOptions, listen } from './listen.ts';

const crlf = '\r\n';

async function withServer(
  handler: Transport,
  test: (server: ListeningServer) => Promise<void>,
  limits: ListenOptions['limits'] = {},
): Promise<void> {
  const server = await listen(handler, { host: '127.0.0.1', port: 0, limits });
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

/**
 * Sends text and gives everything that comes back until the server closes the connection, or `isDone` says it is
 * enough.
 */
function exchange(port: number, text: string, isDone: (received: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      received += data;
      if (isDone(received)) socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(received));
    socket.write(text, 'latin1');
  });
}

function statuses(received: string): readonly string[] {
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status = '']) => status);
}

const echo: Transport = async ({ body }) => {
  const parts: Uint8Array[] = [];
  for await (const part of body?.open() ?? []) parts.push(part);
  const bytes = Buffer.concat(parts);
  return bytesResponse(200, [['Content-Length', String(bytes.length)]], bytes);
};
const ignoring: Transport = () => Promise.resolve(bytesResponse(413, [['Content-Length', '2']], encodeUtf8('no')));
const head = (line: string, ...fields: string[]): string => [line, 'Host: x', ...fields, '', ''].join(crlf);

describe('requests that two parsers may read differently', () => {
  const smuggled = head('GET /smuggled HTTP/1.1');
  const refused = [
    {
      name: 'both lengths',
      text: `${head('POST / HTTP/1.1', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    },
    {
      name: 'both lengths, the other way round',
      text: `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n`,
    },
    {
      name: 'two different lengths',
      text: `${head('POST / HTTP/1.1', 'Content-Length: 4', 'Content-Length: 5')}abcde`,
    },
    { name: 'a length with a sign', text: `${head('POST / HTTP/1.1', 'Content-Length: +4')}abcd` },
    { name: 'a length in hexadecimal', text: `${head('POST / HTTP/1.1', 'Content-Length: 0x4')}abcd` },
    { name: 'a negative length', text: head('POST / HTTP/1.1', 'Content-Length: -1') },
    { name: 'a list of lengths', text: `${head('POST / HTTP/1.1', 'Content-Length: 4, 4')}abcd` },
    {
      name: 'a coding that is not chunked at last',
      text: `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked, identity')}0\r\n\r\n`,
    },
    { name: 'a folded field', text: head('GET / HTTP/1.1', 'X-A: b', ' folded: c') },
    { name: 'a blank before the colon', text: head('GET / HTTP/1.1', 'X-A : b') },
    { name: 'a bare line feed', text: 'GET / HTTP/1.1\nHost: x\n\n' },
    { name: 'a control character in a field', text: head('GET / HTTP/1.1', 'X-A: b\0c') },
    {
      name: 'a chunk of bad size',
      text: `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}zz\r\nabc\r\n0\r\n\r\n`,
    },
    { name: 'no Host', text: `GET / HTTP/1.1${crlf}${crlf}` },
    { name: 'two Hosts', text: head('GET / HTTP/1.1', 'Host: y') },
    { name: 'an absolute target of another host', text: head('GET http://other/ HTTP/1.1') },
    { name: 'a target without a slash', text: head('GET v2/ HTTP/1.1') },
  ];
  it.each(refused)('with $name are refused, and nothing behind them is read as a request', async ({ text }) => {
    const seen: string[] = [];
    const handler: Transport = async (request) => {
      const response = await echo(request);
      seen.push(request.url);
      return response;
    };
    await withServer(handler, async ({ port }) => {
      const received = await exchange(port, text + smuggled);
      expect(statuses(received).filter((status) => status === '200')).toEqual([]);
      expect(seen).not.toContain('/smuggled');
    });
  });

  it('are not those with an absolute target of this host', async () => {
    const handler: Transport = ({ url }) => Promise.resolve(bytesResponse(200, [['X-Url', url]]));
    await withServer(handler, async ({ port }) => {
      const isDone = (text: string): boolean => text.includes(crlf + crlf);
      expect(await exchange(port, head('GET http://X/v2/?a=b HTTP/1.1'), isDone)).toContain('X-Url: /v2/?a=b');
      expect(await exchange(port, head('GET http://x HTTP/1.1'), isDone)).toContain('X-Url: /\r\n');
    });
  });
});

describe('requests beyond a bound', () => {
  it.each([
    { name: 'a long target', text: head(`GET /${'a'.repeat(8192)} HTTP/1.1`), status: '414' },
    {
      name: 'many fields',
      text: head('GET / HTTP/1.1', ...Array.from({ length: 100 }, (_, at) => `X-${at}: 1`)),
      status: '431',
    },
    { name: 'many bytes of fields', text: head('GET / HTTP/1.1', `X-A: ${'b'.repeat(20_000)}`), status: '431' },
  ])('$name are refused and the connection ends', async ({ text, status }) => {
    await withServer(echo, async ({ port }) => expect(statuses(await exchange(port, text))).toEqual([status]));
  });

  it('are not those that just fit', async () => {
    await withServer(echo, async ({ port }) => {
      const fields = Array.from({ length: 98 }, (_, at) => `X-${at}: 1`);
      const text = head(`GET /${'a'.repeat(8191)} HTTP/1.1`, ...fields, 'Connection: close');
      expect(statuses(await exchange(port, text))).toEqual(['200']);
    });
  });

  it('a client that does not finish its header gets 408', async () => {
    await withServer(echo, async ({ port }) => expect(statuses(await exchange(port, 'GET / HT'))).toEqual(['408']), {
      headersTimeoutMs: 30,
    });
  });

  it('a client that trickles its body is cut off, while a handler that is slow is not', async () => {
    const limits = { bodyWindowMs: 20, minBodyBytesPerWindow: 100 };
    let failure: unknown;
    const handler: Transport = async (request) => {
      if (request.url === '/slow-handler') await new Promise((resolve) => setTimeout(resolve, 50));
      try {
        return await echo(request);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    await withServer(
      handler,
      async ({ port }) => {
        await exchange(port, `${head('PUT / HTTP/1.1', 'Content-Length: 1000')}ab`);
        expect(failure).toMatchObject({ code: 'LISTEN_BODY_BROKEN' });
        const text = `${head('PUT /slow-handler HTTP/1.1', 'Content-Length: 2', 'Connection: close')}ab`;
        expect(statuses(await exchange(port, text))).toEqual(['200']);
      },
      limits,
    );
  });

  it('more connections of one address than allowed are closed', async () => {
    await withServer(
      echo,
      async ({ port }) => {
        const isDone = (text: string): boolean => text.includes(crlf + crlf);
        const first = await held(port);
        expect(await exchange(port, head('GET / HTTP/1.1'))).toBe('');
        first.destroy();
        await new Promise((resolve) => first.once('close', resolve));
        let received = '';
        while (received === '') received = await exchange(port, head('GET / HTTP/1.1'), isDone);
        expect(statuses(received)).toEqual(['200']);
      },
      { maxConnectionsPerAddress: 1 },
    );
  });

  it('a client that takes nothing of its answer is cut off and the source told', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const endless: Transport = () =>
      Promise.resolve({
        status: 200,
        headers: [],
        body: (async function* () {
          try {
            for (;;) yield new Uint8Array(1 << 20);
          } finally {
            end();
          }
        })(),
        discard: () => undefined,
      });
    await withServer(
      endless,
      async ({ port }) => {
        const socket = connect(port, '127.0.0.1');
        socket.pause().write(head('GET / HTTP/1.1'));
        socket.on('error', () => undefined);
        await ended;
        socket.destroy();
      },
      { sendStallMs: 50 },
    );
  });
});

/** A connection that has had one answer and stays open. */
async function held(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).write(head('GET / HTTP/1.1'));
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

describe('bodies that the handler does not read', () => {
  it('are dropped when short, and the connection serves the next request', async () => {
    await withServer(ignoring, async ({ port }) => {
      const text = `${head('PUT / HTTP/1.1', 'Content-Length: 1000')}${'a'.repeat(1000)}`;
      const received = await exchange(port, text + head('GET /next HTTP/1.1', 'Connection: close'));
      expect(statuses(received)).toEqual(['413', '413']);
    });
  });

  it('end the connection when long or of unknown length, after the answer', async () => {
    await withServer(
      ignoring,
      async ({ port }) => {
        for (const field of ['Content-Length: 100000000', 'Transfer-Encoding: chunked']) {
          const received = await exchange(
            port,
            `${head('PUT / HTTP/1.1', field)}${'5\r\nabcde\r\n'.repeat(20)}${head('GET /smuggled HTTP/1.1')}`,
          );
          expect(statuses(received)).toEqual(['413']);
          expect(received).toMatch(/Connection: close[\s\S]*\r\n\r\nno$/);
        }
      },
      { drainMs: 30 },
    );
  });

  it('let the answer through while the client is still sending', async () => {
    await withServer(ignoring, async ({ port }) => {
      const received = await exchange(
        port,
        `${head('PUT / HTTP/1.1', 'Content-Length: 3000000')}${'a'.repeat(3_000_000)}`,
      );
      expect(received.endsWith('no')).toBe(true);
    });
  });

  it('read in part end the connection too', async () => {
    const partial: Transport = async ({ body }) => {
      await body?.open()[Symbol.asyncIterator]().next();
      return ignoring({ method: 'GET', url: '/', headers: [] });
    };
    await withServer(
      partial,
      async ({ port }) => {
        const received = await exchange(
          port,
          `${head('PUT / HTTP/1.1', 'Content-Length: 100000')}${'a'.repeat(50_000)}`,
        );
        expect(statuses(received)).toEqual(['413']);
      },
      { drainMs: 30 },
    );
  });

  it('can be read once only', async () => {
    const twice: Transport = async ({ body }) => {
      await echo({ method: '', url: '', headers: [], ...(body ? { body } : {}) });
      const again = body?.open()[Symbol.asyncIterator]().next();
      const error: unknown = await again?.catch((thrown: unknown) => thrown);
      return bytesResponse(200, [['X-Code', (error as { code: string }).code]]);
    };
    await withServer(twice, async ({ port }) => {
      const received = await exchange(port, `${head('PUT / HTTP/1.1', 'Content-Length: 2', 'Connection: close')}ab`);
      expect(received).toContain('X-Code: LISTEN_BODY_READ');
    });
  });
});

describe('Expect: 100-continue', () => {
  const expecting = head('PUT / HTTP/1.1', 'Content-Length: 3', 'Expect: 100-continue', 'Connection: close');

  it('is answered when the handler asks for the body', async () => {
    await withServer(echo, async ({ port }) => {
      const received = await new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        let text = '';
        socket.setEncoding('latin1').on('data', (data: string) => {
          if (text === '') socket.write('abc');
          text += data;
        });
        socket.on('close', () => resolve(text));
        socket.write(expecting);
      });
      expect(statuses(received)).toEqual(['100', '200']);
      expect(received.endsWith('abc')).toBe(true);
    });
  });

  it('is not answered when the handler refuses, and the connection ends', async () => {
    await withServer(ignoring, async ({ port }) => {
      const received = await exchange(port, head('PUT / HTTP/1.1', 'Content-Length: 3', 'Expect: 100-continue'));
      expect(statuses(received)).toEqual(['413']);
      expect(received).toContain('Connection: close');
    });
  });
});

describe('answers', () => {
  it('to HEAD have the fields and no body, and the source is told to stop', async () => {
    let isDiscarded = false;
    const handler: Transport = () =>
      Promise.resolve({
        ...bytesResponse(200, [['Content-Length', '5']], encodeUtf8('abcde')),
        discard: () => {
          isDiscarded = true;
        },
      });
    await withServer(handler, async ({ port }) => {
      const received = await exchange(port, head('HEAD / HTTP/1.1', 'Connection: close'));
      expect(received).toMatch(/Content-Length: 5[\s\S]*\r\n\r\n$/);
      expect(isDiscarded).toBe(true);
    });
  });

  it('that turn out shorter or longer than declared, or fail half-way, end the connection early', async () => {
    const bodies: Record<string, () => AsyncIterable<Uint8Array>> = {
      '/short': () => bytesBody(encodeUtf8('abc')).open(),
      '/long': () => bytesBody(encodeUtf8('abcdefghijk')).open(),
      '/broken': async function* () {
        yield encodeUtf8('abc');
        throw new Error('broken');
      },
    };
    const handler: Transport = ({ url }) =>
      Promise.resolve({
        status: 200,
        headers: [['Content-Length', '10']],
        body: bodies[url]?.() ?? echoNothing(),
        discard: () => undefined,
      });
    await withServer(handler, async ({ port }) => {
      for (const url of Object.keys(bodies)) {
        const received = await exchange(port, head(`GET ${url} HTTP/1.1`) + head('GET /next HTTP/1.1'));
        expect(statuses(received).length).toBeLessThanOrEqual(1);
        expect(received.split(crlf + crlf)[1] ?? '').not.toHaveLength(10);
      }
    });
  });

  it('are 500 without a word when the handler throws', async () => {
    const failing: Transport = () => Promise.reject(new Error('secret'));
    await withServer(failing, async ({ port }) => {
      const received = await exchange(port, head('GET / HTTP/1.1', 'Connection: close'));
      expect(statuses(received)).toEqual(['500']);
      expect(received).not.toContain('secret');
    });
  });

  it('keep repeated fields apart', async () => {
    const handler: Transport = () =>
      Promise.resolve(
        bytesResponse(200, [
          ['OCI-Tag', 'a'],
          ['OCI-Tag', 'b'],
          ['Content-Length', '0'],
        ]),
      );
    await withServer(handler, async ({ port }) => {
      expect(await exchange(port, head('GET / HTTP/1.1', 'Connection: close'))).toContain(
        'OCI-Tag: a\r\nOCI-Tag: b\r\n',
      );
    });
  });
});

describe('a client that goes away', () => {
  it('aborts the signal of its request', async () => {
    let arrive: (request: TransportRequest) => void = () => undefined;
    const arrival = new Promise<TransportRequest>((resolve) => (arrive = resolve));
    const waiting: Transport = (sent) => {
      arrive(sent);
      return new Promise((resolve) => sent.signal?.addEventListener('abort', () => resolve(bytesResponse(200, []))));
    };
    await withServer(waiting, async ({ port }) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined).write(head('GET / HTTP/1.1', 'X-A: 1', 'x-b: 2'));
      const request = await arrival;
      expect(findHeader(request.headers, 'X-B')).toBe('2');
      const aborted = new Promise((resolve) => request.signal?.addEventListener('abort', resolve));
      socket.destroy();
      await aborted;
      expect(request.signal?.aborted).toBe(true);
    });
  });
});

describe('closing', () => {
  it('lets running requests finish, tells the client, and accepts nothing new', async () => {
    let release = (): void => undefined;
    const isReached = { now: false };
    const handler: Transport = () => {
      isReached.now = true;
      return new Promise((resolve) => (release = () => resolve(bytesResponse(200, [['Content-Length', '0']]))));
    };
    const server = await listen(handler, { host: '127.0.0.1', port: 0 });
    const running = exchange(server.port, head('GET / HTTP/1.1'));
    while (!isReached.now) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    expect(await exchange(server.port, head('GET / HTTP/1.1'))).toBe('');
    release();
    const received = await running;
    expect(statuses(received)).toEqual(['200']);
    expect(received).toContain('Connection: close');
    await closed;
  });

  it('cuts off requests that outlast the limit', async () => {
    const never: Transport = () => new Promise(() => undefined);
    const server = await listen(never, { host: '127.0.0.1', port: 0, limits: { shutdownMs: 20 } });
    const running = exchange(server.port, head('GET / HTTP/1.1'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.close();
    expect(await running).toBe('');
  });

  it('frees the port, and a port in use is an error by code', async () => {
    const first = await listen(echo, { host: '127.0.0.1', port: 0 });
    const second = listen(echo, { host: '127.0.0.1', port: first.port });
    await expect(second).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    await first.close();
    await (await listen(echo, { host: '127.0.0.1', port: first.port })).close();
  });
});

function echoNothing(): AsyncIterable<Uint8Array> {
  return bytesBody(new Uint8Array()).open();
}
