// Writing a store's content as an image layout in a tar, in one pass and without a copy on disk.

import { encodeTar, type TarInput } from '@nv2/archive';
import { bytesBody } from '@nv2/base';
import { ContentError, type ContentStore, type FetchOptions, fetchManifest, walk } from '@nv2/content';
import { artifactTypeOf, type Descriptor, type Digest, isManifestMediaType, type ParsedManifest } from '@nv2/oci';
import { replaceFile } from './durable-write.ts';
import { emptyIndex, encodeLayoutIndex, type LayoutIndex, withManifest } from './index-json.ts';
import { blobPath, indexPath, markerPath } from './layout-files.ts';
import { markerBytes, openLayoutDirectory } from './open-layout.ts';

export interface WriteArchiveOptions extends FetchOptions {
  /** What to write, by tag or digest. Default: everything a layout lists; every tag of another store. */
  readonly references?: readonly string[];
  /** Whether referrers, and theirs, are written too. Default true. */
  readonly referrers?: boolean;
}

/** What goes into the archive: entries for `index.json`, and content by digest in the order of writing. */
interface Plan {
  readonly index: LayoutIndex;
  readonly contents: readonly Descriptor[];
}

/**
 * Writes a layout directory, or graphs of any store, into a tar that {@link openLayoutArchive} and other tools can read.
 * The file appears when it is complete; one of that name is replaced.
 *
 * @throws ContentError `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`, `CONTENT_LIMIT`, and LayoutError for files
 */
export async function writeLayoutArchive(
  source: ContentStore | string,
  tarPath: string,
  options: WriteArchiveOptions = {},
): Promise<void> {
  if (typeof source !== 'string') {
    await writeStore(source, await planRoots(source, await namedRoots(source, options), options), tarPath, options);
    return;
  }
  await using layout = await openLayoutDirectory(source, { readOnly: true });
  const { entries } = await layout.index();
  const everything = entries.map(({ descriptor }) => ({
    descriptor,
    name: descriptor.annotations?.['org.opencontainers.image.ref.name'],
  }));
  const roots = options.references === undefined ? everything : await namedRoots(layout, options);
  await writeStore(layout, await planRoots(layout, roots, options), tarPath, options);
}

interface Root {
  readonly descriptor: Descriptor;
  readonly name: string | undefined;
}

async function namedRoots(store: ContentStore, options: WriteArchiveOptions): Promise<readonly Root[]> {
  const roots: Root[] = [];
  for await (const reference of options.references ?? store.tags(options)) {
    const descriptor = await store.findManifestDescriptor(reference, options);
    if (descriptor === undefined) throw new ContentError('CONTENT_NOT_FOUND', `${reference} is not in ${store.name}`);
    roots.push({ descriptor, name: reference === descriptor.digest ? undefined : reference });
  }
  return roots;
}

async function planRoots(store: ContentStore, roots: readonly Root[], options: WriteArchiveOptions): Promise<Plan> {
  let index = emptyIndex;
  const contents = new Map<Digest, Descriptor>();
  for (const { descriptor, name } of roots) index = withManifest(index, descriptor, name);
  for (const { descriptor } of roots) {
    for await (const node of walk(store, descriptor, { ...options, referrers: options.referrers ?? true })) {
      if (contents.has(node.descriptor.digest)) continue;
      if (await isElsewhere(store, node.descriptor, options)) continue;
      contents.set(node.descriptor.digest, node.descriptor);
      // A referrer is found only if it is listed.
      if (node.parsed?.subject !== undefined) index = withManifest(index, listed(node.descriptor, node.parsed));
    }
  }
  return { index, contents: [...contents.values()] };
}

async function isElsewhere(store: ContentStore, descriptor: Descriptor, options: FetchOptions): Promise<boolean> {
  if (isManifestMediaType(descriptor.mediaType)) return false;
  const isForeign = /nondistributable|\.foreign\./.test(descriptor.mediaType) || (descriptor.urls ?? []).length > 0;
  return isForeign && !(await store.hasBlob(descriptor, options));
}

function listed(content: Descriptor, manifest: ParsedManifest): Descriptor {
  const artifactType = artifactTypeOf(manifest);
  return { ...content, ...(artifactType === undefined ? {} : { artifactType }) };
}

async function writeStore(store: ContentStore, plan: Plan, tarPath: string, options: FetchOptions): Promise<void> {
  await replaceFile(tarPath, encodeTar(members(store, plan, options)));
}

async function* members(store: ContentStore, plan: Plan, options: FetchOptions): AsyncGenerator<TarInput> {
  const indexBytes = encodeLayoutIndex(plan.index);
  yield { name: markerPath, size: markerBytes.length, body: bytesBody(markerBytes).open() };
  yield { name: indexPath, size: indexBytes.length, body: bytesBody(indexBytes).open() };
  for (const descriptor of plan.contents) {
    options.signal?.throwIfAborted();
    yield {
      name: blobPath(descriptor.digest),
      size: descriptor.size,
      body: await contentOf(store, descriptor, options),
    };
  }
}

async function contentOf(
  store: ContentStore,
  descriptor: Descriptor,
  options: FetchOptions,
): Promise<AsyncIterable<Uint8Array>> {
  if (!isManifestMediaType(descriptor.mediaType)) return store.fetchBlob(descriptor, options);
  return bytesBody((await fetchManifest(store, descriptor, options)).bytes).open();
}
