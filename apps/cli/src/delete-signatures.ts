// Deleting signatures of an artifact, after showing which. What is deleted was seen to be a signature of this very artifact: a
// listing that names something else must not make us delete that.

import { type DeletableStore, isDeletableStore } from '@nv2/content';
import { artifactTypeOf, type Descriptor, type Digest, mediaTypes, parseManifest } from '@nv2/oci';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { failureOf } from './report-failure.ts';
import type { OpenSubject } from './stores/place.ts';

/** A signature that is to go. */
export interface Removal {
  readonly digest: Digest;
  /** Why, in words; absent where it was asked for by its digest. */
  readonly reason?: string;
  /** As the signature claims. */
  readonly signer?: string;
  readonly time?: string;
}

export interface RemovalResult extends Removal {
  readonly status: 'planned' | 'deleted' | 'failed';
  readonly error?: unknown;
}

export interface RemovalFlags {
  /** Without asking. */
  readonly yes: boolean;
  /** Only shows. */
  readonly dryRun: boolean;
}

/** @throws CliError `CLI_SUBJECT_UNSUPPORTED` for a place in which nothing can be deleted */
export function assertDeletable({ store, name }: OpenSubject): DeletableStore {
  if (isDeletableStore(store)) return store;
  throw new CliError('CLI_SUBJECT_UNSUPPORTED', `${name} can only be read, so nothing can be deleted there`, {
    hint: `Copy it first, leaving signatures out: nv2 copy --exclude-signer … ${name} oci-layout:DIR`,
  });
}

/**
 * Deletes what is planned, one after the other, when the person agrees. Whoever cannot be asked has to have said `--yes`.
 *
 * @param show says what would go, before anybody is asked
 * @throws CliError `CLI_USAGE` where nobody can be asked
 */
export async function removeSignatures(
  plan: readonly Removal[],
  place: { readonly opened: OpenSubject; readonly subject: Descriptor },
  { yes, dryRun, show, context }: RemovalFlags & { readonly show: () => void; readonly context: Context },
): Promise<readonly RemovalResult[]> {
  const planned = plan.map((removal) => ({ ...removal, status: 'planned' as const }));
  if (dryRun || plan.length === 0) return planned;
  if (!yes && !(await confirm(plan.length, show, context))) return planned;
  const store = assertDeletable(place.opened);
  const results: RemovalResult[] = [];
  for (const removal of plan) {
    context.progress(`deleting ${removal.digest}`);
    try {
      await assertSignatureOf(store, removal.digest, place.subject, context);
      await store.deleteManifest(removal.digest, { signal: context.io.signal });
      results.push({ ...removal, status: 'deleted' });
    } catch (error) {
      results.push({ ...removal, status: 'failed', error: failureOf(error, context) });
    }
  }
  return results;
}

async function confirm(count: number, show: () => void, { io }: Context): Promise<boolean> {
  if (io.ask === undefined) {
    throw new CliError(
      'CLI_USAGE',
      `${count === 1 ? 'a signature' : `${count} signatures`} would be deleted, and nobody can be asked`,
      {
        hint: 'Add --yes, or look with --dry-run first.',
      },
    );
  }
  show();
  const answer = await io.ask(`Delete ${count === 1 ? 'this signature' : `these ${count} signatures`}? [y/N] `, {
    secret: false,
  });
  return /^y(?:es)?$/i.test(answer?.trim() ?? '');
}

async function assertSignatureOf(
  store: DeletableStore,
  digest: Digest,
  subject: Descriptor,
  { io }: Context,
): Promise<void> {
  const manifest = await store.findManifest(digest, { signal: io.signal });
  if (manifest === undefined) {
    throw new CliError('CLI_SUBJECT_NOT_FOUND', `${digest} is listed in ${store.name} and is not there`, {
      hint: 'Nothing has to be deleted; `nv2 list` shows what can be read.',
    });
  }
  const parsed = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const isSignature = artifactTypeOf(parsed) === mediaTypes.notarySignature;
  if (isSignature && parsed.subject?.digest === subject.digest) return;
  throw new CliError('CLI_SUBJECT_UNSUPPORTED', `${digest} is no signature of ${subject.digest}, so it is left alone`, {
    hint: 'See `nv2 list` for the signatures of an artifact.',
  });
}
