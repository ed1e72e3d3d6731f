import { resolvePath } from '../files.ts';
import type { Place } from './place.ts';

/** An image layout in a directory. */
export const layoutPlace: Place<'layout'> = {
  kind: 'layout',
  open: async ({ path, tag, digest }, { cwd, create }) => {
    const { openLayout } = await import('@nv2/oci-layout');
    const store = await openLayout(resolvePath(cwd, path), { create });
    return {
      store,
      signatureForm: 'fallback',
      name: `oci-layout:${path}`,
      listedBy: () => 'index of the layout',
      nameOf: (found) => `oci-layout:${path}@${found}`,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  },
};
