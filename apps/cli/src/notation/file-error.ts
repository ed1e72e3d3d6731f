// Files that cannot be read or written, in the reference's words.

import { dirname } from 'node:path';
import { isNv2Error } from '@nv2/base';
import { NotationError } from './command.ts';
import { findOsError, wordOsError } from './os-error.ts';

/** An error of reading `path`, worded where it is one that the reference has words for. */
export function wordReadError(error: unknown, path: string): unknown {
  if (!isNv2Error(error, 'CLI_FILE_UNREADABLE')) return error;
  // The reference opens a directory, and fails when it reads.
  if (error.message.endsWith('is a directory and not a file')) return new NotationError(`read ${path}: is a directory`);
  const text = wordOsError(error, 'open', path);
  return text === undefined ? error : new NotationError(text);
}

/** What went wrong when `path` was to be written, the directories that it needs included. */
export function wordWriteError(error: unknown, path: string): string | undefined {
  const found = findOsError(error);
  const isDirectory =
    isNv2Error(error) && error.cause instanceof Error && 'syscall' in error.cause && error.cause.syscall === 'mkdir';
  if (found === undefined || !isDirectory) return wordOsError(error, 'open', path);
  return `mkdir ${dirname(path)}: ${found.code === 'EEXIST' ? 'not a directory' : found.text}`;
}
