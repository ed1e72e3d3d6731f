// Requests through real proxies: absolute targets for plain HTTP, tunnels for TLS, and proxies that refuse.

import * as http from 'node:http';
import * as net from 'node:net';
import { encodeUtf8, parseUtf8, readAll, type Transport } from '@nv2/base';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClosableTransport, createTransport, type TransportOptions } from '../src/index.ts';
import { listenOn, silentServer, type TestServer } from './servers.ts';
import { authority, mintServer, tlsServer } from './tls-servers.ts';

const open: ClosableTransport[] = [];

afterEach(() => {
  for (const made of open.splice(0)) made.close();
});

function transport(options: TransportOptions): Transport {
  const made = createTransport(options);
  open.push(made);
  return made;
}

interface TestProxy extends TestServer {
  readonly seen: readonly { readonly line: string; readonly authorization: string | undefined }[];
}

/** A proxy that answers plain requests itself and tunnels everything to `port`. */
async function proxyServer(port: number, refusal?: string): Promise<TestProxy> {
  const seen: { line: string; authorization: string | undefined }[] = [];
  const note = (request: http.IncomingMessage): void =>
    void seen.push({ line: `${request.method} ${request.url}`, authorization: request.headers['proxy-authorization'] });
  const server = http.createServer((request, response) => {
    note(request);
    response.write('via proxy: ');
    request.pipe(response);
  });
  server.on('connect', (request, socket, head) => {
    note(request);
    if (refusal !== undefined) return socket.end(refusal);
    const target = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(socket);
      socket.pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
    return undefined;
  });
  return Object.assign(await listenOn(server), { seen });
}

async function send(transport: Transport, url: string, body?: string): Promise<string> {
  const bytes = encodeUtf8(body ?? '');
  const more =
    body === undefined
      ? { method: 'GET' }
      : {
          method: 'PUT',
          body: {
            length: bytes.length,
            async *open() {
              yield bytes;
            },
          },
        };
  const response = await transport({ url, headers: [['Authorization', 'Bearer secret']], ...more });
  return `${response.status} ${parseUtf8(await readAll(response.body, 10_000))}`;
}

describe('a proxy', () => {
  it('gets plain requests with their absolute target', async () => {
    await using proxy = await proxyServer(0);
    const via = transport({ env: { HTTP_PROXY: `http://alice:hush@127.0.0.1:${proxy.port}` } });
    expect(await send(via, 'http://registry.test:5000/v2/?a=1', 'body')).toBe('200 via proxy: body');
    expect(await send(via, 'http://registry.test:5000/v2/')).toBe('200 via proxy: ');
    expect(proxy.seen).toEqual([
      { line: 'PUT http://registry.test:5000/v2/?a=1', authorization: 'Basic YWxpY2U6aHVzaA==' },
      { line: 'GET http://registry.test:5000/v2/', authorization: 'Basic YWxpY2U6aHVzaA==' },
    ]);
  });

  it('opens tunnels for TLS, in which it sees nothing', async () => {
    const [ca, certificate] = await Promise.all([authority(), mintServer('registry.test')]);
    let authorization: string | undefined;
    await using server = await tlsServer(certificate, (request, response) => {
      authorization = request.headers['proxy-authorization'] ?? request.headers.authorization;
      response.write('inside: ');
      request.pipe(response);
    });
    await using proxy = await proxyServer(server.port);
    const via = transport({ ca: encodeUtf8(ca), env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
    expect(await send(via, 'https://registry.test/v2/', 'body')).toBe('200 inside: body');
    expect(await send(via, 'https://registry.test/v2/', 'body')).toBe('200 inside: body');
    expect(proxy.seen).toEqual([{ line: 'CONNECT registry.test:443', authorization: undefined }]);
    expect(authorization).toBe('Bearer secret');
  });

  it.each([
    ['registry.test', 'other.test'],
    ['10.1.2.3', 'localhost'],
    ['10.1.2.3', '10.1.2.4'],
  ])('does not weaken the check of the name: %s is not %s', async (host, name) => {
    const [ca, certificate] = await Promise.all([authority(), mintServer(name)]);
    await using server = await tlsServer(certificate, (_, response) => response.end('inside'));
    await using proxy = await proxyServer(server.port);
    const via = transport({ ca: encodeUtf8(ca), env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
    await expect(send(via, `https://${host}/`)).rejects.toMatchObject({ code: 'TRANSPORT_TLS' });
  });

  it('reaches an address with a certificate for it', async () => {
    const [ca, certificate] = await Promise.all([authority(), mintServer('10.1.2.3')]);
    await using server = await tlsServer(certificate, (_, response) => response.end('inside'));
    await using proxy = await proxyServer(server.port);
    const via = transport({ ca: encodeUtf8(ca), env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
    expect(await send(via, 'https://10.1.2.3/')).toBe('200 inside');
  });

  it.each([
    ['407', 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nauth', 407],
    ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno', 403],
    ['a success that is none', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
  ])('that refuses with %s never passes for the host behind it', async (_, refusal, status) => {
    await using proxy = await proxyServer(0, refusal);
    const via = transport({ env: { HTTPS_PROXY: `http://alice:hush@127.0.0.1:${proxy.port}` } });
    const sending = send(via, 'https://registry.test/v2/');
    await expect(sending).rejects.toMatchObject({ code: 'TRANSPORT_PROXY_REFUSED', details: { status } });
    await expect(sending).rejects.toThrow(/^(?!.*hush).*through proxy 127\.0\.0\.1:/);
  });

  it('that never opens a tunnel is given up', async () => {
    await using proxy = await silentServer();
    const via = transport({ connectTimeoutMs: 40, env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
    await expect(send(via, 'https://registry.test/')).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
  });

  it('that is not there is named', async () => {
    const proxy = await silentServer();
    await proxy[Symbol.asyncDispose]();
    for (const [url, name] of [
      ['https://registry.test/', 'HTTPS_PROXY'],
      ['http://registry.test/', 'HTTP_PROXY'],
    ] as const) {
      const sending = send(transport({ env: { [name]: `127.0.0.1:${proxy.port}` } }), url);
      await expect(sending).rejects.toMatchObject({
        code: 'TRANSPORT_UNREACHABLE',
        message: expect.stringContaining(`through proxy 127.0.0.1:${proxy.port}`) as string,
      });
    }
  });

  it('is not asked for this machine or for what NO_PROXY names', async () => {
    await using proxy = await proxyServer(0);
    await using server = await listenOn(http.createServer((_, response) => response.end('direct')));
    const env = { HTTP_PROXY: `127.0.0.1:${proxy.port}`, NO_PROXY: '.invalid' };
    expect(await send(transport({ env }), `http://127.0.0.1:${server.port}/`)).toBe('200 direct');
    await expect(send(transport({ env }), 'http://registry.invalid/')).rejects.toMatchObject({ code: 'TRANSPORT_DNS' });
    expect(proxy.seen).toEqual([]);
  });
});
