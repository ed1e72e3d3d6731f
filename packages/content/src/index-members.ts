// What an index holds: its manifests, those of nested indexes included, each once (image-spec image-index.md).

import { isNv2Error, parseJson, parseObject, parseOptional, parseString } from '@nv2/base';
import {
  type Descriptor,
  formatPlatform,
  type ImageManifest,
  isManifestMediaType,
  isSamePlatform,
  mediaTypes,
  type ParsedManifest,
  parseManifest,
  type Platform,
} from '@nv2/oci';
import { ContentError } from './errors.ts';
import { maxImageConfigBytes, maxIndexDepth, maxIndexMembers } from './limits.ts';
import type { ContentStore, FetchOptions, Manifest } from './store.ts';
import { fetchBytes, fetchManifest } from './verified.ts';
import { nodeKey } from './walk.ts';

export interface IndexMember {
  /** As the index describes it, with its platform where stated. */
  readonly descriptor: Descriptor;
  /** `attestation` is what a builder stored about an image beside it; it is for no platform. */
  readonly kind: 'image' | 'index' | 'attestation';
  /** The indexes that lead to it, the outermost first. */
  readonly indexes: readonly [Descriptor, ...Descriptor[]];
}

interface Opened {
  readonly manifest: Manifest;
  /** From the outermost index to this one. */
  readonly path: IndexMember['indexes'];
}

/**
 * Lists the manifests of an index and of the indexes inside it, parents before children, each once. Images are not fetched, and
 * need not be there. What is no index has no members.
 *
 * @throws ContentError `CONTENT_LIMIT` for more than 1000 members or 8 levels, `CONTENT_NOT_FOUND` for a nested index that is
 * missing, `CONTENT_MISMATCH`; OciError for malformed indexes
 */
export async function listIndexMembers(
  store: ContentStore,
  root: Manifest,
  options: FetchOptions = {},
): Promise<readonly IndexMember[]> {
  const seen = new Set([nodeKey(root.descriptor)]);
  const members: IndexMember[] = [];
  const queue: Opened[] = [{ manifest: root, path: [root.descriptor] }];
  for (const { manifest, path } of queue) {
    options.signal?.throwIfAborted();
    const parsed = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
    if (parsed.kind !== 'index') continue;
    if (path.length > maxIndexDepth) throw limit(store, root, `deeper than ${maxIndexDepth} levels`);
    for (const descriptor of parsed.manifests) {
      if (!isManifestMediaType(descriptor.mediaType) || seen.has(nodeKey(descriptor))) continue;
      if (members.length >= maxIndexMembers) throw limit(store, root, `larger than ${maxIndexMembers} manifests`);
      seen.add(nodeKey(descriptor));
      const kind = kindOf(descriptor);
      members.push({ descriptor, kind, indexes: path });
      if (kind !== 'index') continue;
      queue.push({ manifest: await fetchManifest(store, descriptor, options), path: [...path, descriptor] });
    }
  }
  return members;
}

/**
 * The members for a platform, in the order of the index; two of them have different digests. Attestations are for none.
 *
 * A variant that was not asked for is the usual one if that is there, else any.
 */
export function findPlatformMembers(members: readonly IndexMember[], wanted: Platform): readonly IndexMember[] {
  const images = members.filter(({ kind }) => kind === 'image');
  const exact = images.filter(
    ({ descriptor: { platform } }) => platform !== undefined && isSamePlatform(wanted, platform),
  );
  if (exact.length > 0 || wanted.variant !== undefined) return exact;
  return images.filter(({ descriptor: { platform } }) => {
    return platform?.os === wanted.os && platform.architecture === wanted.architecture;
  });
}

/**
 * The platform that an image states in its configuration.
 *
 * @returns undefined for what is no image of a platform
 * @throws ContentError `CONTENT_LIMIT`, `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`
 */
export async function findImagePlatform(
  store: ContentStore,
  manifest: Manifest,
  options: FetchOptions = {},
): Promise<Platform | undefined> {
  const parsed = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  if (!isImage(parsed)) return undefined;
  const bytes = await fetchBytes(store, parsed.config, { ...options, maxBytes: maxImageConfigBytes });
  try {
    const config = parseObject(parseJson(bytes, { maxBytes: maxImageConfigBytes, maxDepth: 64 }), '$');
    const variant = parseOptional(config['variant'], '$.variant', parseString);
    return {
      os: parseString(config['os'], '$.os'),
      architecture: parseString(config['architecture'], '$.architecture'),
      ...(variant ? { variant } : {}),
    };
  } catch (error) {
    // Whoever made it did not mean to say for what it is.
    if (!isNv2Error(error)) throw error;
    return undefined;
  }
}

/** `linux/amd64, linux/arm64/v8`, for messages. */
export function formatPlatforms(members: readonly IndexMember[]): string {
  const names = members.flatMap(({ kind, descriptor: { platform } }) =>
    kind === 'image' && platform !== undefined ? [formatPlatform(platform)] : [],
  );
  return [...new Set(names)].join(', ');
}

const configTypes: readonly string[] = [mediaTypes.ociConfig, 'application/vnd.docker.container.image.v1+json'];

function isImage(parsed: ParsedManifest): parsed is ImageManifest {
  return parsed.kind === 'image' && configTypes.includes(parsed.config.mediaType);
}

// Builders mark their provenance and SBoM manifests so; the platform is `unknown/unknown` besides.
function kindOf({ mediaType, annotations }: Descriptor): IndexMember['kind'] {
  if (annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') return 'attestation';
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerManifestList ? 'index' : 'image';
}

function limit(store: ContentStore, root: Manifest, what: string): ContentError {
  return new ContentError('CONTENT_LIMIT', `index ${root.descriptor.digest} in ${store.name} is ${what}`);
}
