// Walking a graph of content from a root, by digest, each node once.

import {
  type Descriptor,
  isManifestMediaType,
  isSameContent,
  type ParsedManifest,
  parseManifest,
  parts,
} from '@nv2/oci';
import { ContentError } from './errors.ts';
import { maxDepth as defaultMaxDepth, maxNodes as defaultMaxNodes, maxReferrersPerSubject } from './limits.ts';
import type { ContentStore, FetchOptions, Manifest } from './store.ts';
import { fetchManifest } from './verified.ts';

export interface WalkOptions extends FetchOptions {
  /** Default 100000. */
  readonly maxNodes?: number;
  /** Steps from the root. Default 32. */
  readonly maxDepth?: number;
  /** Also visits referrers of every manifest, and theirs. Default false. */
  readonly referrers?: boolean;
}

export interface WalkedNode {
  readonly descriptor: Descriptor;
  /** Present for manifests and indexes; blobs are not read. */
  readonly manifest?: Manifest;
  readonly parsed?: ParsedManifest;
}

interface Step {
  readonly descriptor: Descriptor;
  readonly depth: number;
  /** Why a node is looked for that may legally be absent: it is named as the subject or referrer of another. */
  readonly claim: { readonly kind: 'subject' | 'referrer'; readonly of: Descriptor } | undefined;
}

/**
 * Yields the root and everything below it, parents before children; subjects come last and are left out where the store
 * does not have them.
 *
 * @throws ContentError `CONTENT_LIMIT`, `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`, and OciError for malformed manifests
 */
export async function* walk(
  store: ContentStore,
  root: Descriptor,
  options: WalkOptions = {},
): AsyncGenerator<WalkedNode, void, undefined> {
  const { maxNodes = defaultMaxNodes, maxDepth = defaultMaxDepth, signal } = options;
  const seen = new Set<string>([nodeKey(root)]);
  const queue: Step[] = [{ descriptor: root, depth: 0, claim: undefined }];
  for (const step of queue) {
    signal?.throwIfAborted();
    const key = nodeKey(step.descriptor);
    if (step.claim !== undefined && seen.has(key)) continue;
    const node = await visit(store, step, options);
    if (node === undefined) continue;
    seen.add(key);
    yield node;
    for (const next of await nextSteps(store, node, step.depth + 1, options)) {
      // A false claim must not hide a node, so claims are remembered apart from nodes until they have proved true.
      const nextKey = nodeKey(next.descriptor);
      const claimKey = next.claim === undefined ? nextKey : `${nextKey} ${next.claim.kind} ${nodeKey(next.claim.of)}`;
      if (seen.has(nextKey) || seen.has(claimKey)) continue;
      if (next.depth > maxDepth) throw limit(store, root, `deeper than ${maxDepth} levels`);
      if (queue.length >= maxNodes) throw limit(store, root, `larger than ${maxNodes} nodes`);
      seen.add(claimKey);
      queue.push(next);
    }
  }
}

/** One node, however often it is described: the same bytes read as another media type are another node. */
export function nodeKey(descriptor: Descriptor): string {
  return isManifestMediaType(descriptor.mediaType) ? `${descriptor.digest} ${descriptor.mediaType}` : descriptor.digest;
}

/** Whether a manifest names exactly this subject, in media type, digest and size. */
export function isReferrerOf(manifest: ParsedManifest, subject: Descriptor): boolean {
  return manifest.subject !== undefined && isSameContent(manifest.subject, subject);
}

/**
 * Lists what refers to a subject, and no more than 10000.
 *
 * @throws ContentError `CONTENT_LIMIT`
 */
export async function listReferrers(
  store: ContentStore,
  subject: Descriptor,
  options: FetchOptions = {},
): Promise<readonly Descriptor[]> {
  const listed: Descriptor[] = [];
  for await (const descriptor of store.referrers(subject, options)) {
    if (listed.length >= maxReferrersPerSubject) {
      throw new ContentError(
        'CONTENT_LIMIT',
        `${store.name} lists more than ${maxReferrersPerSubject} referrers of ${subject.digest}`,
      );
    }
    listed.push(descriptor);
  }
  return listed;
}

async function visit(store: ContentStore, step: Step, options: WalkOptions): Promise<WalkedNode | undefined> {
  const { descriptor, claim } = step;
  if (!isManifestMediaType(descriptor.mediaType)) return claim === undefined ? { descriptor } : undefined;
  if (claim !== undefined && (await store.findManifestDescriptor(descriptor.digest, options)) === undefined)
    return undefined;
  const manifest = await fetchManifest(store, descriptor, options);
  const parsed = parseManifest(manifest.bytes, descriptor.mediaType);
  if (claim?.kind === 'referrer' && !isReferrerOf(parsed, claim.of)) return undefined;
  return { descriptor, manifest, parsed };
}

async function nextSteps(
  store: ContentStore,
  node: WalkedNode,
  depth: number,
  options: WalkOptions,
): Promise<readonly Step[]> {
  const { descriptor, parsed } = node;
  if (parsed === undefined) return [];
  const step = (next: Descriptor, claim?: Step['claim']): Step => ({ descriptor: next, depth, claim });
  const below = parts(parsed).map((part) => step(part));
  const subject = parsed.subject === undefined ? [] : [step(parsed.subject, { kind: 'subject', of: descriptor })];
  const referrers = options.referrers === true ? await listReferrers(store, descriptor, options) : [];
  const above = referrers.map((referrer) => step(referrer, { kind: 'referrer', of: descriptor }));
  return [...below, ...above, ...subject];
}

function limit(store: ContentStore, root: Descriptor, what: string): ContentError {
  return new ContentError('CONTENT_LIMIT', `the graph of ${root.digest} in ${store.name} is ${what}`);
}
