// Adding, listing and removing certificates of the trust store on disk (TS-14).

import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { quoteText } from '@nv2/base';
import { type Certificate, parseCertificates } from '@nv2/pki';
import {
  assertStoreMembers,
  assertStoreName,
  checkStoreMembers,
  formatStoreName,
  isStoreName,
  type StoreName,
  storeTypes,
} from '@nv2/trust';
import { ConfigError } from '../errors.ts';
import type { OnConfigEvent } from '../events.ts';
import { isMissing, readGivenFile, readRegularFile, unreadable } from '../files/read-file.ts';
import { createFileAtomically } from '../files/write-file.ts';
import { limits } from '../limits.ts';
import { isStoreDirectory, storeDirectory } from './directory-store.ts';

export interface StoreEntry extends StoreName {
  readonly file: string;
  readonly path: string;
}

export interface AddCertificatesOptions {
  /** Store what no check could ever use, and report it. Default: refuse (TS-07, TS-08). */
  readonly allowUnusable?: boolean;
  readonly onEvent?: OnConfigEvent;
}

export interface AddedCertificates {
  readonly path: string;
  readonly certificates: readonly Certificate[];
}

/**
 * Copies a certificate file into a store under its own name, which must be free there.
 *
 * @throws ConfigError `CONFIG_FILE_NOT_FOUND`, `CONFIG_FILE_TOO_LARGE`, `CONFIG_STORE_CERTIFICATE_EXISTS`,
 *   `CONFIG_STORE_FILE_NAME`; PkiError `PKI_CERTIFICATE_INVALID`; TrustError `TRUST_STORE_INVALID`
 */
export async function addCertificates(
  configDirectory: string,
  store: StoreName,
  request: { readonly path: string } & AddCertificatesOptions,
): Promise<AddedCertificates> {
  assertStoreName(store);
  const name = basename(request.path);
  assertFileName(name);
  const { bytes } = await readGivenFile(request.path, {
    maxBytes: limits.maxCertificateFileBytes,
    what: 'certificate file',
  });
  const certificates = parseCertificates(bytes, quoteText(request.path, 300));
  refuseUnusable(store, certificates, request);
  const directory = storeDirectory(configDirectory, store);
  await isStoreDirectory(directory, store);
  const target = join(directory, name);
  // Staged outside of any store: a half-written file inside would make the whole store fail.
  const stagingDirectory = join(configDirectory, 'truststore');
  const isCreated = await createFileAtomically(target, bytes, { what: 'trust store', stagingDirectory });
  if (isCreated) return { path: target, certificates };
  const which = `trust store ${formatStoreName(store)} has a file ${quoteText(name)} already`;
  throw new ConfigError('CONFIG_STORE_CERTIFICATE_EXISTS', which);
}

/** What is in the trust store, by type, name and file; `filter` narrows it. Files are listed, not opened. */
export async function listStoreEntries(
  configDirectory: string,
  filter: { readonly type?: string; readonly name?: string } = {},
): Promise<readonly StoreEntry[]> {
  const entries: StoreEntry[] = [];
  for (const type of storeTypes.filter((candidate) => filter.type === undefined || candidate === filter.type)) {
    for (const name of await listNames(join(configDirectory, 'truststore', 'x509', type), 'directories')) {
      if (!isStoreName(name) || (filter.name !== undefined && filter.name !== name)) continue;
      const directory = storeDirectory(configDirectory, { type, name });
      for (const file of await listNames(directory, 'files'))
        entries.push({ type, name, file, path: join(directory, file) });
    }
  }
  return entries;
}

/**
 * The certificates of one file of a store, for showing.
 *
 * @throws ConfigError `CONFIG_STORE_FILE_NAME`, `CONFIG_STORE_FILE_NOT_FOUND`, `CONFIG_FILE_NOT_REGULAR`;
 *   PkiError `PKI_CERTIFICATE_INVALID`; TrustError `TRUST_STORE_INVALID`
 */
export async function readStoreCertificates(
  configDirectory: string,
  store: StoreName,
  file: string,
): Promise<readonly Certificate[]> {
  const path = storeFilePath(configDirectory, store, file);
  const content = await readRegularFile(path, { maxBytes: limits.maxCertificateFileBytes, what: 'certificate file' });
  if (content === undefined) throw notFound(store, file);
  return parseCertificates(content.bytes, quoteText(path, 300));
}

export interface RemovedCertificates {
  /** The file, or the directory of the store. */
  readonly path: string;
  /** The store was empty afterwards, and its directory is gone too. */
  readonly isStoreRemoved: boolean;
  /** Why nobody knows whether the store is empty now. */
  readonly storeProblem?: unknown;
}

/**
 * Removes one file of a store, and the store itself when nothing is left in it.
 *
 * @throws ConfigError `CONFIG_STORE_FILE_NAME`, `CONFIG_STORE_FILE_NOT_FOUND`, `CONFIG_FILE_UNREADABLE`
 */
export async function removeCertificateFile(
  configDirectory: string,
  store: StoreName,
  file: string,
): Promise<RemovedCertificates> {
  const path = storeFilePath(configDirectory, store, file);
  try {
    await rm(path);
  } catch (cause) {
    throw isMissing(cause) ? notFound(store, file) : unreadable(path, 'certificate file', cause);
  }
  return { path, ...(await removeIfEmpty(storeDirectory(configDirectory, store))) };
}

/** The certificate is gone, which is what was asked for: that the directory stays fails nothing. */
async function removeIfEmpty(directory: string): Promise<Omit<RemovedCertificates, 'path'>> {
  try {
    if ((await readdir(directory)).length > 0) return { isStoreRemoved: false };
    await rmdir(directory);
    return { isStoreRemoved: true };
  } catch (cause) {
    return { isStoreRemoved: false, storeProblem: cause };
  }
}

/** Removes a store with all its files. @throws ConfigError `CONFIG_STORE_FILE_NOT_FOUND`, `CONFIG_FILE_UNREADABLE` */
export async function removeStore(configDirectory: string, store: StoreName): Promise<RemovedCertificates> {
  assertStoreName(store);
  const path = storeDirectory(configDirectory, store);
  if (!(await isStoreDirectory(path, store))) throw notFound(store);
  try {
    await rm(path, { recursive: true });
  } catch (cause) {
    throw unreadable(path, 'trust store', cause);
  }
  return { path, isStoreRemoved: true };
}

// TS-14: said now and not at the first verification.
function refuseUnusable(
  store: StoreName,
  certificates: readonly Certificate[],
  request: { readonly path: string } & AddCertificatesOptions,
): void {
  const problem = checkStoreMembers(store.type, certificates);
  if (problem === undefined) return;
  if (request.allowUnusable !== true) assertStoreMembers(store, certificates);
  const { rule, reason } = problem;
  request.onEvent?.({ type: 'unusable-certificate-added', path: request.path, rule, reason });
}

function storeFilePath(configDirectory: string, store: StoreName, file: string): string {
  assertStoreName(store);
  assertFileName(file);
  return join(storeDirectory(configDirectory, store), file);
}

// One path component: a name from the command line never leaves the store.
function assertFileName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return;
  throw new ConfigError('CONFIG_STORE_FILE_NAME', `${quoteText(name)} is not the name of a file`);
}

async function listNames(directory: string, kind: 'files' | 'directories'): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() === (kind === 'directories'))
      .map((entry) => entry.name)
      .toSorted();
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw unreadable(directory, 'trust store', cause);
  }
}

function notFound(store: StoreName, file?: string): ConfigError {
  const what = file === undefined ? 'does not exist' : `has no file ${quoteText(file)}`;
  return new ConfigError('CONFIG_STORE_FILE_NOT_FOUND', `trust store ${formatStoreName(store)} ${what}`);
}
