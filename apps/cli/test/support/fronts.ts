// Servers in front of a stage's registry: one that speaks TLS, and a forwarding proxy.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { encodeUtf8 } from '@nv2/base';
import { encodeDer, mintCertificateDer, testKeyPair, toPem } from '@nv2/testing';

const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const subjectAlternativeName = '2.5.29.17';

export interface TlsMaterial {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A TLS authority and one certificate under it, good for servers called `localhost` and for clients. */
export async function mintTls(name: string, keyIndex: number): Promise<TlsMaterial> {
  const [caKey, key] = [testKeyPair('p256', keyIndex), testKeyPair('p256', keyIndex + 1)];
  const subject = `CN=${name} TLS CA`;
  const ca = await mintCertificateDer({
    subject,
    key: caKey,
    extensions: { basicConstraints: { isCa: true }, keyUsage: { usages: ['keyCertSign'] } },
  });
  const leaf = await mintCertificateDer({
    subject: `CN=${name}`,
    key,
    issuer: { subject, key: caKey },
    extensions: {
      keyUsage: { usages: ['digitalSignature'] },
      extendedKeyUsage: { oids: [serverAuth, clientAuth] },
      other: [{ oid: subjectAlternativeName, value: encodeDer(0x30, encodeDer(0x82, encodeUtf8('localhost'))) }],
    },
  });
  return { ca: toPem('CERTIFICATE', ca), certificate: toPem('CERTIFICATE', leaf), key: key.pkcs8Pem };
}

export interface Front extends AsyncDisposable {
  /** `localhost:PORT`. */
  readonly host: string;
  /** Request lines that came by. */
  readonly seen: readonly string[];
}

/** The registry at `registry` over TLS. */
export function tlsFront(
  registry: string,
  { certificate, key }: TlsMaterial,
  options: ServerOptions = {},
): Promise<Front> {
  const seen: string[] = [];
  const server = createTlsServer({ cert: certificate, key, ...options }, (message, response) => {
    seen.push(`${message.method} ${message.url}`);
    forward(registry, message.url ?? '/', message, response);
  });
  server.on('tlsClientError', () => undefined);
  return listenOn(server, seen);
}

/** A proxy for plain requests that takes every host for the registry at `registry`. What is stuck never gets an answer. */
export function proxyFront(
  registry: string,
  { isStuck = () => false }: { readonly isStuck?: (line: string) => boolean } = {},
): Promise<Front> {
  const seen: string[] = [];
  const server = createServer((message, response) => {
    seen.push(`${message.method} ${message.url}`);
    if (isStuck(`${message.method} ${message.url}`)) return;
    const { pathname, search } = new URL(message.url ?? '', 'http://none');
    forward(registry, `${pathname}${search}`, message, response);
  });
  return listenOn(server, seen);
}

function forward(registry: string, path: string, message: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', headers } = message;
  const onward = request(
    `http://${registry.replace('localhost', '127.0.0.1')}${path}`,
    { method, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  message.pipe(onward);
}

async function listenOn(server: Server, seen: readonly string[]): Promise<Front> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    host: `localhost:${port}`,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
