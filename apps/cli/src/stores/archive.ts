import { rm } from 'node:fs/promises';
import { assertFree, makeDirectoryBeside, resolvePath } from '../files.ts';
import type { OpenSubject, Place } from './place.ts';

/** An image layout in a tar file: read in place, or written anew when a copy is complete. */
export const archivePlace: Place<'archive'> = {
  kind: 'archive',
  open: async ({ path, tag, digest }, { cwd, create }) => {
    const file = resolvePath(cwd, path);
    const opened = create ? await collect(file) : await read(file);
    return {
      ...opened,
      signatureForm: 'fallback',
      name: `oci-archive:${path}`,
      listedBy: () => 'index of the layout',
      nameOf: (found) => `oci-archive:${path}@${found}`,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    };
  },
};

type Opened = Pick<OpenSubject, 'store' | 'finish' | typeof Symbol.asyncDispose>;

async function read(file: string): Promise<Opened> {
  const { openLayoutArchive } = await import('@nv2/oci-layout');
  const store = await openLayoutArchive(file);
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

/** Collects in a directory beside the file, so that an interrupted copy leaves no half archive. */
async function collect(file: string): Promise<Opened> {
  const { openLayout, writeLayoutArchive } = await import('@nv2/oci-layout');
  await assertFree(file);
  const directory = await makeDirectoryBeside(file);
  const remove = async (): Promise<void> =>
    rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  try {
    const store = await openLayout(directory, { create: true });
    return {
      store,
      finish: (options) => writeLayoutArchive(directory, file, options),
      [Symbol.asyncDispose]: async () => {
        // Whatever the layout says at the end, nothing of it stays.
        try {
          await store[Symbol.asyncDispose]();
        } finally {
          await remove();
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
