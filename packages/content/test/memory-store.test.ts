import { memoryStore } from '@nv2/content';
import { contentStoreContract } from '@nv2/testing';

// Nobody can reach the bytes of a memory store, so there is no `corrupt`.
contentStoreContract('memory', async () => {
  const store = memoryStore();
  return { store, openAgain: async () => store, [Symbol.asyncDispose]: async () => undefined };
});
