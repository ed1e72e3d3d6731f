// The file `index.json` (image-spec image-layout.md): one entry for every name, and one for every manifest without a name.
// Members that we do not know are written back as they were.

import { type JsonObject, encodeUtf8, parseArray, parseJson, parseObject, quoteText } from '@nv2/base';
import {
  type Descriptor,
  type Digest,
  isDigest,
  mediaTypes,
  OciError,
  parseDescriptor,
  toDescriptorJson,
} from '@nv2/oci';
import { LayoutError } from './errors.ts';
import { maxIndexBytes, maxIndexEntries, maxRefNameChars } from './limits.ts';

const refName = 'org.opencontainers.image.ref.name';

export interface LayoutEntry {
  readonly descriptor: Descriptor;
  /** The entry as found, for writing it back. */
  readonly raw: JsonObject;
}

export interface LayoutIndex {
  /** All members but `manifests`. */
  readonly rest: JsonObject;
  readonly entries: readonly LayoutEntry[];
}

export const emptyIndex: LayoutIndex = { rest: { schemaVersion: 2, mediaType: mediaTypes.ociIndex }, entries: [] };

/** @throws LayoutError `LAYOUT_INVALID`, `LAYOUT_LIMIT` */
export function parseLayoutIndex(bytes: Uint8Array): LayoutIndex {
  if (bytes.length > maxIndexBytes) {
    throw new LayoutError('LAYOUT_LIMIT', `index.json has ${bytes.length} bytes, more than ${maxIndexBytes}`);
  }
  try {
    const { manifests, ...rest } = parseObject(parseJson(bytes, { maxBytes: maxIndexBytes }), '$');
    if (rest['schemaVersion'] !== 2) throw new LayoutError('LAYOUT_INVALID', 'index.json: schemaVersion is not 2');
    if ((rest['mediaType'] ?? mediaTypes.ociIndex) !== mediaTypes.ociIndex) {
      throw new LayoutError('LAYOUT_INVALID', `index.json: mediaType is not ${mediaTypes.ociIndex}`);
    }
    // Programs written in Go say `null` for an empty list.
    const items = manifests === null ? [] : parseArray(manifests, '$.manifests');
    if (items.length > maxIndexEntries) {
      throw new LayoutError('LAYOUT_LIMIT', `index.json has ${items.length} entries, more than ${maxIndexEntries}`);
    }
    return { rest, entries: items.map((item, index) => parseEntry(parseObject(item, `$.manifests[${index}]`), index)) };
  } catch (cause) {
    if (cause instanceof LayoutError) throw cause;
    throw new LayoutError('LAYOUT_INVALID', 'index.json is not an image index', { cause });
  }
}

export function encodeLayoutIndex(index: LayoutIndex): Uint8Array {
  return encodeUtf8(JSON.stringify({ ...index.rest, manifests: index.entries.map((entry) => entry.raw) }));
}

export function entryName(entry: LayoutEntry): string | undefined {
  return entry.descriptor.annotations?.[refName];
}

/**
 * The content that a name stands for.
 *
 * @throws LayoutError `LAYOUT_TAG_AMBIGUOUS` when the name stands for several; guessing would verify one and run another
 */
export function findNamed(index: LayoutIndex, name: string): Descriptor | undefined {
  const [first, ...others] = index.entries
    .filter((entry) => entryName(entry) === name)
    .map((entry) => entry.descriptor);
  const other = others.find((descriptor) => descriptor.digest !== first?.digest);
  if (first === undefined || other === undefined) return first;
  throw new LayoutError('LAYOUT_TAG_AMBIGUOUS', `${quoteText(name)} names ${first.digest} and ${other.digest}`);
}

/** Lists a manifest, under `name` if given; the name leaves what it stood for before, which stays listed. */
export function withManifest(index: LayoutIndex, descriptor: Descriptor, name?: string): LayoutIndex {
  const known = index.entries.some((entry) => entry.descriptor.digest === descriptor.digest);
  if (name === undefined) return known ? index : { ...index, entries: [...index.entries, makeEntry(descriptor)] };
  const isThere = index.entries.some(
    (entry) => entryName(entry) === name && entry.descriptor.digest === descriptor.digest,
  );
  if (isThere) return withoutName(index, name, descriptor.digest);
  const others = withoutName(index, name).entries;
  // The entry that only says "I exist" has done its duty.
  const rest = others.filter(
    (entry) => entry.descriptor.digest !== descriptor.digest || entryName(entry) !== undefined,
  );
  return { ...index, entries: [...rest, makeEntry(descriptor, name)] };
}

/** Takes a name away, except from `keep`; manifests that have no other name stay listed without one. */
export function withoutName(index: LayoutIndex, name: string, keep?: Digest): LayoutIndex {
  const isMeant = (entry: LayoutEntry): boolean => entryName(entry) === name && entry.descriptor.digest !== keep;
  if (!index.entries.some(isMeant)) return index;
  const listed = new Set(index.entries.filter((entry) => !isMeant(entry)).map((entry) => entry.descriptor.digest));
  const entries: LayoutEntry[] = [];
  for (const entry of index.entries) {
    if (!isMeant(entry)) entries.push(entry);
    else if (!listed.has(entry.descriptor.digest)) {
      listed.add(entry.descriptor.digest);
      entries.push(unnamed(entry));
    }
  }
  return { ...index, entries };
}

export function withoutDigest(index: LayoutIndex, digest: Digest): LayoutIndex {
  return { ...index, entries: index.entries.filter((entry) => entry.descriptor.digest !== digest) };
}

/**
 * Refuses names outside the grammar of the reference name annotation (image-spec annotations.md), and digests.
 *
 * @throws OciError `OCI_REFERENCE_INVALID`
 */
export function checkName(name: string): void {
  const grammar = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*$/;
  const isTag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name);
  if (name.length <= maxRefNameChars && !isDigest(name) && (isTag || grammar.test(name))) return;
  throw new OciError('OCI_REFERENCE_INVALID', `${quoteText(name)} cannot name a manifest in an image layout`);
}

function parseEntry(raw: JsonObject, index: number): LayoutEntry {
  return { raw, descriptor: parseDescriptor(raw, `$.manifests[${index}]`) };
}

function makeEntry(descriptor: Descriptor, name?: string): LayoutEntry {
  const { mediaType, digest, size, artifactType } = descriptor;
  const entry = {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(name === undefined ? {} : { annotations: { [refName]: name } }),
  };
  return { descriptor: entry, raw: toDescriptorJson(entry) };
}

function unnamed(entry: LayoutEntry): LayoutEntry {
  const { annotations, ...rest } = entry.raw;
  const { [refName]: _, ...others } = parseObject(annotations, '$.annotations');
  const raw = Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
  return { raw, descriptor: parseDescriptor(raw) };
}
