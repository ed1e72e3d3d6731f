// What was acknowledged is there: after a restart, after a full disk, after kill -9 at any moment.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeUtf8 } from '@nv2/base';
import { digestOf } from '@nv2/oci';
import {
  builtinStorage,
  createRegistry,
  ServerError,
  type StorageDriver,
  type StorageKind,
} from '@nv2/registry-server';
import { temporaryDirectory } from '@nv2/testing';
import { createTransport } from '@nv2/transport';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyConfig, imageBytes, pushBlob, pushImage, putManifest, type Send, sendTo, testBed } from './harness.ts';

const content = encodeUtf8('0123456789');

describe('a restart', () => {
  it('keeps uploads, their offsets and everything pushed', async () => {
    await using bed = await testBed({ durability: 'strict' });
    const image = await pushImage(bed.send, 'team/app', 'v1', {
      subject: { mediaType: 'a/b', digest: digestOf(content), size: 10 },
    });
    const started = (await bed.send('POST', '/v2/team/app/blobs/uploads/')).header('location') ?? '';
    await bed.send('PATCH', started, { body: content.subarray(0, 4) });
    const empty = (await bed.send('POST', '/v2/team/app/blobs/uploads/')).header('location') ?? '';
    await bed.restart();
    expect((await bed.send('GET', empty)).header('range')).toBe('0-0');
    expect((await bed.send('GET', started)).header('range')).toBe('0-3');
    await bed.send('PATCH', started, { body: content.subarray(4, 6) });
    await bed.restart();
    expect(
      (await bed.send('PUT', `${started}?digest=${digestOf(content)}`, { body: content.subarray(6) })).status,
    ).toBe(201);
    expect((await bed.send('GET', `/v2/team/app/blobs/${digestOf(content)}`)).bytes).toEqual(content);
    expect((await bed.send('HEAD', '/v2/team/app/manifests/v1')).header('docker-content-digest')).toBe(image.digest);
    expect((await bed.send('GET', `/v2/team/app/referrers/${digestOf(content)}`)).text).toContain(image.digest);
    expect((await bed.send('PUT', `${empty}?digest=${digestOf(new Uint8Array())}`)).status).toBe(201);
  });

  it('removes what crashed requests left behind, and nothing else', async () => {
    await using bed = await testBed();
    const open = (await bed.send('POST', '/v2/team/app/blobs/uploads/')).header('location') ?? '';
    await bed.send('PATCH', open, { body: content });
    const { writeFile } = await import('node:fs/promises');
    for (const name of ['deadbeef', `${open.split('/').at(-1)}.ready`])
      await writeFile(join(bed.directory, 'uploads', name), 'x');
    await bed.restart();
    expect(await readdir(join(bed.directory, 'uploads'))).toEqual([open.split('/').at(-1)]);
  });

  it('leaves no temporary file after a push', async () => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'v1');
    await bed.send('POST', `/v2/team/app/blobs/uploads/?digest=${digestOf(emptyConfig)}`, { body: content });
    expect(await readdir(join(bed.directory, 'uploads'))).toEqual([]);
  });
});

/** The built-in storage, failing where a test says. */
function failingStorage(fail: (operation: keyof StorageDriver) => void): StorageKind {
  const [files] = builtinStorage;
  return {
    name: 'failing',
    open: async (directory, options) => {
      const driver = await files!.open(directory, options);
      return {
        ...driver,
        appendUpload: async (id, offset, body, onBytes) => {
          await driver.appendUpload(id, offset, body, onBytes);
          fail('appendUpload');
        },
        commitUpload: async (id, length, digest) => {
          fail('commitUpload');
          await driver.commitUpload(id, length, digest);
        },
      };
    },
  };
}

describe('a full disk', () => {
  it.each(['appendUpload', 'commitUpload'] as const)(
    'during %s is 507, stores nothing, and the upload can be resumed',
    async (operation) => {
      let isFull = false;
      const storage = failingStorage((called) => {
        if (isFull && called === operation) throw new ServerError('SERVER_STORAGE_FULL', 'writing: the disk is full');
      });
      await using bed = await testBed({ storage });
      const location = (await bed.send('POST', '/v2/team/app/blobs/uploads/')).header('location') ?? '';
      await bed.send('PATCH', location, { body: content.subarray(0, 4) });
      isFull = true;
      const url = `${location}?digest=${digestOf(content)}`;
      const full = await bed.send('PUT', url, { body: content.subarray(4), headers: { 'Content-Range': '4-9' } });
      expect([full.status, full.codes()]).toEqual([507, ['UNAVAILABLE']]);
      expect((await bed.send('GET', `/v2/team/app/blobs/${digestOf(content)}`)).status).toBe(404);
      expect((await bed.send('GET', location)).header('range')).toBe('0-3');
      isFull = false;
      expect((await bed.send('PUT', url, { body: content.subarray(4) })).status).toBe(201);
      expect((await bed.send('GET', `/v2/team/app/blobs/${digestOf(content)}`)).bytes).toEqual(content);
    },
  );

  it('of the kernel is reported by its code', async () => {
    // A device that is always full.
    const storage: StorageKind = {
      name: 'full',
      open: async (_, options) => {
        const driver = await builtinStorage[0]!.open(directory.path, options);
        return { ...driver, freeBytes: () => Promise.resolve(1e12) };
      },
    };
    await using directory = await temporaryDirectory();
    const { symlink, mkdir } = await import('node:fs/promises');
    await mkdir(join(directory.path, 'uploads'));
    const random = (length: number): Uint8Array => new Uint8Array(length);
    await using bed = await testBed({ storage, random });
    await symlink('/dev/full', join(directory.path, 'uploads', '0'.repeat(32)));
    const reply = await bed.send('POST', `/v2/a/blobs/uploads/?digest=${digestOf(content)}`, { body: content });
    expect([reply.status, reply.codes()]).toEqual([507, ['UNAVAILABLE']]);
  });
});

/** Answers given before each kill. */
const lives = [40, 71, 15, 90, 33];
const writers = ['a', 'b', 'c'];

describe('a registry killed with SIGKILL while it is written to', () => {
  let bundle: AsyncDisposable & { readonly path: string };
  beforeAll(async () => {
    bundle = await temporaryDirectory();
    await build({
      entryPoints: [join(dirname(fileURLToPath(import.meta.url)), 'serve.ts')],
      outfile: join(bundle.path, 'serve.mjs'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      conditions: ['source'],
      // The bundle lies outside the workspace, so the native module is named by its place.
      alias: { libsql: fileURLToPath(import.meta.resolve('libsql')) },
      external: ['*/libsql/index.js'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  });
  afterAll(() => bundle[Symbol.asyncDispose]());

  it('has everything it acknowledged, whole, and goes on', async () => {
    await using directory = await temporaryDirectory();
    const acknowledged = new Map<string, string>();
    const offsets = new Map<string, number>();
    for (const life of lives) {
      await using child = await startChild(join(bundle.path, 'serve.mjs'), directory.path);
      await checkAll(child.send, acknowledged, offsets);
      let answers = 0;
      // A little after an answer, so that the kill meets every phase of the requests that follow.
      const send: Send = async (method, url, options) => {
        const reply = await child.send(method, url, options);
        if ((answers += 1) === life) setTimeout(() => child.kill(), life % 7);
        return reply;
      };
      await Promise.all(writers.map((name) => pushUntilDeath(send, `${name}${life}`, acknowledged, offsets)));
    }
    const registry = await createRegistry({ directory: directory.path, now: () => new Date() });
    const send: Send = (method, url, options) => sendTo(registry.handler, method, url, options);
    await checkAll(send, acknowledged, offsets);
    const files = await readdir(join(directory.path, 'uploads'));
    expect(files.every((name) => offsets.has(name))).toBe(true);
    await registry.close();
    expect(acknowledged.size).toBeGreaterThan(10);
  });
});

interface Child extends AsyncDisposable {
  readonly send: Send;
  kill(): void;
}

async function startChild(script: string, directory: string): Promise<Child> {
  const child: ChildProcess = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())),
  );
  const transport = createTransport({});
  return {
    send: (method, url, options) => sendTo(transport, method, `http://127.0.0.1:${port}${url}`, options),
    kill: () => void child.kill('SIGKILL'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      transport.close();
    },
  };
}

/** Pushes images, chunked uploads in between, and writes down what was acknowledged; ends when the server does. */
async function pushUntilDeath(
  send: Send,
  name: string,
  acknowledged: Map<string, string>,
  offsets: Map<string, number>,
): Promise<void> {
  try {
    for (let round = 0; ; round++) {
      await pushBlob(send, name, emptyConfig);
      const bytes = imageBytes({ annotations: { round: String(round) } });
      const push = await putManifest(send, name, `t${round}`, bytes);
      if (push.status === 201) acknowledged.set(`/v2/${name}/manifests/t${round}`, digestOf(bytes));
      const blob = encodeUtf8(`${name} ${round}`.repeat(100));
      const location = (await send('POST', `/v2/${name}/blobs/uploads/`)).header('location') ?? '';
      const id = location.split('/').at(-1) ?? '';
      offsets.set(id, 0);
      const patch = await send('PATCH', location, { body: blob.subarray(0, 50) });
      if (patch.status === 202) offsets.set(id, 50);
      const put = await send('PUT', `${location}?digest=${digestOf(blob)}`, { body: blob.subarray(50) });
      if (put.status === 201) acknowledged.set(`/v2/${name}/blobs/${digestOf(blob)}`, digestOf(blob));
      acknowledged.set(`upload ${id}`, location);
    }
  } catch {
    // The connection broke: that is how this ends.
  }
}

async function checkAll(
  send: Send,
  acknowledged: ReadonlyMap<string, string>,
  offsets: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [url, digest] of acknowledged) {
    if (!url.startsWith('/')) continue;
    const reply = await send('GET', url);
    expect([url, reply.status]).toEqual([url, 200]);
    expect(digestOf(reply.bytes)).toBe(digest);
  }
  for (const [id, offset] of offsets) {
    if (offset === 0 || acknowledged.has(`upload ${id}`)) continue;
    for (const repository of lives.flatMap((life) => writers.map((name) => `${name}${life}`))) {
      const reply = await send('GET', `/v2/${repository}/blobs/uploads/${id}`);
      if (reply.status !== 204) continue;
      const [, last = '0'] = reply.header('range')?.split('-') ?? [];
      expect(Number(last) + 1).toBeGreaterThanOrEqual(offset);
    }
  }
}
