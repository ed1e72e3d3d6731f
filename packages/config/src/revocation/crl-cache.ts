// CRLs on disk in the format that every tool of the Notary Project shares (REV-30 to REV-33): `crl/<SHA-256 of the URL>` below
// the cache directory, a JSON document with the base CRL and its delta. What is in a file is judged by whoever reads it.

import { join } from 'node:path';
import {
  encodeBase64,
  encodeUtf8,
  hashHex,
  isNv2Error,
  parseBase64,
  parseJson,
  parseObject,
  parseString,
  quoteText,
} from '@nv2/base';
import type { CrlBundle, CrlCache } from '@nv2/pki';
import { ConfigError } from '../errors.ts';
import { readRegularFile } from '../files/read-file.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { limits } from '../limits.ts';
import { makeCacheDirectory, removeCacheFile } from './cache-directory.ts';

const what = 'CRL cache file';

/**
 * Opens the CRL cache below a cache directory, which is made if it is missing. Its methods throw ConfigError
 * `CONFIG_CACHE_INVALID` and those of reading and writing files.
 *
 * @throws ConfigError `CONFIG_FILE_UNREADABLE` when the directory cannot be made
 */
export async function openCrlCache(notationCache: string): Promise<CrlCache> {
  const directory = join(notationCache, 'crl');
  await makeCacheDirectory(directory, 'CRL cache');
  // REV-30: no extension.
  const pathOf = (url: string): string => join(directory, hashHex('sha256', encodeUtf8(url)));
  return {
    async find(url) {
      const path = pathOf(url);
      const file = await readRegularFile(path, { maxBytes: limits.maxCrlCacheFileBytes, what });
      return file === undefined ? undefined : parseCrlCacheFile(file.bytes, path);
    },
    // REV-33, OC-55: the unfinished file lies in this very directory, because elsewhere may be another file system, from
    // which a rename fails. Named as by other tools, which may clean up after each other.
    store: (url, bundle) =>
      writeFileAtomically(pathOf(url), encodeCrlCacheFile(bundle), { what, stagedPrefix: 'notation-' }),
    remove: (url) => removeCacheFile(pathOf(url), what),
  };
}

/**
 * Reads the content of a cache file (REV-31). Members that we do not know are left alone, since others write there too.
 *
 * @throws ConfigError `CONFIG_CACHE_INVALID`
 */
export function parseCrlCacheFile(bytes: Uint8Array, name: string): CrlBundle {
  try {
    const document = parseJson(bytes, { maxBytes: limits.maxCrlCacheFileBytes, maxDepth: 4 });
    const { baseCRL, deltaCRL } = parseObject(document, '$');
    const base = parseBase64(parseString(baseCRL, '$.baseCRL'));
    // Encoders of other languages write null for what is absent.
    if (deltaCRL === undefined || deltaCRL === null) return { base };
    return { base, delta: parseBase64(parseString(deltaCRL, '$.deltaCRL')) };
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new ConfigError('CONFIG_CACHE_INVALID', `${what} ${quoteText(name, 300)} cannot be used`, { cause });
  }
}

/** REV-31: `deltaCRL` is left out where there is none. */
export function encodeCrlCacheFile({ base, delta }: CrlBundle): Uint8Array {
  const document = { baseCRL: encodeBase64(base), ...(delta === undefined ? {} : { deltaCRL: encodeBase64(delta) }) };
  return encodeUtf8(JSON.stringify(document));
}
