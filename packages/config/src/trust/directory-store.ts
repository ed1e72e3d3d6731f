// The trust store of the Notary Project on disk: truststore/x509/{type}/{name}/{file} (docs/spec-map.md section 12).

import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNv2Error, quoteText } from '@nv2/base';
import { type Certificate, type CertificateCache, parseCertificates } from '@nv2/pki';
import {
  assertStoreMembers,
  assertStoreName,
  formatStoreName,
  type StoreName,
  storeNotFound,
  TrustError,
  type TrustStore,
} from '@nv2/trust';
import type { OnConfigEvent } from '../events.ts';
import { isMissing, readRegularFile } from '../files/read-file.ts';
import { limits } from '../limits.ts';

export interface DirectoryStoreOptions {
  readonly onEvent?: OnConfigEvent;
  /** Remembers which certificates were found self-signed. */
  readonly cache?: CertificateCache;
}

/** Certificates of one file of a store. */
interface StoreFile {
  readonly name: string;
  readonly certificates: readonly Certificate[];
}

/**
 * The trust store below a configuration directory (TS-01). Stores are read when asked for, never before (TS-03).
 *
 * @throws TrustError `TRUST_STORE_NOT_FOUND`, `TRUST_STORE_INVALID` (from `certificates`)
 */
export function directoryTrustStore(configDirectory: string, options: DirectoryStoreOptions = {}): TrustStore {
  return {
    certificates: async (type, name, { signal } = {}) => {
      const store = { type, name };
      assertStoreName(store);
      const files: StoreFile[] = [];
      let count = 0;
      for (const file of await listStoreFiles(storeDirectory(configDirectory, store), store, options.onEvent)) {
        signal?.throwIfAborted();
        const certificates = await readStoreFile(file.path, store);
        count += certificates.length;
        if (count > limits.maxStoreCertificates)
          throw invalid(store, `more than ${limits.maxStoreCertificates} certificates`);
        files.push({ name: file.name, certificates });
      }
      const owners = files.flatMap((file) => file.certificates.map(() => file.name));
      const all = files.flatMap((file) => file.certificates);
      const cache = options.cache === undefined ? {} : { cache: options.cache };
      assertStoreMembers(store, all, { ...cache, nameOf: (index) => quoteText(owners[index] ?? '') });
      return all;
    },
  };
}

// TS-01: the directory is called `truststore`, whatever one drawing in the specification says (OC-35).
export function storeDirectory(configDirectory: string, store: StoreName): string {
  return join(configDirectory, 'truststore', 'x509', store.type, store.name);
}

/**
 * The certificate files of a store, by name. TS-05: the store is a directory and no link. TS-06: so is no entry a link;
 * sub-directories are skipped and told about; every file counts, whatever its extension.
 *
 * @throws TrustError `TRUST_STORE_NOT_FOUND`, `TRUST_STORE_INVALID`
 */
async function listStoreFiles(
  directory: string,
  store: StoreName,
  onEvent: OnConfigEvent | undefined,
): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const files: { name: string; path: string }[] = [];
  for (const entry of await readStoreDirectory(directory, store)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) onEvent?.({ type: 'store-directory-skipped', path });
    else files.push({ name: entry.name, path });
  }
  if (files.length > limits.maxStoreFiles) throw invalid(store, `more than ${limits.maxStoreFiles} files`);
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function readStoreDirectory(directory: string, store: StoreName): Promise<readonly Dirent[]> {
  if (!(await isStoreDirectory(directory, store))) throw storeNotFound(store);
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    throw invalid(store, `cannot read ${quoteText(directory, 300)}`, cause);
  }
}

/**
 * Whether the directory of a store exists.
 *
 * @throws TrustError `TRUST_STORE_INVALID` when a link or a file has its name (TS-05)
 */
export async function isStoreDirectory(directory: string, store: StoreName): Promise<boolean> {
  let stats: Stats;
  try {
    stats = await lstat(directory);
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw invalid(store, `cannot read ${quoteText(directory, 300)}`, cause);
  }
  if (stats.isDirectory()) return true;
  const found = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
  throw invalid(store, `${quoteText(directory, 300)}: expected a directory, found ${found}`);
}

/** @throws TrustError `TRUST_STORE_INVALID` for a link, an unreadable file or one that is not certificates (TS-06, TS-09) */
async function readStoreFile(path: string, store: StoreName): Promise<readonly Certificate[]> {
  try {
    const file = await readRegularFile(path, { maxBytes: limits.maxCertificateFileBytes, what: 'certificate file' });
    if (file !== undefined) return parseCertificates(file.bytes);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw invalid(store, `cannot use ${quoteText(path, 300)}`, cause);
  }
  throw invalid(store, `${quoteText(path, 300)} disappeared while the store was read`);
}

function invalid(store: StoreName, why: string, cause?: unknown): TrustError {
  const options = cause === undefined ? {} : { cause };
  return new TrustError('TRUST_STORE_INVALID', `trust store ${formatStoreName(store)}: ${why}`, options);
}
