import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestAlgorithm, digestHex } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { contentStoreContract, temporaryDirectory } from '@nv2/testing';

contentStoreContract('layout directory', async () => {
  const directory = await temporaryDirectory();
  const store = await openLayout(directory.path, { create: true });
  return {
    store,
    openAgain: () => openLayout(directory.path),
    corrupt: async (digest) => {
      const path = join(directory.path, 'blobs', digestAlgorithm(digest), digestHex(digest));
      const bytes = await readFile(path);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
});
