// From an archive to the files of a plugin. Nothing else is written anywhere, and nothing is run.

import { open } from 'node:fs/promises';
import { ArchiveError, type ArchiveSource } from '@nv2/archive';
import { isNv2Error } from '@nv2/base';
import { readChunks, readFully } from './file-bytes.ts';
import { fileStep, PluginInstallError } from './install-errors.ts';
import type { PackageFiles } from './package-files.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';

export type PackageForm = 'zip' | 'tar.gz' | 'executable';

/** PLUG-63: told by the first bytes, whatever the file's name is. */
export function detectPackageForm(head: Uint8Array): PackageForm {
  const startsWith = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (startsWith(0x50, 0x4b, 0x03, 0x04) || startsWith(0x50, 0x4b, 0x05, 0x06)) return 'zip';
  return startsWith(0x1f, 0x8b) ? 'tar.gz' : 'executable';
}

/**
 * Unpacks an archive: regular files of a zip's root, and all regular files of a tar by their last name (PLUG-62).
 *
 * @throws PluginInstallError `PLUGIN_PACKAGE_INVALID`, `PLUGIN_PACKAGE_UNSAFE`, `PLUGIN_PACKAGE_LIMIT`, `PLUGIN_INSTALL_FAILED`
 */
export async function unpackArchive(
  path: string,
  form: 'zip' | 'tar.gz',
  files: PackageFiles,
  signal?: AbortSignal,
): Promise<void> {
  await using file = await fileStep(`opening ${path}`, () => open(path));
  const { size } = await fileStep(`looking at ${path}`, () => file.stat());
  const read: ArchiveSource['read'] = (position, length) =>
    fileStep(`reading ${path}`, () => readFully(file, position, length));
  try {
    if (form === 'tar.gz') await unpackTar(readChunks(file), files, signal);
    else await unpackZip({ size, read }, files, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (isNv2Error(cause) && !(cause instanceof ArchiveError)) throw cause;
    const code = isNv2Error(cause) && cause.kind === 'limit' ? 'PLUGIN_PACKAGE_LIMIT' : 'PLUGIN_PACKAGE_INVALID';
    throw new PluginInstallError(code, `the package cannot be read as ${form}`, { cause });
  }
}
