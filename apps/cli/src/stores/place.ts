// A place where artifacts live, as the command line names it.

import type { ContentStore } from '@nv2/content';
import type { Digest } from '@nv2/oci';
import type { RegistryAccess } from '../services.ts';
import type { Services } from '../services.ts';
import type { Subject } from '../subject.ts';

/** A subject whose store is open. */
export interface OpenSubject extends AsyncDisposable {
  readonly store: ContentStore;
  /** In which form signatures are stored here (ADR 14). */
  readonly signatureForm: 'default' | 'fallback';
  readonly tag?: string;
  /** Demanded: what is found must have it. */
  readonly digest?: Digest;
  /** `registry/repository`; a layout has no name that a policy could speak of. */
  readonly scope?: string;
  /** Media types that `docker://` and `oci://` demand. */
  readonly mediaTypes?: readonly string[];
  /** Makes what was written appear, for a place that appears as a whole; others have none. */
  finish?(options: { readonly signal: AbortSignal }): Promise<void>;
  /** How content of this place is named by digest, in a form that commands accept again. */
  nameOf(digest: Digest): string;
  /** The place without tag and digest, in words. */
  readonly name: string;
  /** In words, how what refers to content is found here; a registry is known better after it was asked. */
  listedBy(): string;
}

export interface OpenPlaceOptions {
  readonly services: Services;
  readonly access: RegistryAccess;
  readonly cwd: string;
  /** Make the place if it does not exist; otherwise that is an error. */
  readonly create: boolean;
}

/** One kind of place. A new one is a file here and a line in builtin.ts. */
export interface Place<Kind extends Subject['kind'] = Subject['kind']> {
  readonly kind: Kind;
  open(subject: Extract<Subject, { readonly kind: Kind }>, options: OpenPlaceOptions): Promise<OpenSubject>;
}
