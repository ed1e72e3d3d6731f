// TLS: which servers are believed, which are not and in which words, and who gets to see a client certificate.

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { encodeUtf8, parseUtf8, readAll, type Transport } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClosableTransport, createTransport, type TransportOptions } from '../src/index.ts';
import { httpServer } from './servers.ts';
import { authority, mintServer, type ServerCertificate, tlsServer } from './tls-servers.ts';

let ca: string;
let local: ServerCertificate;
const open: ClosableTransport[] = [];

beforeAll(async () => {
  [ca, local] = await Promise.all([authority(), mintServer('localhost')]);
});

afterEach(() => {
  for (const made of open.splice(0)) made.close();
});

function transport(options: TransportOptions = {}): Transport {
  const made = createTransport(options);
  open.push(made);
  return made;
}

async function get(send: Transport, port: number, host = 'localhost'): Promise<string> {
  const response = await send({ method: 'GET', url: `https://${host}:${port}/`, headers: [] });
  return parseUtf8(await readAll(response.body, 1000));
}

describe('a TLS server', () => {
  it('of a trusted authority is believed', async () => {
    await using server = await tlsServer(local, (_, response) => response.end('hello'));
    const send = transport({ ca: encodeUtf8(ca) });
    expect(await get(send, server.port)).toBe('hello');
    expect(await get(send, server.port)).toBe('hello');
    expect(server.connections()).toBe(1);
  });

  it('with a certificate for its address is believed', async () => {
    await using server = await tlsServer(await mintServer('127.0.0.1'), (_, response) => response.end('hello'));
    expect(await get(transport({ ca: encodeUtf8(ca) }), server.port, '127.0.0.1')).toBe('hello');
  });

  it.each([
    ['of an unknown authority', () => Promise.resolve(local), 'not trusted here', {}],
    [
      'that signed for itself',
      () => mintServer('localhost', { issuer: undefined as never }),
      'self-signed',
      { ca: true },
    ],
    ['for another name', () => mintServer('elsewhere.test'), 'for another name', { ca: true }],
    [
      'that has expired',
      () => mintServer('localhost', { notAfter: new Date('2021-01-01T00:00:00Z') }),
      'expired',
      { ca: true },
    ],
    [
      'that is not valid yet',
      () => mintServer('localhost', { notBefore: new Date('2098-01-01T00:00:00Z') }),
      'not valid yet',
      { ca: true },
    ],
  ])('%s is not believed, and the message says why', async (_, mint, reason, trust) => {
    await using server = await tlsServer(await mint(), (_, response) => response.end('hello'));
    const options = 'ca' in trust ? { ca: encodeUtf8(ca) } : {};
    const failure = get(transport(options), server.port);
    await expect(failure).rejects.toMatchObject({ code: 'TRANSPORT_TLS', hint: expect.any(String) as string });
    await expect(failure).rejects.toThrow(reason);
  });

  it('is not checked only where the host is named', async () => {
    await using server = await tlsServer(local, (_, response) => response.end('hello'));
    expect(await get(transport({ insecureSkipVerify: [`localhost:${server.port}`] }), server.port)).toBe('hello');
    expect(await get(transport({ insecureSkipVerify: ['LOCALHOST'] }), server.port)).toBe('hello');
    await expect(get(transport({ insecureSkipVerify: ['other.test'] }), server.port)).rejects.toMatchObject({
      code: 'TRANSPORT_TLS',
    });
    await expect(get(transport({ insecureSkipVerify: ['localhost:1'] }), server.port)).rejects.toMatchObject({
      code: 'TRANSPORT_TLS',
    });
  });

  it('of TLS 1.1 is not talked to', async () => {
    await using server = await tlsServer(local, (_, response) => response.end('x'), {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(get(transport({ ca: encodeUtf8(ca) }), server.port)).rejects.toMatchObject({ code: 'TRANSPORT_TLS' });
  });

  it('that is none is told apart', async () => {
    await using server = await httpServer((_, response) => response.end('plain'));
    await expect(get(transport(), server.port)).rejects.toMatchObject({
      code: 'TRANSPORT_TLS',
      hint: expect.stringContaining('plain HTTP') as string,
    });
  });

  it('asked in plain HTTP is told apart', async () => {
    await using server = await tlsServer(local, (_, response) => response.end('x'));
    const sending = transport()({ method: 'GET', url: `http://localhost:${server.port}/`, headers: [] });
    await expect(sending).rejects.toMatchObject({
      code: expect.stringMatching(/^TRANSPORT_(?:INTERRUPTED|PROTOCOL)$/) as string,
    });
  });
});

describe('a client certificate', () => {
  const mutual = { requestCert: true, rejectUnauthorized: false };
  const answer = (request: { socket: unknown }): string => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    return String(subject?.CN ?? 'nobody');
  };

  it('is shown to its origin and to no other', async () => {
    await using server = await tlsServer(local, (request, response) => response.end(answer(request)), mutual);
    await using other = await tlsServer(local, (request, response) => response.end(answer(request)), mutual);
    const clientCertificate = {
      origin: `https://localhost:${server.port}`,
      certificate: encodeUtf8(local.certificate),
      key: encodeUtf8(local.key),
    };
    const send = transport({ ca: encodeUtf8(ca), clientCertificate });
    expect(await get(send, server.port)).toBe('transport test server');
    expect(await get(send, other.port)).toBe('nobody');
  });

  it.each([
    ['a key that is none', { key: encodeUtf8('no key') }],
    ['a plain http origin', { origin: 'http://localhost:1' }],
    ['no origin', { origin: 'localhost' }],
  ])('with %s cannot be used', async (_, wrong) => {
    const clientCertificate = {
      origin: 'https://localhost:1',
      certificate: encodeUtf8(local.certificate),
      key: encodeUtf8(local.key),
      ...wrong,
    };
    await expect(get(transport({ ca: encodeUtf8(ca), clientCertificate }), 1)).rejects.toMatchObject({
      code: 'TRANSPORT_TLS_CONFIG',
    });
  });
});

describe('trusted authorities', () => {
  it('come from SSL_CERT_FILE', async () => {
    await using directory = await temporaryDirectory();
    await using server = await tlsServer(local, (_, response) => response.end('hello'));
    const file = join(directory.path, 'ca.pem');
    await writeFile(file, `some words\n${ca}`);
    expect(await get(transport({ env: { SSL_CERT_FILE: file, SSL_CERT_DIR: directory.path } }), server.port)).toBe(
      'hello',
    );
    expect(await get(transport({ env: { SSL_CERT_FILE: file } }), server.port)).toBe('hello');
  });

  it('come from every directory in SSL_CERT_DIR', async () => {
    await using directory = await temporaryDirectory();
    await using server = await tlsServer(local, (_, response) => response.end('hello'));
    const [first, second] = [join(directory.path, 'a'), join(directory.path, 'b')];
    await Promise.all([mkdir(first), mkdir(second)]);
    await writeFile(join(second, 'ca.crt'), ca);
    await writeFile(join(second, 'README'), 'no certificate');
    await symlink('ca.crt', join(second, '0a1b2c.0'));
    const env = {
      SSL_CERT_FILE: join(directory.path, 'absent'),
      SSL_CERT_DIR: `${first}:${second}:${join(directory.path, 'absent')}`,
    };
    expect(await get(transport({ env }), server.port)).toBe('hello');
  });

  it('given by the caller are the only ones', async () => {
    await using directory = await temporaryDirectory();
    await using server = await tlsServer(local, (_, response) => response.end('hello'));
    const file = join(directory.path, 'ca.pem');
    await writeFile(file, ca);
    const other = await mintServer('other.test', { issuer: undefined as never });
    await expect(
      get(transport({ ca: encodeUtf8(other.certificate), env: { SSL_CERT_FILE: file } }), server.port),
    ).rejects.toMatchObject({ code: 'TRANSPORT_TLS' });
  });

  it("of NODE_EXTRA_CA_CERTS count beside the system's", async () => {
    await using directory = await temporaryDirectory();
    await using server = await tlsServer(local, (_, response) => response.end('hello'));
    const file = join(directory.path, 'ca.pem');
    await writeFile(file, ca);
    const reading = get(transport({ env: { NODE_EXTRA_CA_CERTS: file } }), server.port);
    // On a machine without a system bundle Node's own list is used, which has read the real variable at start-up.
    await reading.then(
      (text) => expect(text).toBe('hello'),
      (error: unknown) => expect(error).toMatchObject({ code: 'TRANSPORT_TLS' }),
    );
  });

  it.each([
    ['a file of nothing', { ca: encodeUtf8('nothing') }],
    ['a certificate that is none', { ca: encodeUtf8('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----') }],
    ['variables that lead nowhere', { env: { SSL_CERT_FILE: '/nowhere/ca.pem', SSL_CERT_DIR: '/nowhere' } }],
  ])('from %s are an error', async (_, options) => {
    await expect(get(transport(options), 1)).rejects.toMatchObject({ code: 'TRANSPORT_TLS_CONFIG' });
  });
});
