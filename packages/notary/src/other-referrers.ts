// When there is no Notary signature: what is there instead? For messages only; nothing here is verified or trusted.

import { isNv2Error, plainText } from '@nv2/base';
import type { ContentStore, FetchOptions } from '@nv2/content';
import { type Descriptor, digestAlgorithm, digestHex, mediaTypes } from '@nv2/oci';
import { maxListedReferrers, maxNameChars, maxReportedReferrers } from './limits.ts';
import type { OtherReferrer } from './outcome.ts';

/** Signature formats of others, by the artifact type (or its beginning) under which they are attached. */
const foreignFormats: readonly (readonly [prefix: string, format: string])[] = [
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'cosign (simple signing)'],
  ['application/vnd.dev.cosign.', 'cosign'],
  ['application/vnd.dev.sigstore.bundle', 'sigstore bundle'],
  ['application/vnd.dsse.envelope', 'DSSE'],
  ['application/vnd.in-toto', 'in-toto attestation'],
  ['application/vnd.cncf.notary.config.v2+jwt', 'notary v2 prototype'],
  ['application/vnd.cncf.notary.v2', 'notary v2 prototype'],
  ['application/vnd.cncf.oras.artifact.manifest', 'ORAS artifact'],
  ['application/pgp-signature', 'OpenPGP (simple signing)'],
];

/** The name of a foreign signature format, or `undefined` for anything else. */
export function findForeignFormat(artifactType: string): string | undefined {
  return foreignFormats.find(([prefix]) => artifactType.startsWith(prefix))?.[1];
}

/**
 * Referrers of a subject that are not Notary signatures, at most twenty, those in a foreign signature format first; and a
 * cosign signature, which is found by its tag. A store that cannot answer gives none.
 */
export async function findOtherReferrers(
  store: ContentStore,
  subject: Descriptor,
  options: FetchOptions = {},
): Promise<readonly OtherReferrer[]> {
  const [listed, tagged] = await Promise.all([
    orNothing(() => listOthers(store, subject, options)),
    orNothing(() => findCosignTag(store, subject, options)),
  ]);
  const others = [...(tagged ?? []), ...(listed ?? [])];
  const foreign = others.filter(({ format }) => format !== undefined);
  const rest = others.filter(({ format }) => format === undefined);
  return [...foreign, ...rest].slice(0, maxReportedReferrers);
}

/** Names of foreign formats, each once. */
export function foreignFormatsOf(others: readonly OtherReferrer[]): readonly string[] {
  return [...new Set(others.flatMap(({ format }) => (format === undefined ? [] : [format])))];
}

async function listOthers(
  store: ContentStore,
  subject: Descriptor,
  options: FetchOptions,
): Promise<readonly OtherReferrer[]> {
  const foreign: OtherReferrer[] = [];
  const rest: OtherReferrer[] = [];
  let count = 0;
  for await (const descriptor of store.referrers(subject, options)) {
    count += 1;
    if (count > maxListedReferrers) break;
    if (descriptor.artifactType === mediaTypes.notarySignature) continue;
    const other = describe(descriptor);
    const list = other.format === undefined ? rest : foreign;
    if (list.length < maxReportedReferrers) list.push(other);
  }
  return [...foreign, ...rest];
}

function describe({ mediaType, digest, size, artifactType }: Descriptor): OtherReferrer {
  const format = artifactType === undefined ? undefined : findForeignFormat(artifactType);
  return {
    descriptor: {
      mediaType,
      digest,
      size,
      ...(artifactType === undefined ? {} : { artifactType: plainText(artifactType, maxNameChars) }),
    },
    ...(format === undefined ? {} : { format }),
  };
}

/** cosign's older place for signatures: a tag made of the subject's digest. */
async function findCosignTag(
  store: ContentStore,
  { digest }: Descriptor,
  options: FetchOptions,
): Promise<readonly OtherReferrer[]> {
  const tag = `${digestAlgorithm(digest)}-${digestHex(digest)}.sig`;
  const descriptor = await store.findManifestDescriptor(tag, options);
  return descriptor === undefined ? [] : [{ descriptor, format: 'cosign' }];
}

async function orNothing<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    // The verdict stands without it; an abort is still an abort.
    if (!isNv2Error(error)) throw error;
    return undefined;
  }
}
