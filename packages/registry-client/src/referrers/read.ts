// Reading referrers: the API and the tag at the same time, merged, without duplicates (STORE-10, decision of the project:
// a registry may have gained the API after signatures were stored under tags, and the other way round).

import type { ReferrersOptions } from '@nv2/content';
import type { Descriptor, Digest } from '@nv2/oci';
import type { RepositoryContext } from '../context.ts';
import { RegistryError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type FirstPage, fetchFirstPage, fetchPage, firstPageUrl, type ReferrersPage } from './api.ts';
import type { ListingEntry } from './listing.ts';
import { readReferrersTag, referrersTag } from './tag.ts';

/** What is known about a repository's way of keeping referrers; remembered for the run. */
export class ReferrersMode {
  #mode: 'api' | 'tag' | undefined;

  get current(): 'api' | 'tag' | undefined {
    return this.#mode;
  }

  /** Set once; later, different signs do not count. */
  learn(context: RepositoryContext, mode: 'api' | 'tag'): void {
    if (this.#mode !== undefined) return;
    this.#mode = mode;
    context.onEvent?.({ kind: 'referrers-mode', repository: context.name, mode });
  }
}

/**
 * Referrers of a subject, each digest once: the first page of the API, the tag's entries, further pages as they are
 * wanted. Filtered here by artifact type whatever the server did.
 *
 * @throws RegistryError `REGISTRY_LIMIT` beyond 64 pages or 32 MiB, `REGISTRY_RESPONSE_INVALID`, the codes of failed answers
 */
export async function* listReferrers(
  context: RepositoryContext,
  mode: ReferrersMode,
  subject: Digest,
  options: ReferrersOptions = {},
): AsyncGenerator<Descriptor, void, undefined> {
  const doing = `listing referrers of ${subject} in ${context.name}`;
  const seen = new Set<Digest>();
  const select = (entries: readonly ListingEntry[]): readonly Descriptor[] =>
    selectEntries(context, subject, entries, seen, options.artifactType);

  const firstUrl = firstPageUrl(context, subject, options.artifactType);
  const [first, tagged] = await bothOf(
    mode.current === 'tag'
      ? Promise.resolve<FirstPage>({ kind: 'unsupported' })
      : fetchFirstPage(context, firstUrl, doing, options),
    readReferrersTag(context, subject, options),
  );
  if (first.kind === 'page') mode.learn(context, 'api');
  if (first.kind === 'unsupported') mode.learn(context, 'tag');
  if (first.kind === 'page') yield* select(first.page.listing.entries);
  if (tagged.kind === 'foreign') {
    const { reason } = tagged;
    context.onEvent?.({ kind: 'referrers-tag-ignored', repository: context.name, tag: referrersTag(subject), reason });
  } else {
    yield* select(tagged.listing.entries);
  }
  if (first.kind !== 'page') return;
  for await (const page of followingPages(context, firstUrl, first.page, doing, options))
    yield* select(page.listing.entries);
}

// Promise.all would leave the slower one running unobserved when the faster one fails; both are reads, so wait for both.
async function bothOf<A, B>(a: Promise<A>, b: Promise<B>): Promise<readonly [A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** OC-51: an endless or circular listing ends in an error, never in unbounded memory. */
async function* followingPages(
  context: RepositoryContext,
  firstUrl: URL,
  first: ReferrersPage,
  doing: string,
  options: ReferrersOptions,
): AsyncGenerator<ReferrersPage, void, undefined> {
  const visited = new Set([firstUrl.href]);
  let bytes = first.bytes;
  let next = first.next;
  while (next !== undefined) {
    if (visited.has(next.href))
      throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the pages go in a circle`);
    visited.add(next.href);
    if (visited.size > limits.maxReferrerPages) {
      throw new RegistryError('REGISTRY_LIMIT', `${doing}: more than ${limits.maxReferrerPages} pages`);
    }
    const page = await fetchPage(context, next, doing, options);
    bytes += page.bytes;
    if (bytes > limits.maxReferrerBytes) {
      throw new RegistryError('REGISTRY_LIMIT', `${doing}: more than ${limits.maxReferrerBytes} bytes`);
    }
    yield page;
    next = page.next;
  }
}

function selectEntries(
  context: RepositoryContext,
  subject: Digest,
  entries: readonly ListingEntry[],
  seen: Set<Digest>,
  artifactType: string | undefined,
): readonly Descriptor[] {
  const selected: Descriptor[] = [];
  for (const { descriptor } of entries) {
    if (descriptor === undefined) {
      const reason = 'it is not the descriptor of a manifest';
      context.onEvent?.({ kind: 'referrers-entry-ignored', repository: context.name, subject, reason });
      continue;
    }
    if (seen.has(descriptor.digest)) continue;
    if (artifactType !== undefined && descriptor.artifactType !== artifactType) continue;
    seen.add(descriptor.digest);
    selected.push(descriptor);
  }
  return selected;
}
