// The content store contract, over every kind of registry we can have in process.

import { createRegistry } from '@nv2/registry-server';
import {
  contentStoreContract,
  type FakeRegistryOptions,
  fakeRegistry,
  type StoreUnderTest,
  temporaryDirectory,
} from '@nv2/testing';
import { createTransport, listen } from '@nv2/transport';
import { testRepository, testSession, toServer } from './connect.ts';

function overFake(options: FakeRegistryOptions): () => Promise<StoreUnderTest> {
  return async () => {
    const { transport } = fakeRegistry(options);
    return {
      store: testSession(transport).repository,
      openAgain: () => Promise.resolve(testSession(transport).repository),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  };
}

function overServer(referrersApi: boolean): () => Promise<StoreUnderTest> {
  return async () => {
    const directory = await temporaryDirectory();
    const registry = await createRegistry({
      directory: directory.path,
      referrersApi,
      durability: 'off',
      now: () => new Date(),
    });
    const transport = toServer(registry.handler);
    return {
      store: testSession(transport).repository,
      openAgain: () => Promise.resolve(testSession(transport).repository),
      async [Symbol.asyncDispose]() {
        await registry.close();
        await directory[Symbol.asyncDispose]();
      },
    };
  };
}

/** The same over a socket, as programs run it. */
async function overSocket(): Promise<StoreUnderTest> {
  const directory = await temporaryDirectory();
  const registry = await createRegistry({ directory: directory.path, durability: 'off', now: () => new Date() });
  const server = await listen(registry.handler, { host: '127.0.0.1', port: 0 });
  const transport = createTransport();
  const store = () => testSession(transport).session.repository(`127.0.0.1:${server.port}`, testRepository);
  return {
    store: store(),
    openAgain: () => Promise.resolve(store()),
    async [Symbol.asyncDispose]() {
      transport.close();
      await server.close();
      await registry.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

contentStoreContract('our registry over a socket', overSocket, { algorithms: ['sha256', 'sha512'] });
contentStoreContract('our registry with the referrers API', overServer(true), { algorithms: ['sha256', 'sha512'] });
contentStoreContract('our registry without the referrers API', overServer(false), { algorithms: ['sha256', 'sha512'] });
contentStoreContract('a plain registry with the referrers API', overFake({}));
contentStoreContract(
  'a registry that neither filters nor gives whole pages',
  overFake({ filtersReferrers: false, pageSize: 1 }),
);
contentStoreContract('a registry without the referrers API', overFake({ referrersApi: false }));
contentStoreContract(
  'a registry without the referrers API that honours conditions',
  overFake({ referrersApi: false, conditionalWrites: true }),
);
