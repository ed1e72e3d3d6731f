// Copying an artifact with everything that belongs to it.
//
// The order is what makes an interrupted copy harmless: blobs and manifests of the artifact by digest, then its referrers
// by digest, the tag last. So no tag ever leads to an image whose signatures are still on their way.

import { type Descriptor, isSameContent } from '@nv2/oci';
import type { CopyOptions, CopyResult } from './copy-options.ts';
import { CopyRun } from './copy-run.ts';
import { defaultConcurrency } from './limits.ts';
import type { ContentStore, FetchOptions, Manifest } from './store.ts';

/**
 * Copies a graph by digest, then its referrers, then sets the tag. A second run sends nothing.
 *
 * Every byte is verified on the way. A listing of referrers is not believed: only manifests that really name their
 * subject travel.
 *
 * @throws ContentError `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`, `CONTENT_LIMIT`, `CONTENT_PARTS_MISSING`, OciError for
 * malformed manifests, and what the stores throw
 */
export async function copy(
  source: ContentStore,
  destination: ContentStore,
  root: Descriptor | Manifest,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const { signal } = options;
  const run = new CopyRun(source, destination, {
    concurrency: options.concurrency ?? defaultConcurrency,
    force: options.force ?? false,
    onEvent: options.onEvent ?? (() => undefined),
    ...(signal === undefined ? {} : { signal }),
  });
  const descriptor = 'bytes' in root ? root.descriptor : root;
  if ('bytes' in root) run.offer(root);

  let subjects = await run.copyGraphs([{ descriptor }]);
  const referrers: Descriptor[] = [];
  while ((options.referrers ?? true) && subjects.length > 0) {
    const found = await run.findReferrers(subjects, options);
    referrers.push(...found.map((referrer) => referrer.descriptor));
    subjects = await run.copyGraphs(found);
  }
  if (options.tag !== undefined) await tagRoot(run, destination, descriptor, options.tag, options);
  return { root: descriptor, ...run.counts(), referrers };
}

async function tagRoot(
  run: CopyRun,
  destination: ContentStore,
  root: Descriptor,
  tag: string,
  options: CopyOptions,
): Promise<void> {
  const current = await destination.findManifestDescriptor(tag, options);
  if (current !== undefined && isSameContent(current, root)) return;
  // The bytes are at hand; handing them over saves the store from reading them back.
  await destination.pushManifest(await run.manifestOf(root), { ...fetchOptions(options), tag });
  options.onEvent?.({ kind: 'tagged', descriptor: root, tag });
}

function fetchOptions({ signal }: FetchOptions): FetchOptions {
  return signal === undefined ? {} : { signal };
}
