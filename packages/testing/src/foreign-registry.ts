// CNCF Distribution as Debian packages it: a foreign registry without the referrers API.

import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Peer } from './peers.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface ForeignRegistry extends AsyncDisposable {
  /** `localhost:PORT`. */
  readonly host: string;
}

/** Starts docker-registry on a free loopback port with a temporary directory; stops it when disposed. */
export async function startForeignRegistry(peer: Peer): Promise<ForeignRegistry> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  const config = join(directory.path, 'config.json');
  // YAML is a superset of JSON.
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(directory.path, 'data') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const child = spawn(peer.path, ['serve', config], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const host = `localhost:${port}`;
  try {
    await answering(`http://127.0.0.1:${port}/v2/`, () => child.exitCode !== null);
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    await directory[Symbol.asyncDispose]();
    throw error;
  }
  return {
    host,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free loopback port');
  return address.port;
}

async function answering(url: string, hasExited: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (hasExited()) throw new Error(`docker-registry ended before it answered at ${url}`);
    try {
      const response = await fetch(url);
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`docker-registry did not answer at ${url} within five seconds`);
}
