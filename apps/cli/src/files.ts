// Files that a command line names: bounded reads, and writes that never replace anything unasked.

import { constants } from 'node:fs';
import { access, open, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { quoteText } from '@nv2/base';
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
    if (!stat.isFile()) throw new CliError('CLI_FILE_UNREADABLE', `${quoteText(path, 300)} is not a file`);
    if (stat.size > maxBytes) {
      throw new CliError(
        'CLI_FILE_UNREADABLE',
        `${quoteText(path, 300)} has ${stat.size} bytes, more than ${maxBytes}`,
      );
    }
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('CLI_FILE_UNREADABLE', `cannot read ${quoteText(path, 300)}: ${reasonOf(cause)}`);
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

/** Writes a new file. @throws CliError `CLI_FILE_EXISTS`, `CLI_FILE_UNWRITABLE` */
export async function writeNewFile(path: string, bytes: Uint8Array | string, mode: number): Promise<void> {
  try {
    await writeFile(path, bytes, { mode, flag: 'wx' });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (isThere) throw new CliError('CLI_FILE_EXISTS', `${quoteText(path, 300)} exists and would be overwritten`);
    throw new CliError('CLI_FILE_UNWRITABLE', `cannot write ${quoteText(path, 300)}: ${reasonOf(cause)}`);
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a directory';
    default:
      return typeof code === 'string' ? code : 'the system refused';
  }
}
