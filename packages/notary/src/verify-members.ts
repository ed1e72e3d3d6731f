// Are an index and everything in it signed, each by itself? For images that will be moved or run one by one.

import { type IndexMember, listIndexMembers, type Manifest } from '@nv2/content';
import { createCertificateCache } from '@nv2/pki';
import { defaultConcurrency } from './limits.ts';
import type { ArtifactOutcome } from './outcome.ts';
import { mapAhead } from './read-ahead.ts';
import { resolveSubject } from './subject.ts';
import { verify, type VerifyRequest } from './verify.ts';

export interface VerifyMembersRequest extends Omit<VerifyRequest, 'subject'> {
  /** A tag or digest in `store`, or its manifest. What is no index has no members. */
  readonly subject: string | Manifest;
}

export interface MemberOutcome {
  readonly member: IndexMember;
  readonly outcome: ArtifactOutcome;
}

export interface MembersOutcome {
  readonly root: ArtifactOutcome;
  /** Images and nested indexes, in the order of the index. */
  readonly members: readonly MemberOutcome[];
  /** What a builder attests about the images: signed as parts of the index, and not expected to be signed by itself. */
  readonly attestations: readonly IndexMember[];
}

/**
 * Verifies an index and each image and index inside it, several at the same time. Each has an outcome of its own; the whole is as
 * good as the worst of them.
 *
 * @throws as {@link verify}, and ContentError `CONTENT_LIMIT` for an index larger than 1000 manifests or 8 levels
 */
export async function verifyMembers(request: VerifyMembersRequest): Promise<MembersOutcome> {
  const { store, subject, signal, cache = createCertificateCache(), concurrency = defaultConcurrency } = request;
  const options = signal ? { signal } : {};
  const root = typeof subject === 'string' ? await resolveSubject(store, subject, options) : subject;
  const all = await listIndexMembers(store, root, options);
  const expected = all.filter(({ kind }) => kind !== 'attestation');
  const rootOutcome = await verify({ ...request, cache, subject: root });
  const members: MemberOutcome[] = [];
  const judge = async (member: IndexMember, both: AbortSignal): Promise<MemberOutcome> => {
    // One signature at a time in each: the artifacts already go side by side.
    const outcome = await verify({ ...request, cache, subject: member.descriptor, concurrency: 1, signal: both });
    return { member, outcome };
  };
  for await (const judged of mapAhead(expected, concurrency, judge, signal)) members.push(judged);
  return { root: rootOutcome, members, attestations: all.filter(({ kind }) => kind === 'attestation') };
}
