// Verifying what is inside an index: the image for one platform, or all of them.

import type { MembersOutcome, PlatformOutcome } from '@nv2/notary';
import type { Digest, Platform } from '@nv2/oci';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { readRegistryAccess } from './registry-access.ts';
import { assertReachable } from './revocation-choice.ts';
import { isBareSubject } from './stores/bare-subject.ts';
import type { OpenSubject } from './stores/place.ts';
import { type Verified, verificationOptions, type VerifyStoredRequest } from './verify-stored.ts';

/** Where it was looked, and how what is there is named. */
export interface IndexPlace extends Pick<Verified, 'place' | 'listedBy'> {
  /** By digest, in a form that commands accept again. */
  readonly nameOf: (digest: Digest) => string;
}

/** @throws NotaryError `NOTARY_PLATFORM_NOT_FOUND`, `NOTARY_PLATFORM_AMBIGUOUS`, and as `verifyStored` */
export async function verifyPlatformStored(
  request: VerifyStoredRequest,
  platform: Platform,
  context: Context,
): Promise<IndexPlace & { readonly outcome: PlatformOutcome }> {
  const { verifyPlatform } = await import('@nv2/notary');
  return withIndex(request, context, async (subject) => verifyPlatform({ ...subject, platform }));
}

export async function verifyMembersStored(
  request: VerifyStoredRequest,
  context: Context,
): Promise<IndexPlace & { readonly outcome: MembersOutcome }> {
  const { verifyMembers } = await import('@nv2/notary');
  return withIndex(request, context, verifyMembers);
}

type IndexRequest = Parameters<typeof import('@nv2/notary').verifyMembers>[0];

async function withIndex<Outcome>(
  { subject, trust, flags }: VerifyStoredRequest,
  context: Context,
  verifyIt: (request: IndexRequest) => Promise<Outcome>,
): Promise<IndexPlace & { readonly outcome: Outcome }> {
  const { io, services } = context;
  assertReachable(subject, flags);
  if (isBareSubject(subject)) {
    throw new CliError('CLI_USAGE', `${subject.text} is not in a store, so what an index names is not there either`);
  }
  const [{ describeTag, openSubject, resolveSubject }, access] = await Promise.all([
    import('./stores/open.ts'),
    readRegistryAccess(flags, context),
  ]);
  await using opened: OpenSubject = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
  const { manifest } = await resolveSubject(opened, { signal: io.signal });
  context.progress(`looking for signatures of ${subject.text}`);
  const options = verificationOptions({ trust, flags }, context);
  const outcome = await verifyIt({ ...options, store: opened.store, subject: manifest });
  // VER-03
  if (opened.digest === undefined) {
    context.warn(`${describeTag(opened)} can be moved to something else; what was verified is the digest`);
  }
  return { outcome, place: opened.name, listedBy: opened.listedBy(), nameOf: (digest) => opened.nameOf(digest) };
}
