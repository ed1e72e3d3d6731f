// OCSP answers on disk, ours alone (REV-36): `ocsp/<key>` below our own cache directory, a JSON document with the answer and
// when it was kept. What is in a file is judged by whoever reads it.

import { join } from 'node:path';
import {
  encodeBase64,
  encodeUtf8,
  isNv2Error,
  parseBase64,
  parseJson,
  parseObject,
  parseSize,
  parseString,
  quoteText,
} from '@nv2/base';
import type { OcspCache, StoredOcspResponse } from '@nv2/pki';
import { ConfigError } from '../errors.ts';
import { readRegularFile } from '../files/read-file.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { limits } from '../limits.ts';
import { makeCacheDirectory, removeCacheFile } from './cache-directory.ts';

const what = 'OCSP cache file';
const keyPattern = /^[0-9a-f]{64}$/;

/**
 * Opens the OCSP cache below a cache directory, which is made if it is missing. Its methods throw ConfigError
 * `CONFIG_CACHE_INVALID` and those of reading and writing files.
 *
 * @throws ConfigError `CONFIG_FILE_UNREADABLE` when the directory cannot be made
 */
export async function openOcspCache(nv2Cache: string): Promise<OcspCache> {
  const directory = join(nv2Cache, 'ocsp');
  await makeCacheDirectory(directory, 'OCSP cache');
  const pathOf = (key: string): string => {
    if (!keyPattern.test(key))
      throw new ConfigError('CONFIG_CACHE_INVALID', `${quoteText(key)} is no name of a cache file`);
    return join(directory, key);
  };
  return {
    async find(key) {
      const path = pathOf(key);
      const file = await readRegularFile(path, { maxBytes: limits.maxOcspCacheFileBytes, what });
      return file === undefined ? undefined : parseOcspCacheFile(file.bytes, path);
    },
    store: async (key, stored) => writeFileAtomically(pathOf(key), encodeOcspCacheFile(stored), { what }),
    remove: async (key) => removeCacheFile(pathOf(key), what),
  };
}

function parseOcspCacheFile(bytes: Uint8Array, name: string): StoredOcspResponse {
  try {
    const { response, storedAt } = parseObject(
      parseJson(bytes, { maxBytes: limits.maxOcspCacheFileBytes, maxDepth: 2 }),
      '$',
    );
    return {
      response: parseBase64(parseString(response, '$.response')),
      storedAt: new Date(parseSize(storedAt, '$.storedAt')),
    };
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new ConfigError('CONFIG_CACHE_INVALID', `${what} ${quoteText(name, 300)} cannot be used`, { cause });
  }
}

function encodeOcspCacheFile({ response, storedAt }: StoredOcspResponse): Uint8Array {
  return encodeUtf8(JSON.stringify({ response: encodeBase64(response), storedAt: storedAt.getTime() }));
}
