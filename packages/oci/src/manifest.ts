// Manifests as values (image-spec manifest.md and image-index.md; Docker registry manifest version 2; the withdrawn
// artifact manifest, read only). Everything that copies, signs or verifies sees a manifest through this file.

import {
  assertNever,
  type JsonObject,
  type JsonValue,
  parseArray,
  parseJson,
  parseObject,
  parseOptional,
  parseStringMap,
  quoteText,
} from '@nv2/base';
import { type Annotations, type Descriptor, parseDescriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import { maxIndexItems, maxManifestBytes, maxManifestDepth, maxManifestItems } from './limits.ts';
import { isManifestMediaType, mediaTypes } from './media-types.ts';

interface ManifestBase {
  readonly mediaType: string;
  /** What the manifest calls itself; for its effective type use {@link artifactTypeOf}. */
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: Annotations;
}

export interface ImageManifest extends ManifestBase {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex extends ManifestBase {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
}

/** The form withdrawn before OCI 1.1 was final. */
export interface ArtifactManifest extends ManifestBase {
  readonly kind: 'artifact';
  readonly blobs: readonly Descriptor[];
}

export type ParsedManifest = ImageManifest | ImageIndex | ArtifactManifest;

/** Members by which a reader recognises the kind of a manifest. One that has those of two kinds is read differently by different readers. */
const membersOfKind = {
  image: ['config', 'layers'],
  index: ['manifests'],
  artifact: ['blobs'],
  schema1: ['fsLayers'],
} as const;

const kindOfMediaType: ReadonlyMap<string, ParsedManifest['kind']> = new Map([
  [mediaTypes.ociManifest, 'image'],
  [mediaTypes.dockerManifest, 'image'],
  [mediaTypes.ociIndex, 'index'],
  [mediaTypes.dockerManifestList, 'index'],
  [mediaTypes.ociArtifactManifest, 'artifact'],
]);

/**
 * Parses the bytes of a manifest (at most 4 MiB) that a descriptor or a `Content-Type` called `mediaType`.
 *
 * A different media type inside, members of two kinds, duplicate members, a schema version other than 2, more than 4096
 * layers or 65536 entries are refused; unknown members are ignored.
 *
 * @throws OciError `OCI_MANIFEST_INVALID`, `OCI_MANIFEST_TOO_LARGE`, `OCI_MEDIA_TYPE_UNSUPPORTED`
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ParsedManifest {
  const kind = kindOfMediaType.get(mediaType);
  if (kind === undefined) throw unsupported(mediaType);
  return reading(mediaType, () => {
    const document = parseDocument(bytes);
    checkMediaType(document, mediaType);
    checkSchemaVersion(document, kind);
    checkMembers(document, kind);
    const common = { mediaType, ...parseCommon(document) };
    switch (kind) {
      case 'image': {
        const layers = parseDescriptors(document, 'layers', maxManifestItems - 1);
        return { kind, ...common, config: parseDescriptor(document['config'], '$.config'), layers };
      }
      case 'index':
        return { kind, ...common, manifests: parseDescriptors(document, 'manifests', maxIndexItems) };
      case 'artifact':
        return { kind, ...common, blobs: parseDescriptors(document, 'blobs', maxManifestItems) };
      default:
        return assertNever(kind);
    }
  });
}

/**
 * The media type of a manifest that came without one: its own `mediaType`, else by its members.
 *
 * @throws OciError `OCI_MANIFEST_INVALID`, `OCI_MANIFEST_TOO_LARGE`, `OCI_MEDIA_TYPE_UNSUPPORTED`
 */
export function detectManifestMediaType(bytes: Uint8Array): string {
  return reading('unknown media type', () => {
    const document = parseDocument(bytes);
    if (document['schemaVersion'] === 1) throw unsupported(mediaTypes.dockerSchema1);
    const own = document['mediaType'];
    if (typeof own === 'string' && own !== '') {
      if (!isManifestMediaType(own)) throw unsupported(own);
      return own;
    }
    const isImage = document['config'] !== undefined || document['layers'] !== undefined;
    const isIndex = document['manifests'] !== undefined;
    if (isImage === isIndex) throw invalid('it has the members of neither one image nor one index');
    return isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest;
  });
}

/** What a manifest points to: config, layers, children, blobs, then its subject. */
export function successors(manifest: ParsedManifest): readonly Descriptor[] {
  const subject = manifest.subject === undefined ? [] : [manifest.subject];
  return [...parts(manifest), ...subject];
}

/** What a manifest consists of: its successors without the subject. */
export function parts(manifest: ParsedManifest): readonly Descriptor[] {
  switch (manifest.kind) {
    case 'image':
      return [manifest.config, ...manifest.layers];
    case 'index':
      return manifest.manifests;
    case 'artifact':
      return manifest.blobs;
    default:
      return assertNever(manifest);
  }
}

/** The type under which referrers are listed and filtered: its own, else for an image that of its config. */
export function artifactTypeOf(manifest: ParsedManifest): string | undefined {
  return manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
}

function parseDocument(bytes: Uint8Array): JsonObject {
  if (bytes.length > maxManifestBytes) {
    throw new OciError('OCI_MANIFEST_TOO_LARGE', `manifest has ${bytes.length} bytes, more than ${maxManifestBytes}`);
  }
  return parseObject(parseJson(bytes, { maxBytes: maxManifestBytes, maxDepth: maxManifestDepth }), '$');
}

// OCI makes `mediaType` optional inside; if it is there, descriptor, header and body must agree.
function checkMediaType(document: JsonObject, mediaType: string): void {
  const own = document['mediaType'];
  if (own === undefined || own === '' || own === mediaType) return;
  const found = typeof own === 'string' ? quoteText(own) : `a value of type ${typeof own}`;
  throw invalid(`its mediaType is ${found}, expected ${mediaType}`);
}

function checkSchemaVersion(document: JsonObject, kind: ParsedManifest['kind']): void {
  const version = document['schemaVersion'];
  if (version === 2 || (version === undefined && kind === 'artifact')) return;
  throw invalid(`its schemaVersion is ${quoteText(JSON.stringify(version) ?? 'absent')}, expected 2`);
}

function checkMembers(document: JsonObject, kind: ParsedManifest['kind']): void {
  for (const [other, members] of Object.entries(membersOfKind)) {
    const foreign =
      other === kind ? undefined : members.find((member) => (document[member] ?? undefined) !== undefined);
    if (foreign !== undefined) throw invalid(`it is an ${kind} by media type but also has the member ${foreign}`);
  }
}

function parseCommon(document: JsonObject): Pick<ManifestBase, 'artifactType' | 'subject' | 'annotations'> {
  const artifactType = document['artifactType'] ?? '';
  if (typeof artifactType !== 'string') throw invalid('$.artifactType is not a string');
  const subject = parseOptional(present(document['subject']), '$.subject', parseDescriptor);
  const annotations = parseOptional(present(document['annotations']), '$.annotations', parseStringMap);
  return {
    ...(artifactType === '' ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function parseDescriptors(document: JsonObject, member: string, maxItems: number): readonly Descriptor[] {
  // Programs written in Go say `null` for an empty list.
  const items = document[member] === null ? [] : parseArray(document[member], `$.${member}`);
  if (items.length > maxItems) throw invalid(`$.${member} has ${items.length} items, more than ${maxItems}`);
  return items.map((item, index) => parseDescriptor(item, `$.${member}[${index}]`));
}

// … and for an absent object.
function present(value: JsonValue | undefined): JsonValue | undefined {
  return value === null ? undefined : value;
}

function reading<T>(mediaType: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof OciError && cause.code !== 'OCI_DESCRIPTOR_INVALID') throw cause;
    throw new OciError('OCI_MANIFEST_INVALID', `manifest of type ${quoteText(mediaType)} is not valid`, { cause });
  }
}

function invalid(why: string): OciError {
  return new OciError('OCI_MANIFEST_INVALID', `manifest is not valid: ${why}`);
}

function unsupported(mediaType: string): OciError {
  const isSchema1 = mediaType === mediaTypes.dockerSchema1 || mediaType === mediaTypes.dockerSchema1Signed;
  const what = isSchema1
    ? 'Docker schema 1 manifests are not supported'
    : 'media type is not that of a supported manifest';
  const hint = isSchema1
    ? { hint: 'Push the image again with a current engine; schema 1 has no stable digest to sign.' }
    : {};
  return new OciError('OCI_MEDIA_TYPE_UNSUPPORTED', `${what}: ${quoteText(mediaType)}`, hint);
}
