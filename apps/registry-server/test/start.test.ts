import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createRegistry, startRegistry } from '@nv2/registry-server';
import { temporaryDirectory } from '@nv2/testing';
import { createTransport } from '@nv2/transport';
import { describe, expect, it } from 'vitest';
import { pushImage, sendTo } from './harness.ts';

const now = (): Date => new Date('2026-01-01T00:00:00Z');

describe('starting a registry', () => {
  it('serves a directory on a loopback port until it is closed, and again after', async () => {
    await using directory = await temporaryDirectory();
    const transport = createTransport({});
    for (const round of [1, 2]) {
      const registry = await startRegistry({ directory: directory.path, port: 0, now });
      const send: Parameters<typeof pushImage>[0] = (method, url, options) =>
        sendTo(transport, method, `http://${registry.host}:${registry.port}${url}`, options);
      if (round === 1) await pushImage(send, 'team/app', 'v1');
      const reply = await send('GET', '/v2/team/app/manifests/v1');
      expect([registry.host, reply.status]).toEqual(['127.0.0.1', 200]);
      expect((await send('HEAD', '/v2/team/app/manifests/v1')).bytes.length).toBe(0);
      await registry.close();
    }
    transport.close();
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'registry.example.com', '', '127.evil.example', 'localhost.example'])(
    'refuses %j unless anyone may write',
    async (host) => {
      await using directory = await temporaryDirectory();
      const start = startRegistry({ directory: directory.path, host, port: 0, now });
      await expect(start).rejects.toMatchObject({ code: 'SERVER_ADDRESS_REFUSED' });
    },
  );

  it('listens on every address when told that anyone may write', async () => {
    await using directory = await temporaryDirectory();
    await using registry = await startRegistry({
      directory: directory.path,
      host: '0.0.0.0',
      port: 0,
      now,
      allowAnyoneToWrite: true,
    });
    expect(registry.host).toBe('0.0.0.0');
  });

  it.each(['localhost', '127.0.0.2'])('takes %s for this machine', async (host) => {
    await using directory = await temporaryDirectory();
    await using registry = await startRegistry({ directory: directory.path, host, port: 0, now });
    expect(registry.port).toBeGreaterThan(0);
  });

  it('reports a port that is taken, and releases the directory', async () => {
    await using directory = await temporaryDirectory();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const start = startRegistry({ directory: directory.path, port: port ?? 0, now });
    await expect(start).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    other.close();
    await (await createRegistry({ directory: directory.path, now })).close();
  });

  it('refuses a directory that another registry serves', async () => {
    await using directory = await temporaryDirectory();
    const first = await createRegistry({ directory: directory.path, now });
    await expect(createRegistry({ directory: directory.path, now })).rejects.toMatchObject({
      code: 'SERVER_DIRECTORY_IN_USE',
    });
    await first.close();
  });

  it('refuses a directory that cannot be written', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'file'), '');
    for (const path of [join(directory.path, 'file', 'below'), '/proc/nv2']) {
      await expect(createRegistry({ directory: path, now })).rejects.toMatchObject({
        code: 'SERVER_DIRECTORY_UNUSABLE',
      });
    }
  });

  it('refuses a database that is none', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(
      join(directory.path, 'metadata.db'),
      'not a database, and longer than the header of one'.repeat(100),
    );
    await expect(createRegistry({ directory: directory.path, now })).rejects.toMatchObject({
      code: 'SERVER_DATABASE_FAILED',
    });
  });

  it.each(['strict', 'batch', 'off'] as const)('pushes and reads with durability %s', async (durability) => {
    await using directory = await temporaryDirectory();
    await using registry = await createRegistry({ directory: directory.path, now, durability });
    await pushImage((method, url, options) => sendTo(registry.handler, method, url, options), 'team/app', 'v1');
    expect((await sendTo(registry.handler, 'GET', '/v2/team/app/manifests/v1')).status).toBe(200);
  });
});
