// Opening and making layout directories.

import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesBody, encodeUtf8, parseJson, parseObject, quoteText } from '@nv2/base';
import type { DeletableStore } from '@nv2/content';
import { DirectoryFiles } from './directory-files.ts';
import { DirectoryLayout } from './directory-layout.ts';
import { writeDurably } from './durable-write.ts';
import { LayoutError } from './errors.ts';
import { fileStep, isAbsent, layoutError } from './file-errors.ts';
import { emptyIndex, encodeLayoutIndex } from './index-json.ts';
import { indexPath, type LayoutFiles, markerPath } from './layout-files.ts';
import { lockWaitMs, maxMarkerBytes } from './limits.ts';
import { withLock } from './lock.ts';

export interface OpenLayoutOptions {
  /** Makes a layout where there is nothing, or an empty directory. Default false. */
  readonly create?: boolean;
  /** Refuses every change. Default false. */
  readonly readOnly?: boolean;
  /** How long to wait for another writer. Default 10000. */
  readonly lockWaitMs?: number;
}

/**
 * Opens the image layout in a directory as a content store. Several programs may have it open, and write, at the same time.
 *
 * The store throws LayoutError and, as every store, ContentError.
 *
 * @throws LayoutError `LAYOUT_NOT_FOUND`, `LAYOUT_INVALID`, `LAYOUT_LIMIT`, `LAYOUT_DENIED`, `LAYOUT_FULL`,
 * `LAYOUT_LOCKED`, `LAYOUT_IO`
 */
export function openLayout(path: string, options: OpenLayoutOptions = {}): Promise<DeletableStore & AsyncDisposable> {
  return openLayoutDirectory(path, options);
}

/** As {@link openLayout}, with access to the entries of `index.json`. */
export async function openLayoutDirectory(path: string, options: OpenLayoutOptions = {}): Promise<DirectoryLayout> {
  const { create = false, readOnly = false } = options;
  const waitMs = options.lockWaitMs ?? lockWaitMs;
  if (create && !readOnly) await fileStep(`making ${path}`, () => mkdir(path, { recursive: true }));
  const files = new DirectoryFiles(await realDirectory(path), path);
  if (create && !readOnly && !(await isComplete(files))) await initialise(files, waitMs);
  await checkMarker(files);
  const layout = new DirectoryLayout(files, { isReadOnly: readOnly, lockWaitMs: waitMs });
  await layout.index();
  return layout;
}

/** The content of the file `oci-layout`. */
export const markerBytes: Uint8Array = encodeUtf8('{"imageLayoutVersion":"1.0.0"}');

/**
 * Refuses what is not a layout of version 1.0.0.
 *
 * @throws LayoutError `LAYOUT_NOT_FOUND` where the file `oci-layout` is missing, `LAYOUT_INVALID`
 */
export async function checkMarker(files: LayoutFiles): Promise<void> {
  const bytes = await files.findBytes(markerPath, maxMarkerBytes);
  if (bytes === undefined) {
    throw new LayoutError(
      'LAYOUT_NOT_FOUND',
      `${quoteText(files.name, 400)} is not an image layout: it has no file oci-layout`,
    );
  }
  const version = findVersion(bytes);
  if (version === '1.0.0') return;
  const found = version === undefined ? 'no version' : quoteText(version);
  throw new LayoutError(
    'LAYOUT_INVALID',
    `${quoteText(files.name, 400)} is an image layout of ${found}, expected "1.0.0"`,
  );
}

function findVersion(bytes: Uint8Array): string | undefined {
  try {
    const version = parseObject(parseJson(bytes, { maxBytes: maxMarkerBytes }), '$')['imageLayoutVersion'];
    return typeof version === 'string' ? version : undefined;
  } catch {
    // The caller says what was expected.
    return undefined;
  }
}

async function realDirectory(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) throw new LayoutError('LAYOUT_NOT_FOUND', `there is no directory ${quoteText(path, 400)}`);
    throw layoutError(`opening ${path}`, error);
  }
}

async function isComplete(files: DirectoryFiles): Promise<boolean> {
  return (await files.findSize(markerPath)) !== undefined && (await files.findSize(indexPath)) !== undefined;
}

/** Under the lock, so that of two who make the same layout neither empties the other's. */
async function initialise(files: DirectoryFiles, waitMs: number): Promise<void> {
  const { root } = files;
  await refuseForeign(files);
  await withLock(root, { waitMs }, async () => {
    if ((await files.findSize(indexPath)) === undefined) {
      await writeDurably(root, join(root, indexPath), bytesBody(encodeLayoutIndex(emptyIndex)).open());
    }
    if ((await files.findSize(markerPath)) === undefined) {
      await writeDurably(root, join(root, markerPath), bytesBody(markerBytes).open());
    }
  });
  await fileStep(`making ${join(root, 'blobs')}`, () => mkdir(join(root, 'blobs'), { recursive: true }));
}

/** A directory with something else in it is probably a mistake. */
async function refuseForeign(files: DirectoryFiles): Promise<void> {
  const names = await fileStep(`reading ${files.root}`, () => readdir(files.root));
  // Looked for in the same list: somebody who makes the layout right now may finish between one look and the next.
  if (names.includes(markerPath)) return;
  // `ingest`, the lock and `index.json` are those of somebody who is making the layout right now.
  const foreign = names.find(
    (name) => name !== 'ingest' && name !== indexPath && name !== 'blobs' && !name.startsWith('.nv2.lock'),
  );
  if (foreign === undefined) return;
  const where = quoteText(files.name, 400);
  throw new LayoutError(
    'LAYOUT_INVALID',
    `${where} is neither an image layout nor empty: it has ${quoteText(foreign)}`,
  );
}
