// Where a plugin comes from: a directory, or the bytes of one file that are copied into the staging directory while they are
// hashed, so that what was checked is what is unpacked.

import { constants } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createHasher, encodeHex, plainText, quoteText } from '@nv2/base';
import { limits } from '../limits.ts';
import { readChunks, writeFully } from './file-bytes.ts';
import { fileStep, findErrno, PluginInstallError } from './install-errors.ts';
import type { PackageFiles } from './package-files.ts';

/** A package whose bytes are ours. */
export interface StagedPackage {
  readonly path: string;
  /** What it was called where it came from: the name of a bare executable. */
  readonly fileName: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly sha256: string;
  /** First bytes, which tell its form. */
  readonly head: Uint8Array;
}

export interface PackageBytes {
  readonly fileName: string;
  readonly mode: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Whether a path is a directory; a link to one is one, since the user named it. @throws PluginInstallError */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory() || stats.isFile()) return stats.isDirectory();
  } catch (cause) {
    if (findErrno(cause) !== 'ENOENT' && findErrno(cause) !== 'ENOTDIR') {
      throw new PluginInstallError('PLUGIN_INSTALL_FAILED', `cannot look at ${shown(path)}`, { cause });
    }
    throw new PluginInstallError('PLUGIN_SOURCE_NOT_FOUND', `there is nothing at ${shown(path)}`);
  }
  throw new PluginInstallError('PLUGIN_SOURCE_INVALID', `${shown(path)} is neither a file nor a directory`);
}

/** @throws PluginInstallError `PLUGIN_SOURCE_INVALID`, `PLUGIN_PACKAGE_LIMIT`, `PLUGIN_INSTALL_FAILED` */
export async function stageFile(path: string, target: string, signal?: AbortSignal): Promise<StagedPackage> {
  // Without O_NONBLOCK, opening a named pipe waits for its writer.
  await using file = await fileStep(`opening ${shown(path)}`, () =>
    open(path, constants.O_RDONLY | constants.O_NONBLOCK),
  );
  const stats = await fileStep(`looking at ${shown(path)}`, () => file.stat());
  if (!stats.isFile()) throw new PluginInstallError('PLUGIN_SOURCE_INVALID', `${shown(path)} is not a regular file`);
  return await stageBytes(
    { fileName: basename(path), mode: stats.mode & 0o777, content: readChunks(file) },
    target,
    signal,
  );
}

/** Copies a package of fewer than 256 MiB (PLUG-61). @throws PluginInstallError `PLUGIN_PACKAGE_LIMIT`, `PLUGIN_INSTALL_FAILED` */
export async function stageBytes(
  { fileName, mode, content }: PackageBytes,
  target: string,
  signal?: AbortSignal,
): Promise<StagedPackage> {
  const hasher = createHasher('sha256');
  const head = new Uint8Array(8);
  let size = 0;
  await using file = await fileStep(`creating ${target}`, () => open(target, 'wx', 0o600));
  for await (const chunk of content) {
    signal?.throwIfAborted();
    if (size < head.length) head.set(chunk.subarray(0, head.length - size), size);
    size += chunk.length;
    if (size >= limits.maxPackageBytes) {
      const message = `the package reached the ${limits.maxPackageBytes / 1024 / 1024} MiB size limit`;
      throw new PluginInstallError('PLUGIN_PACKAGE_LIMIT', message, { details: { maxBytes: limits.maxPackageBytes } });
    }
    hasher.update(chunk);
    await fileStep(`writing ${target}`, () => writeFully(file, chunk));
  }
  const sha256 = encodeHex(hasher.digest());
  return { path: target, fileName, size, mode, sha256, head: head.subarray(0, Math.min(size, head.length)) };
}

/** PLUG-60: hexadecimal in either case. @throws PluginInstallError `PLUGIN_CHECKSUM_MISMATCH` */
export function checkChecksum({ sha256 }: StagedPackage, expected: string): void {
  if (sha256 === expected.toLowerCase()) return;
  throw new PluginInstallError(
    'PLUGIN_CHECKSUM_MISMATCH',
    `the SHA-256 checksum of the package is ${sha256}, expected ${plainText(expected)}`,
    { details: { expected: plainText(expected), actual: sha256 } },
  );
}

/**
 * Copies the regular files of a directory; links and what is in directories below are left out.
 *
 * @throws PluginInstallError `PLUGIN_PACKAGE_LIMIT`, `PLUGIN_PACKAGE_INVALID`, `PLUGIN_INSTALL_FAILED`
 */
export async function copyDirectory(path: string, files: PackageFiles, signal?: AbortSignal): Promise<void> {
  const entries = await fileStep(`listing ${shown(path)}`, () => readdir(path, { withFileTypes: true }));
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    signal?.throwIfAborted();
    const file = join(path, name);
    const { mode, size } = await fileStep(`looking at ${shown(file)}`, () => lstat(file));
    await files.add({ name, mode: mode & 0o777, size }, readRegular(file));
  }
}

async function* readRegular(path: string): AsyncGenerator<Uint8Array> {
  // Still what the listing said: the flags refuse a link or pipe that has taken its place.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  await using file = await fileStep(`opening ${shown(path)}`, () => open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  yield* readChunks(file);
}

function shown(path: string): string {
  return quoteText(path, 400);
}
