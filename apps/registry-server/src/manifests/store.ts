// Storing a manifest: parts checked, bytes, references, referrer entry and tags in one transaction (E7 to E9, E13, E14,
// I10).

import type { HeaderFields } from '@nv2/base';
import { artifactTypeOf, type Descriptor, type Digest, parts, type RepositoryName, type Tag } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import { assertPrecondition } from '../http/conditions.ts';
import { maxIndexDepth, maxInlineManifestBytes } from '../limits.ts';
import type { Services } from '../services.ts';
import { type ReceivedManifest, renderReferrer } from './received.ts';

export interface StoreManifestRequest {
  readonly repository: RepositoryName;
  readonly received: ReceivedManifest;
  readonly tags: readonly Tag[];
  /** What the request named, for its preconditions. */
  readonly reference: Tag | Digest;
  readonly headers: HeaderFields;
}

/** @throws ServerError `SERVER_MANIFEST_REFERENCE_UNKNOWN` with all missing digests, `SERVER_PRECONDITION_FAILED` */
export async function storeManifest(services: Services, request: StoreManifestRequest): Promise<void> {
  const { metadata, settings, uploads } = services;
  const { received, tags } = request;
  const { bytes, manifest, digest, canonical } = received;
  const isInline = bytes.length <= maxInlineManifestBytes;
  if (!isInline) await uploads.storeBytes(canonical, bytes);
  await metadata.write(() => {
    const repository = metadata.repositories.ensure(request.repository);
    assertPrecondition(request.headers, findCurrent(services, repository, request.reference));
    const depth = checkParts(services, repository, received);
    const artifactType = artifactTypeOf(manifest);
    const contentId = metadata.manifests.put(repository, {
      mediaType: manifest.mediaType,
      size: bytes.length,
      depth,
      ...(isInline ? { bytes } : {}),
      canonical,
      digest,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(manifest.subject === undefined
        ? {}
        : { subject: manifest.subject.digest, referrerJson: renderReferrer(received) }),
      references: parts(manifest).map((part) => part.digest),
      pushedAt: settings.now(),
    });
    for (const tag of tags) metadata.manifests.setTag(repository, tag, contentId, digest);
  });
}

/** The digest a reference answers with now. */
export function findCurrent({ metadata }: Services, repository: number, reference: Tag | Digest): string | undefined {
  const found = isDigestReference(reference)
    ? metadata.manifests.findByDigest(repository, reference)
    : metadata.manifests.findByTag(repository, reference);
  return found?.digest;
}

/** B5: a reference with a colon is always a digest. */
export function isDigestReference(reference: Tag | Digest): reference is Digest {
  return reference.includes(':');
}

/**
 * Looks up every part and measures the depth of an index (E7, E8, E9).
 *
 * @throws ServerError `SERVER_MANIFEST_REFERENCE_UNKNOWN`, `SERVER_MANIFEST_INVALID`
 */
function checkParts({ metadata, settings }: Services, repository: number, { manifest }: ReceivedManifest): number {
  const missing = new Set<Digest>();
  let depth = manifest.kind === 'index' ? 1 : 0;
  for (const part of parts(manifest)) {
    if (manifest.kind === 'index') {
      const child = metadata.manifests.findByDigest(repository, part.digest);
      if (child === undefined) missing.add(part.digest);
      else depth = Math.max(depth, child.depth + 1);
    } else if (!isForeign(part) && metadata.blobs.findSize(repository, part.digest) === undefined) {
      missing.add(part.digest);
    }
  }
  if (missing.size > 0 && !settings.allowSparse) throw unknownParts([...missing]);
  if (depth <= maxIndexDepth) return depth;
  throw new ServerError(
    'SERVER_MANIFEST_INVALID',
    `pushing a manifest: indexes are nested ${depth} deep, at most ${maxIndexDepth}`,
  );
}

function unknownParts(missing: readonly Digest[]): ServerError {
  const message = 'pushing a manifest: the repository does not hold what it refers to';
  return new ServerError('SERVER_MANIFEST_REFERENCE_UNKNOWN', message, { details: { missing } });
}

/** Layers that licences keep out of registries; clients fetch them elsewhere. */
function isForeign({ mediaType, urls }: Descriptor): boolean {
  return (urls?.length ?? 0) > 0 || /nondistributable|\.foreign\./.test(mediaType);
}
