import { resolvePath } from '../files.ts';
import type { Place } from './place.ts';

/** An image layout in a tar file: read only. */
export const archivePlace: Place<'archive'> = {
  kind: 'archive',
  open: async ({ path, tag }, { cwd }) => {
    const { openLayoutArchive } = await import('@nv2/oci-layout');
    const store = await openLayoutArchive(resolvePath(cwd, path));
    return {
      store,
      name: `oci-archive:${path}`,
      listedBy: () => 'index of the layout',
      nameOf: (found) => `oci-archive:${path}@${found}`,
      ...(tag === undefined ? {} : { tag }),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  },
};
