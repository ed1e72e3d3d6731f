// Reading small files with a bound, a clear error for each way it fails, and no way to be redirected or kept waiting.

import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { concatBytes, quoteText } from '@nv2/base';
import { ConfigError } from '../errors.ts';

const chunkBytes = 64 * 1024;

export interface ReadFileOptions {
  readonly maxBytes: number;
  /** What the file is, for messages: "signing key list". */
  readonly what: string;
  /** For files the user names on the command line or that dotfile managers link. Default: links are refused. */
  readonly allowSymlink?: boolean;
}

export interface FileContent {
  readonly bytes: Uint8Array;
  /** Permission bits; 0 on Windows, where they mean nothing. */
  readonly mode: number;
}

/**
 * Reads a regular file of at most `maxBytes` (DIR-07).
 *
 * @returns undefined when nothing has that name
 * @throws ConfigError `CONFIG_FILE_NOT_REGULAR`, `CONFIG_FILE_UNREADABLE`, `CONFIG_FILE_TOO_LARGE`
 */
export async function readRegularFile(path: string, options: ReadFileOptions): Promise<FileContent | undefined> {
  let handle: FileHandle | undefined;
  try {
    // lstat says what is wrong in words of ours; the flags make sure that it was still so when the file was opened.
    if (options.allowSymlink !== true) assertRegular(await lstat(path), path, options.what);
    handle = await open(path, openFlags(options.allowSymlink === true));
    const stats = await handle.stat();
    assertRegular(stats, path, options.what);
    if (stats.size > options.maxBytes) throw tooLarge(path, options);
    return {
      bytes: await readBounded(handle, path, options),
      mode: process.platform === 'win32' ? 0 : stats.mode & 0o777,
    };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (isMissing(error)) return undefined;
    throw unreadable(path, options.what, error);
  } finally {
    await handle?.close();
  }
}

/** As `readRegularFile`, for a file the user named: links are followed. @throws also `CONFIG_FILE_NOT_FOUND` */
export async function readGivenFile(
  path: string,
  options: Omit<ReadFileOptions, 'allowSymlink'>,
): Promise<FileContent> {
  const content = await readRegularFile(path, { ...options, allowSymlink: true });
  if (content !== undefined) return content;
  throw new ConfigError('CONFIG_FILE_NOT_FOUND', `reading ${options.what}: ${quoteText(path)} does not exist`);
}

/**
 * Before a file is replaced: what has its name must be a regular file, or nothing (DIR-07). A link there is somebody's
 * decision, not to be undone silently by renaming over it.
 *
 * @throws ConfigError `CONFIG_FILE_NOT_REGULAR`, `CONFIG_FILE_UNREADABLE`
 */
export async function assertReplaceable(path: string, what: string): Promise<void> {
  try {
    assertRegular(await lstat(path), path, what);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (!isMissing(error)) throw unreadable(path, what, error);
  }
}

/** Whether a file system error says that there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  return isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR');
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function unreadable(path: string, what: string, cause: unknown): ConfigError {
  const hint = isErrno(cause, 'EACCES') || isErrno(cause, 'EPERM') ? { hint: `Check the permissions of ${path}.` } : {};
  return new ConfigError('CONFIG_FILE_UNREADABLE', `cannot access ${what} ${quoteText(path, 300)}`, {
    cause,
    details: { path },
    ...hint,
  });
}

// Without O_NONBLOCK, opening a named pipe waits for its writer.
function openFlags(allowSymlink: boolean): number {
  // The two others do not exist on Windows; `undefined` counts as no bit.
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  return O_RDONLY | O_NONBLOCK | (allowSymlink ? 0 : O_NOFOLLOW);
}

function assertRegular(stats: Stats, path: string, what: string): void {
  if (stats.isFile()) return;
  const found = stats.isSymbolicLink() ? 'a symbolic link' : stats.isDirectory() ? 'a directory' : 'a device or pipe';
  throw new ConfigError(
    'CONFIG_FILE_NOT_REGULAR',
    `${what} ${quoteText(path, 300)}: expected a regular file, found ${found}`,
    { details: { path } },
  );
}

// Until the end of the file and not until its size, which may have changed since stat.
async function readBounded(handle: FileHandle, path: string, options: ReadFileOptions): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const part = new Uint8Array(chunkBytes);
    const { bytesRead } = await handle.read(part, 0, chunkBytes);
    if (bytesRead === 0) return concatBytes(parts);
    length += bytesRead;
    if (length > options.maxBytes) throw tooLarge(path, options);
    parts.push(part.subarray(0, bytesRead));
  }
}

function tooLarge(path: string, options: ReadFileOptions): ConfigError {
  return new ConfigError(
    'CONFIG_FILE_TOO_LARGE',
    `${options.what} ${quoteText(path, 300)} is larger than ${options.maxBytes} bytes`,
  );
}
