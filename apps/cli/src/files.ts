// Files that a command line names: bounded reads, and writes that never replace anything unasked.

import { constants } from 'node:fs';
import { access, type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { isNv2Error, quoteText, readAll } from '@nv2/base';
import { CliError } from './errors.ts';
import { maxInputFileBytes } from './limits.ts';

/** A path as the person meant it: relative to where the command runs. Messages show it as typed where they can. */
export function resolvePath(cwd: string, path: string): string {
  return isAbsolute(path) || cwd === process.cwd() ? path : join(cwd, path);
}

/** @throws CliError `CLI_FILE_UNREADABLE` */
export async function readInputFile(path: string, maxBytes: number = maxInputFileBytes): Promise<Uint8Array> {
  try {
    // Without O_NONBLOCK a named pipe without a writer would hang the open.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = await file.stat();
    if (!stat.isFile()) {
      const what = stat.isDirectory() ? 'a directory and not a file' : 'not a file';
      throw new CliError('CLI_FILE_UNREADABLE', `${quoteText(path, 300)} is ${what}`);
    }
    if (stat.size > maxBytes) {
      throw new CliError(
        'CLI_FILE_UNREADABLE',
        `${quoteText(path, 300)} has ${stat.size} bytes, more than ${maxBytes}`,
      );
    }
    return await readBounded(file, path, maxBytes);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('CLI_FILE_UNREADABLE', `cannot read ${quoteText(path, 300)}: ${reasonOf(cause)}`, { cause });
  }
}

// To the end of the file and not to its size: the system's own files claim to be empty, and others grow.
async function readBounded(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readAll(chunksOf(file), maxBytes);
  } catch (cause) {
    if (!isNv2Error(cause, 'BYTES_LIMIT')) throw cause;
    throw new CliError('CLI_FILE_UNREADABLE', `${quoteText(path, 300)} has more than ${maxBytes} bytes`);
  }
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const chunk = new Uint8Array(64 * 1024);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Before anything is written: none of the files may exist. @throws CliError `CLI_FILE_EXISTS` */
export async function assertFree(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw new CliError('CLI_FILE_EXISTS', `${quoteText(path, 300)} exists and would be overwritten`);
  }
}

/** Writes a new file, whole or not at all. @throws CliError `CLI_FILE_EXISTS`, `CLI_FILE_UNWRITABLE` */
export async function writeNewFile(path: string, bytes: Uint8Array | string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (cause) {
      // Half a signature looks like a forged one, and half a key like a lost one. The name was free, so this file is ours.
      await rm(path, { force: true });
      throw cause;
    } finally {
      await file.close();
    }
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (isThere) throw new CliError('CLI_FILE_EXISTS', `${quoteText(path, 300)} exists and would be overwritten`);
    throw new CliError('CLI_FILE_UNWRITABLE', `cannot write ${quoteText(path, 300)}: ${reasonOf(cause)}`, { cause });
  }
}

/** A new directory beside a file that is in the making, for its owner only. @throws CliError `CLI_FILE_UNWRITABLE` */
export async function makeDirectoryBeside(path: string): Promise<string> {
  try {
    return await mkdtemp(`${path}.`);
  } catch (cause) {
    throw new CliError('CLI_FILE_UNWRITABLE', `cannot write ${quoteText(path, 300)}: ${reasonOf(cause)}`, { cause });
  }
}

/** The system's refusal in words, without the path. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EFBIG':
      return 'files of that size are not allowed';
    case 'EROFS':
      return 'the file system is read-only';
    default:
      return typeof code === 'string' ? code : 'the system refused';
  }
}
