// The referrers tag of a subject, for registries without the referrers API (distribution-spec "Referrers Tag Schema").

import { findHeader, isNv2Error } from '@nv2/base';
import type { FetchOptions } from '@nv2/content';
import { type Digest, digestAlgorithm, digestHex, mediaTypes } from '@nv2/oci';
import type { RepositoryContext } from '../context.ts';
import { fetchManifestBytes } from '../manifests.ts';
import { emptyListing, type Listing, parseListing } from './listing.ts';

/** `<algorithm>-<hex>`, each cut to the length the specification gives. */
export function referrersTag(subject: Digest): string {
  return `${digestAlgorithm(subject).slice(0, 32)}-${digestHex(subject).slice(0, 64)}`;
}

export type TagState =
  | { readonly kind: 'absent'; readonly listing: Listing }
  | { readonly kind: 'listing'; readonly listing: Listing; readonly digest: Digest; readonly etag: string | undefined }
  /** Something else has the name. */
  | { readonly kind: 'foreign'; readonly reason: string };

/** Reads the tag in one request. */
export async function readReferrersTag(
  context: RepositoryContext,
  subject: Digest,
  options: FetchOptions,
): Promise<TagState> {
  try {
    const fetched = await fetchManifestBytes(context, referrersTag(subject), options);
    if (fetched === undefined) return { kind: 'absent', listing: emptyListing };
    const { descriptor, bytes, headers } = fetched;
    if (descriptor.mediaType !== mediaTypes.ociIndex) return { kind: 'foreign', reason: 'it is not an image index' };
    return {
      kind: 'listing',
      listing: parseListing(bytes),
      digest: descriptor.digest,
      etag: findStrongEtag(findHeader(headers, 'etag')),
    };
  } catch (error) {
    // Anybody who may push can put anything under this name; that must not hide what the API lists. A registry that
    // fails or lies about digests is another matter.
    if (isNv2Error(error) && foreignCodes.has(error.code))
      return { kind: 'foreign', reason: 'it is not a readable listing' };
    throw error;
  }
}

const foreignCodes = new Set([
  'JSON_MALFORMED',
  'JSON_LIMIT',
  'JSON_TYPE',
  'UTF8_MALFORMED',
  'OCI_MANIFEST_INVALID',
  'OCI_MANIFEST_TOO_LARGE',
  'OCI_MEDIA_TYPE_UNSUPPORTED',
]);

function findStrongEtag(field: string | undefined): string | undefined {
  return field !== undefined && /^"[\x21\x23-\x7e]{1,256}"$/.test(field) ? field : undefined;
}
