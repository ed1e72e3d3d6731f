// Writing the referrers tag. The distribution specification has no conditional write, so an update looks before and
// after itself and repeats until its change stands; where the registry honours If-Match nothing can be lost at all.

import { describeError, type HeaderFields } from '@nv2/base';
import { type FetchOptions, manifestOf } from '@nv2/content';
import { type Digest, mediaTypes } from '@nv2/oci';
import type { RepositoryContext } from '../context.ts';
import { RegistryError } from '../errors.ts';
import { limits } from '../limits.ts';
import { findManifestDescriptor, putManifest, removeManifest } from '../manifests.ts';
import { waitFor } from '../runtime.ts';
import { encodeListing, hasChange, type ListingChange } from './listing.ts';
import { readReferrersTag, referrersTag, type TagState } from './tag.ts';

/**
 * Updates under way in this process, by registry, repository and tag. The tag is one place in the outside world, however
 * many sessions write to it, so its lock is one for the process too.
 */
const updatesUnderWay = new Map<string, Promise<unknown>>();

/**
 * Makes the referrers tag of `subject` say what `change` wants, and makes sure that it still does a moment later.
 *
 * @throws RegistryError `REGISTRY_REFERRERS_CONFLICT` when other writers keep winning or something else has the tag
 */
export async function updateReferrersTag(
  context: RepositoryContext,
  subject: Digest,
  change: ListingChange,
  options: FetchOptions = {},
): Promise<void> {
  const key = `${context.client.origin}/${context.repository}:${referrersTag(subject)}`;
  const before = updatesUnderWay.get(key) ?? Promise.resolve();
  // The one before us reports its own failure to its own caller; we only wait for its end.
  const settled = before.catch(() => undefined);
  const update = waitFor(settled, options.signal).then(() => repeatUpdate(context, subject, change, options));
  // Whoever comes next waits for both, even when we are aborted while still waiting.
  const end = Promise.allSettled([settled, update]);
  updatesUnderWay.set(key, end);
  try {
    await update;
  } finally {
    void end.then(() => updatesUnderWay.get(key) === end && updatesUnderWay.delete(key));
  }
}

async function repeatUpdate(
  context: RepositoryContext,
  subject: Digest,
  change: ListingChange,
  options: FetchOptions,
): Promise<void> {
  const tag = referrersTag(subject);
  let refusals = 0;
  let wrote = false;
  for (let attempt = 1; attempt <= limits.maxReferrersTagAttempts; attempt++) {
    const startedAt = context.runtime.now().getTime();
    const state = await readState(context, subject, options);
    if (hasChange(state.listing, change)) return;
    if (wrote) context.onEvent?.({ kind: 'referrers-tag-contended', repository: context.name, tag, attempt });
    // A server that refuses conditions without anybody else writing does not mean them.
    const conditions = refusals >= 3 ? [] : conditionsFor(state);
    const outcome = await writeOnce(context, subject, state, change, { ...options, conditions });
    if (outcome === 'refused') refusals += 1;
    wrote ||= outcome === 'written';
    await pause(context, context.runtime.now().getTime() - startedAt, attempt, options);
    if (outcome === 'written' && hasChange((await readState(context, subject, options)).listing, change)) {
      await removeOutdated(context, tag, state, options);
      return;
    }
    if (outcome !== 'written')
      context.onEvent?.({ kind: 'referrers-tag-contended', repository: context.name, tag, attempt });
  }
  throw new RegistryError(
    'REGISTRY_REFERRERS_CONFLICT',
    `updating referrers tag ${tag} of ${context.name}: other writers won ${limits.maxReferrersTagAttempts} times`,
  );
}

type ListedState = Exclude<TagState, { kind: 'foreign' }>;

async function readState(context: RepositoryContext, subject: Digest, options: FetchOptions): Promise<ListedState> {
  const state = await readReferrersTag(context, subject, options);
  if (state.kind !== 'foreign') return state;
  throw new RegistryError(
    'REGISTRY_REFERRERS_CONFLICT',
    `updating referrers tag ${referrersTag(subject)} of ${context.name}: something else has this tag: ${state.reason}`,
    { hint: 'Find out who pushed it; nv2 does not replace what is not a listing.' },
  );
}

function conditionsFor(state: ListedState): HeaderFields {
  if (state.kind === 'absent') return [['If-None-Match', '*']];
  return state.etag === undefined ? [] : [['If-Match', state.etag]];
}

async function writeOnce(
  context: RepositoryContext,
  subject: Digest,
  state: ListedState,
  change: ListingChange,
  options: FetchOptions & { readonly conditions: HeaderFields },
): Promise<'written' | 'moved' | 'refused'> {
  const tag = referrersTag(subject);
  // The look right before writing makes the time in which two writers can cross one round trip.
  const current = await findManifestDescriptor(context, tag, options);
  const expected = state.kind === 'listing' ? state.digest : undefined;
  if (current?.digest !== expected) return 'moved';
  const manifest = manifestOf(encodeListing(state.listing, change), { mediaType: mediaTypes.ociIndex });
  try {
    await putManifest(context, manifest, tag, options);
    return 'written';
  } catch (error) {
    // 409 and 412 say that somebody else was faster; the next round sees what they wrote.
    if (error instanceof RegistryError && error.code === 'REGISTRY_CONFLICT') return 'refused';
    throw error;
  }
}

/**
 * Waits until a writer who read before us has surely written: as long as our own reading and writing took, once to twice,
 * and longer with each attempt, so that two who crossed do not cross again.
 */
async function pause(
  context: RepositoryContext,
  tookMs: number,
  attempt: number,
  { signal }: FetchOptions,
): Promise<void> {
  const { random, sleep } = context.runtime;
  const baseMs = Math.max(limits.minReferrersPauseMs, tookMs) * Math.min(attempt, 8);
  await sleep(Math.round(Math.min(limits.maxReferrersPauseMs, baseMs * (1 + random()))), signal);
}

// SIGN-10: a listing left behind costs some space and no correctness, so its removal is asked for and may fail.
async function removeOutdated(
  context: RepositoryContext,
  tag: string,
  replaced: ListedState,
  options: FetchOptions,
): Promise<void> {
  if (!context.settings.removeOutdatedReferrers || replaced.kind !== 'listing') return;
  const { digest } = replaced;
  try {
    // Deleting by digest takes every tag with it, so not when somebody has meanwhile put these very bytes back.
    const current = await findManifestDescriptor(context, tag, options);
    if (current !== undefined && current.digest !== digest) await removeManifest(context, digest, options);
  } catch (error) {
    const reason = describeError(error);
    context.onEvent?.({ kind: 'outdated-referrers-kept', repository: context.name, digest, reason });
  }
}
