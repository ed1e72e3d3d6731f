// Resolving what is to be signed or verified.

import { quoteText } from '@nv2/base';
import { checkManifestBytes, type ContentStore, type FetchOptions, type Manifest } from '@nv2/content';
import { type Descriptor, isDigest } from '@nv2/oci';
import { NotaryError } from './errors.ts';

/**
 * Fetches the manifest that a tag or digest names, in one round trip. For a digest the result has that very digest, whatever
 * the store says (SIGN-01, VER-03, OC-52).
 *
 * @throws NotaryError `NOTARY_SUBJECT_NOT_FOUND`, `NOTARY_SUBJECT_MISMATCH`
 */
export async function resolveSubject(
  store: ContentStore,
  reference: string,
  options: FetchOptions = {},
): Promise<Manifest> {
  const manifest = await store.findManifest(reference, options);
  if (manifest === undefined) throw notFound(store, reference);
  try {
    checkManifestBytes(manifest);
  } catch (cause) {
    throw new NotaryError('NOTARY_SUBJECT_MISMATCH', `${store.name} returned other bytes than it claims`, { cause });
  }
  if (isDigest(reference) && manifest.descriptor.digest !== reference) {
    throw new NotaryError(
      'NOTARY_SUBJECT_MISMATCH',
      `${store.name} returned ${manifest.descriptor.digest}, expected ${reference}`,
    );
  }
  return manifest;
}

export function notFound(store: ContentStore, reference: string): NotaryError {
  return new NotaryError('NOTARY_SUBJECT_NOT_FOUND', `${quoteText(reference)} is not in ${store.name}`);
}

/** A descriptor without what is not content. */
export function contentOf({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
