// What a copy is told, what it reports while it runs, and what it answers.

import type { Descriptor, ParsedManifest } from '@nv2/oci';
import type { FetchOptions } from './store.ts';

/** A manifest that refers to another by `subject`. */
export interface Referrer {
  readonly descriptor: Descriptor;
  readonly parsed: ParsedManifest;
  readonly subject: Descriptor;
}

/**
 * Why content stays at home: a layer that is fetched from elsewhere; a subject or listed referrer that is not in the
 * source; a listed referrer that names another subject; one that is not a valid manifest.
 */
export type SkipReason = 'foreign' | 'absent' | 'false-claim' | 'malformed';

/** What happens to one piece of content, or to the tag. */
export type CopyEvent =
  | { readonly kind: 'started' | 'finished' | 'exists' | 'mounted'; readonly descriptor: Descriptor }
  /** `bytes` of this blob have passed so far. */
  | { readonly kind: 'progress'; readonly descriptor: Descriptor; readonly bytes: number }
  | { readonly kind: 'skipped'; readonly descriptor: Descriptor; readonly because: SkipReason }
  | { readonly kind: 'tagged'; readonly descriptor: Descriptor; readonly tag: string };

export interface CopyOptions extends FetchOptions {
  /** Name to give the root at the destination, when everything else is there. */
  readonly tag?: string;
  /** Whether referrers, their referrers, and those of the children of an index travel along. Default true. */
  readonly referrers?: boolean;
  /** Only referrers of these artifact types, at every level. Default all. */
  readonly artifactType?: string | readonly string[];
  /** Which of those referrers travel. What is left at home takes its own referrers with it. Default all. */
  readonly selectReferrer?: (referrer: Referrer) => boolean | Promise<boolean>;
  /** Transfers at the same time. Default 3. */
  readonly concurrency?: number;
  /** Also looks below manifests that the destination has already: heals copies that lost a part. Default false. */
  readonly force?: boolean;
  readonly onEvent?: (event: CopyEvent) => void;
}

export interface CopyResult {
  readonly root: Descriptor;
  /** Contents sent, and contents that were there already or were mounted there. */
  readonly copied: number;
  readonly existing: number;
  readonly mounted: number;
  /** Bytes sent. */
  readonly bytes: number;
  /** Referrers that are now at the destination, in the order of the source's listings. */
  readonly referrers: readonly Descriptor[];
}
