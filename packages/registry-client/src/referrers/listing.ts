// A listing of referrers: an image index whose entries describe manifests with one subject (distribution-spec
// "Listing Referrers" and "Referrers Tag Schema"). Entries are kept as they came, so that a rewrite loses nothing.

import { encodeUtf8, type JsonObject, type JsonValue, parseArray, parseJson, parseObject } from '@nv2/base';
import {
  type Descriptor,
  type Digest,
  isManifestMediaType,
  mediaTypes,
  parseDescriptor,
  toDescriptorJson,
} from '@nv2/oci';
import { limits } from '../limits.ts';

export interface Listing {
  readonly document: JsonObject;
  readonly entries: readonly ListingEntry[];
}

/** `descriptor` is absent for an entry that is none. */
export interface ListingEntry {
  readonly json: JsonValue;
  readonly descriptor: Descriptor | undefined;
}

export const emptyListing: Listing = { document: parseObject({}, '$'), entries: [] };

/** @throws BaseError when the bytes are no index; a wrong entry is no reason to refuse the others */
export function parseListing(bytes: Uint8Array): Listing {
  const document = parseObject(parseJson(bytes, { maxBytes: limits.maxPageBytes, maxDepth: 32 }), '$');
  const { manifests } = { ...document };
  const items = manifests === null ? [] : parseArray(manifests, '$.manifests');
  return { document, entries: items.map((json) => ({ json, descriptor: findDescriptor(json) })) };
}

function findDescriptor(json: JsonValue): Descriptor | undefined {
  try {
    const descriptor = parseDescriptor(json);
    return isManifestMediaType(descriptor.mediaType) ? descriptor : undefined;
  } catch {
    // One bad referrer must not break all (OC-07); the reader reports it.
    return undefined;
  }
}

/** The bytes of a listing with `add` and without `remove`, duplicates and entries that are no descriptors. */
export function encodeListing(listing: Listing, change: ListingChange): Uint8Array {
  const kept = new Map<Digest, JsonValue>();
  for (const { json, descriptor } of listing.entries) {
    if (descriptor !== undefined && !kept.has(descriptor.digest)) kept.set(descriptor.digest, json);
  }
  if (change.kind === 'add') kept.set(change.entry.digest, toDescriptorJson(change.entry));
  else kept.delete(change.digest);
  const { document } = listing;
  const fields = { ...document, schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [...kept.values()] };
  return encodeUtf8(JSON.stringify(fields));
}

export type ListingChange =
  | { readonly kind: 'add'; readonly entry: Descriptor }
  | { readonly kind: 'remove'; readonly digest: Digest };

/** Whether the listing says already what the change wants. */
export function hasChange(listing: Listing, change: ListingChange): boolean {
  const wanted = change.kind === 'add' ? change.entry.digest : change.digest;
  const isListed = listing.entries.some(({ descriptor }) => descriptor?.digest === wanted);
  return change.kind === 'add' ? isListed : !isListed;
}
