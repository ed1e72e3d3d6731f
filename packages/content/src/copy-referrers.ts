// Which referrers travel: listed by the source, really naming their subject, and wanted by the caller.

import { isNv2Error } from '@nv2/base';
import { artifactTypeOf, type Descriptor, isManifestMediaType, OciError, parseManifest } from '@nv2/oci';
import type { CopyEvent, CopyOptions, Referrer, SkipReason } from './copy-options.ts';
import { mapBounded, type RunOptions } from './jobs.ts';
import { maxManifestBytesInFlight } from './limits.ts';
import type { ContentStore, Manifest } from './store.ts';
import { fetchManifest } from './verified.ts';
import { isReferrerOf, listReferrers } from './walk.ts';

export interface FindReferrersOptions extends Pick<CopyOptions, 'artifactType' | 'selectReferrer'>, RunOptions {
  readonly onEvent: (event: CopyEvent) => void;
  /** Whether the run has not met this content yet. */
  readonly isNew: (descriptor: Descriptor) => boolean;
}

export interface CopyableReferrer extends Referrer {
  /** Kept from the check of its claim while there is room, so that it is fetched once. */
  readonly manifest?: Manifest;
  /** Whether the destination lists it already. */
  readonly isListed: boolean;
}

interface Room {
  bytes: number;
}

/** Referrers of `subjects` in the order of subjects and listings. */
export async function findCopyableReferrers(
  source: ContentStore,
  destination: ContentStore,
  subjects: readonly Descriptor[],
  options: FindReferrersOptions,
): Promise<readonly CopyableReferrer[]> {
  const room: Room = { bytes: maxManifestBytesInFlight };
  const found = await mapBounded(
    subjects,
    (subject) => referrersOf(source, destination, subject, { ...options, room }),
    options,
  );
  return found.flat();
}

async function referrersOf(
  source: ContentStore,
  destination: ContentStore,
  subject: Descriptor,
  options: FindReferrersOptions & { readonly room: Room },
): Promise<readonly CopyableReferrer[]> {
  const types = typeof options.artifactType === 'string' ? [options.artifactType] : options.artifactType;
  const [onlyType, ...more] = types ?? [];
  const filter = onlyType === undefined || more.length > 0 ? {} : { artifactType: onlyType };
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const listed = (await listReferrers(source, subject, { ...signal, ...filter })).filter(options.isNew);
  if (listed.length === 0) return [];
  const there = new Set((await listReferrers(destination, subject, signal)).map(({ digest }) => digest));
  const chosen: CopyableReferrer[] = [];
  for (const descriptor of listed) {
    const referrer = await readReferrer(source, descriptor, subject, options);
    if (referrer === undefined) continue;
    const { manifest, ...known } = referrer;
    const type = artifactTypeOf(known.parsed);
    if (types !== undefined && (type === undefined || !types.includes(type))) continue;
    if (!((await options.selectReferrer?.(known)) ?? true)) continue;
    options.room.bytes -= manifest.bytes.length;
    const kept = options.room.bytes >= 0 ? { manifest } : {};
    chosen.push({ ...known, ...kept, isListed: there.has(descriptor.digest) });
  }
  return chosen;
}

/** The referrer behind a listing's claim. Junk that anybody can push must not stop the copy; it stays at home. */
async function readReferrer(
  source: ContentStore,
  descriptor: Descriptor,
  subject: Descriptor,
  options: FindReferrersOptions,
): Promise<(Referrer & { readonly manifest: Manifest }) | undefined> {
  const skip = (because: SkipReason): undefined => {
    options.onEvent({ kind: 'skipped', descriptor, because });
    return undefined;
  };
  if (!isManifestMediaType(descriptor.mediaType)) return skip('malformed');
  try {
    const manifest = await fetchManifest(source, descriptor, options);
    const parsed = parseManifest(manifest.bytes, descriptor.mediaType);
    return isReferrerOf(parsed, subject) ? { descriptor, parsed, manifest, subject } : skip('false-claim');
  } catch (error) {
    if (isNv2Error(error, 'CONTENT_NOT_FOUND')) return skip('absent');
    if (error instanceof OciError || isNv2Error(error, 'CONTENT_MISMATCH') || isNv2Error(error, 'CONTENT_LIMIT')) {
      return skip('malformed');
    }
    throw error;
  }
}
