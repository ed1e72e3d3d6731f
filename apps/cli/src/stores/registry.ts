import { formatRepository, mediaTypes } from '@nv2/oci';
import type { ManifestFamily } from '../subject.ts';
import type { Place } from './place.ts';

const families: Readonly<Record<ManifestFamily, readonly string[]>> = {
  docker: [mediaTypes.dockerManifest, mediaTypes.dockerManifestList],
  oci: [mediaTypes.ociManifest, mediaTypes.ociIndex],
};

/** A repository of a registry. */
export const registryPlace: Place<'registry'> = {
  kind: 'registry',
  open: async ({ reference, family }, { services, access }) => {
    const store = await services.connect(reference, access);
    const name = formatRepository(reference);
    return {
      store,
      signatureForm: 'default',
      name,
      scope: name,
      listedBy: () =>
        services.referrersMode(name) === 'tag'
          ? 'tag schema, since the registry has no referrers API'
          : 'referrers API and tag schema',
      nameOf: (digest) => `${name}@${digest}`,
      ...(reference.tag === undefined ? {} : { tag: reference.tag }),
      ...(reference.digest === undefined ? {} : { digest: reference.digest }),
      ...(family === undefined ? {} : { mediaTypes: families[family] }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
};
