// CRLs and OCSP answers that the user has put into a directory, for sites from which no responder can be reached.

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteText } from '@nv2/base';
import type { RevocationFile } from '@nv2/pki';
import { ConfigError } from '../errors.ts';
import { isMissing, readGivenFile, unreadable } from '../files/read-file.ts';
import { limits } from '../limits.ts';

const what = 'revocation data';

/**
 * Reads every file of a directory, in the order of their names. Directories inside are not entered, and hidden files are left
 * alone: version control and file managers put them there.
 *
 * @throws ConfigError `CONFIG_FILE_NOT_FOUND`, `CONFIG_FILE_UNREADABLE`, `CONFIG_FILE_NOT_REGULAR`, `CONFIG_FILE_TOO_LARGE`
 */
export async function readRevocationFiles(
  directory: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly RevocationFile[]> {
  const names = (await listDirectory(directory))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
  if (names.length > limits.maxRevocationFiles) {
    throw tooLarge(`${names.length} files are in ${quoteText(directory, 300)}, more than ${limits.maxRevocationFiles}`);
  }
  const files: RevocationFile[] = [];
  let total = 0;
  for (const file of names) {
    options.signal?.throwIfAborted();
    const name = join(directory, file);
    const { bytes } = await readGivenFile(name, { maxBytes: limits.maxRevocationFileBytes, what });
    total += bytes.length;
    if (total > limits.maxRevocationBytes) {
      throw tooLarge(`the files in ${quoteText(directory, 300)} have more than ${limits.maxRevocationBytes} bytes`);
    }
    files.push({ name, bytes });
  }
  return files;
}

async function listDirectory(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (!isMissing(error)) throw unreadable(directory, what, error);
    throw new ConfigError('CONFIG_FILE_NOT_FOUND', `reading ${what}: ${quoteText(directory)} is no directory`);
  }
}

function tooLarge(found: string): ConfigError {
  return new ConfigError('CONFIG_FILE_TOO_LARGE', `reading ${what}: ${found}`);
}
