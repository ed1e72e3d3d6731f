// Our own registry for tests: in process as a handler, or on a free loopback port.

import type { Transport } from '@nv2/base';
import { createRegistry, type RegistryOptions } from '@nv2/registry-server';
import { listen } from '@nv2/transport';
import { temporaryDirectory } from './temporary-directory.ts';

export type TestRegistryOptions = Partial<RegistryOptions>;

export interface TestRegistry extends AsyncDisposable {
  /** Takes requests in origin form, and absolute URLs of any host, as a client sends them. */
  readonly transport: Transport;
}

export interface ListeningRegistry extends TestRegistry {
  /** `127.0.0.1:<port>`, as in a reference. */
  readonly host: string;
}

/** An empty registry in a directory of its own that is gone after disposal, or in `options.directory`, which stays. */
export async function testRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const directory = options.directory === undefined ? await temporaryDirectory() : undefined;
  const registry = await createRegistry({
    directory: directory?.path ?? '',
    durability: 'off',
    now: () => new Date('2026-01-01T00:00:00Z'),
    ...options,
  });
  return {
    transport: (request) => registry.handler({ ...request, url: toOriginForm(request.url) }),
    [Symbol.asyncDispose]: async () => {
      await registry.close();
      await directory?.[Symbol.asyncDispose]();
    },
  };
}

/** The same, on a socket. */
export async function listeningRegistry(options: TestRegistryOptions = {}): Promise<ListeningRegistry> {
  const registry = await testRegistry(options);
  const server = await listen(registry.transport, { host: '127.0.0.1', port: 0 });
  return {
    transport: registry.transport,
    host: `127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await registry[Symbol.asyncDispose]();
    },
  };
}

function toOriginForm(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/, '') || '/';
}
