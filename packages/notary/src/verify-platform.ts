// Is the image for this platform signed: itself, or as part of an index that is? An index names its images by digest, so whoever
// signed the index signed which images belong to it.

import { assertNever } from '@nv2/base';
import { findImagePlatform, findPlatformMembers, formatPlatforms, listIndexMembers, type Manifest } from '@nv2/content';
import { type Descriptor, formatPlatform, type Platform } from '@nv2/oci';
import { createCertificateCache } from '@nv2/pki';
import { NotaryError } from './errors.ts';
import type { ArtifactOutcome } from './outcome.ts';
import { contentOf, resolveSubject } from './subject.ts';
import { verify, type VerifyRequest } from './verify.ts';

export interface VerifyPlatformRequest extends Omit<VerifyRequest, 'subject'> {
  /** A tag or digest in `store`, or its manifest: an index, or an image of that platform. */
  readonly subject: string | Manifest;
  readonly platform: Platform;
}

export interface PlatformOutcome {
  /** The manifest for the platform, by which to go on. */
  readonly image: Descriptor;
  /** What was tried: the index, indexes inside it on the way to the image, the image; ends with the first trusted one. */
  readonly tried: readonly [ArtifactOutcome, ...ArtifactOutcome[]];
  /** The one that counts, of `tried`: trusted, else one that a policy did not verify, else the one that came closest. */
  readonly decisive: ArtifactOutcome;
}

/**
 * Verifies the image for one platform: trusted when an index that leads to it is, or the image itself.
 *
 * @throws NotaryError `NOTARY_PLATFORM_NOT_FOUND`, `NOTARY_PLATFORM_AMBIGUOUS` for several images, and as {@link verify};
 * ContentError `CONTENT_LIMIT`
 */
export async function verifyPlatform(request: VerifyPlatformRequest): Promise<PlatformOutcome> {
  const { store, subject, signal, cache = createCertificateCache() } = request;
  const root = typeof subject === 'string' ? await resolveSubject(store, subject, signal ? { signal } : {}) : subject;
  const { image, indexes } = await findImage(request, root);
  const tried: ArtifactOutcome[] = [];
  for (const descriptor of [...indexes, image]) {
    const isRoot = descriptor.digest === root.descriptor.digest;
    const outcome = await verify({ ...request, cache, subject: isRoot ? root : descriptor });
    tried.push(outcome);
    // Level skip is about the repository, so it is the same for all.
    if (
      outcome.verdict === 'trusted' ||
      (outcome.verdict === 'not-verified' && outcome.because === 'policy-level-skip')
    )
      break;
  }
  const [first, ...others] = tried;
  // The image at least was tried.
  if (first === undefined) throw new TypeError('nothing was verified');
  return { image: contentOf(image), tried: [first, ...others], decisive: others.reduce(closer, first) };
}

interface FoundImage {
  readonly image: Descriptor;
  readonly indexes: readonly Descriptor[];
}

async function findImage({ store, platform, signal }: VerifyPlatformRequest, root: Manifest): Promise<FoundImage> {
  const options = signal ? { signal } : {};
  const members = await listIndexMembers(store, root, options);
  const found = findPlatformMembers(members, platform);
  const [member, ...others] = found;
  const wanted = formatPlatform(platform);
  const name = `${root.descriptor.digest} in ${store.name}`;
  if (others.length > 0) {
    const each = found.map(
      ({ descriptor: one }) => `${one.platform ? formatPlatform(one.platform) : ''} ${one.digest}`,
    );
    throw new NotaryError('NOTARY_PLATFORM_AMBIGUOUS', `${name} has several images for ${wanted}: ${each.join(', ')}`);
  }
  if (member !== undefined) return { image: member.descriptor, indexes: member.indexes };
  const own = members.length > 0 ? undefined : await findImagePlatform(store, root, options);
  if (own !== undefined && findPlatformMembers([asMember(root, own)], platform).length === 1)
    return { image: root.descriptor, indexes: [] };
  const offered = own === undefined ? formatPlatforms(members) : formatPlatform(own);
  const what = offered === '' ? 'it states no platform' : `it has ${offered}`;
  throw new NotaryError('NOTARY_PLATFORM_NOT_FOUND', `${name} has nothing for ${wanted}: ${what}`);
}

/** An image that is not in an index, judged by the same rule. */
function asMember({ descriptor }: Manifest, platform: Platform): Parameters<typeof findPlatformMembers>[0][number] {
  return { descriptor: { ...descriptor, platform }, kind: 'image', indexes: [descriptor] };
}

/** The better of two outcomes; where both failed, one with a signature, and of two such the later: it is about less. */
function closer(one: ArtifactOutcome, other: ArtifactOutcome): ArtifactOutcome {
  return rankOf(other) >= rankOf(one) ? other : one;
}

function rankOf(outcome: ArtifactOutcome): number {
  switch (outcome.verdict) {
    case 'trusted':
      return 3;
    case 'not-verified':
      return 2;
    case 'untrusted':
      return outcome.why.code === 'all-failed' ? 1 : 0;
    default:
      return assertNever(outcome);
  }
}
