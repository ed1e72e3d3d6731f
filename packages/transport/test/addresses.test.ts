// Which address a request may lead to, with real connections and a resolver that says what the test wants.

import type { LookupFunction } from 'node:net';
import { readAll, type Transport } from '@nv2/base';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClosableTransport, createTransport } from '../src/index.ts';
import { httpServer, type TestServer } from './servers.ts';

const open: ClosableTransport[] = [];

function transport(lookup?: LookupFunction, env: Record<string, string> = {}): Transport {
  const made = createTransport({ env, ...(lookup === undefined ? {} : { lookup }) });
  open.push(made);
  return made;
}

afterEach(() => {
  for (const made of open.splice(0)) made.close();
});

/** Each call answers with the next list; the last one for ever. */
function resolver(...answers: readonly (readonly string[])[]): LookupFunction {
  let calls = 0;
  return (_host, options, done) => {
    const addresses = (answers[Math.min(calls++, answers.length - 1)] ?? []).map((address) => ({ address, family: 4 }));
    if (options.all === true) done(null, addresses);
    else done(null, addresses[0]?.address ?? '', 4);
  };
}

function greeter(): Promise<TestServer> {
  return httpServer((_request, response) => response.end('hello'));
}

async function get(send: Transport, url: string, allowAddress: (address: string) => boolean): Promise<string> {
  const response = await send({ method: 'GET', url, headers: [], allowAddress });
  return new TextDecoder().decode(await readAll(response.body, 1000));
}

const refused = { code: 'TRANSPORT_ADDRESS_REFUSED' };

describe('an address that a request does not allow', () => {
  it('is not connected to, written out or behind a name', async () => {
    await using server = await greeter();
    const send = transport(resolver(['127.0.0.1']));
    for (const host of ['127.0.0.1', 'name.example']) {
      await expect(get(send, `http://${host}:${server.port}/`, () => false)).rejects.toMatchObject(refused);
    }
    expect(server.connections()).toBe(0);
  });

  it('is connected to by a request that allows it', async () => {
    await using server = await greeter();
    const asked: string[] = [];
    const allow = (address: string): boolean => asked.push(address) > 0;
    const send = transport(resolver(['127.0.0.1']));
    expect(await get(send, `http://name.example:${server.port}/`, allow)).toBe('hello');
    expect(await get(send, `http://127.0.0.1:${server.port}/`, allow)).toBe('hello');
    expect(new Set(asked)).toEqual(new Set(['127.0.0.1']));
  });

  it('is passed over where the name has others', async () => {
    await using server = await greeter();
    const send = transport(resolver(['127.0.0.9', '127.0.0.1']));
    expect(await get(send, `http://name.example:${server.port}/`, (address) => address === '127.0.0.1')).toBe('hello');
  });

  it('gains nothing from a name server that changes its answer: what is judged is what is connected to', async () => {
    await using server = await greeter();
    const send = transport(resolver(['127.0.0.9'], ['127.0.0.1']));
    const allow = (address: string): boolean => address === '127.0.0.9';
    // Nobody listens there, so a second look at the name would be the only way to the server.
    await expect(get(send, `http://name.example:${server.port}/`, allow)).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
    });
    await expect(get(send, `http://name.example:${server.port}/`, allow)).rejects.toMatchObject(refused);
    expect(server.connections()).toBe(0);
  });

  it('is refused on a connection that an earlier request opened', async () => {
    await using server = await greeter();
    const send = transport(resolver(['127.0.0.1']));
    const url = `http://name.example:${server.port}/`;
    expect(await get(send, url, () => true)).toBe('hello');
    await expect(get(send, url, () => false)).rejects.toMatchObject(refused);
    expect(server.connections()).toBe(1);
  });

  it('is the business of a proxy where one connects', async () => {
    await using proxy = await httpServer((request, response) => response.end(`proxied ${request.url}`));
    const send = transport(undefined, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    expect(await get(send, 'http://name.example/x', () => false)).toBe('proxied http://name.example/x');
  });

  it('leaves the failure of a name server as it is', async () => {
    const send = transport((_host, _options, done) =>
      done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), ''),
    );
    await expect(get(send, 'http://name.example/', () => true)).rejects.toMatchObject({ code: 'TRANSPORT_DNS' });
  });
});
