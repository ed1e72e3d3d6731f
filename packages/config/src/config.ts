// Everything of one user's configuration behind one door.

import type { CertificateCache, SigningKey } from '@nv2/pki';
import type { PolicyKind, StoreName, TrustStore } from '@nv2/trust';
import type { Directories } from './directories.ts';
import type { OnConfigEvent } from './events.ts';
import { type LoadKeyOptions, loadSigningKey } from './keys/load-key.ts';
import type { OpenKeyOptions } from './keys/provider.ts';
import { readVerificationKey, type VerificationKey } from './keys/verification-key.ts';
import {
  findTrustPolicy,
  type ImportedPolicy,
  type ImportPolicyOptions,
  importTrustPolicy,
  readTrustPolicy,
  type TrustPolicyFile,
} from './policy-files.ts';
import { readSettings, type Settings } from './settings.ts';
import { readSigningKeys, type SigningKeys, writeSigningKeys } from './signing-keys.ts';
import { directoryTrustStore } from './trust/directory-store.ts';
import {
  type AddCertificatesOptions,
  type AddedCertificates,
  addCertificates,
  listStoreEntries,
  type RemovedCertificates,
  readStoreCertificates,
  removeCertificateFile,
  removeStore,
  type StoreEntry,
} from './trust/edit-store.ts';

export interface ConfigOptions {
  readonly onEvent?: OnConfigEvent;
  readonly cache?: CertificateCache;
}

/** Nothing is read before it is asked for, and nothing is remembered: each call sees the disk as it is. */
export interface Config {
  readonly directories: Directories;
  readSettings(): Promise<Settings>;
  readSigningKeys(): Promise<SigningKeys>;
  writeSigningKeys(list: SigningKeys): Promise<void>;
  readTrustPolicy(kind: PolicyKind): Promise<TrustPolicyFile>;
  findTrustPolicy(kind: PolicyKind): Promise<TrustPolicyFile | undefined>;
  importTrustPolicy(bytes: Uint8Array, options: Omit<ImportPolicyOptions, 'onEvent'>): Promise<ImportedPolicy>;
  readonly trustStore: TrustStore;
  addCertificates(
    store: StoreName,
    path: string,
    options?: Omit<AddCertificatesOptions, 'onEvent'>,
  ): Promise<AddedCertificates>;
  listStoreEntries(filter?: { readonly type?: string; readonly name?: string }): Promise<readonly StoreEntry[]>;
  readStoreCertificates(store: StoreName, file: string): ReturnType<typeof readStoreCertificates>;
  removeCertificateFile(store: StoreName, file: string): Promise<RemovedCertificates>;
  removeStore(store: StoreName): Promise<RemovedCertificates>;
  /** `nameOrPath` undefined: the default key. */
  loadSigningKey(nameOrPath: string | undefined, options?: Omit<LoadKeyOptions, 'onEvent'>): Promise<SigningKey>;
  readVerificationKey(nameOrPath: string, options?: Omit<OpenKeyOptions, 'onEvent'>): Promise<VerificationKey>;
}

/** Errors are those of the functions behind each method. */
export function openConfig(directories: Directories, options: ConfigOptions = {}): Config {
  const { notationConfig } = directories;
  const events = options.onEvent === undefined ? {} : { onEvent: options.onEvent };
  return {
    directories,
    readSettings: () => readSettings(notationConfig),
    readSigningKeys: () => readSigningKeys(notationConfig),
    writeSigningKeys: (list) => writeSigningKeys(notationConfig, list),
    readTrustPolicy: (kind) => readTrustPolicy(notationConfig, kind),
    findTrustPolicy: (kind) => findTrustPolicy(notationConfig, kind),
    importTrustPolicy: (bytes, request) => importTrustPolicy(notationConfig, bytes, { ...request, ...events }),
    trustStore: directoryTrustStore(notationConfig, options),
    addCertificates: (store, path, request) => addCertificates(notationConfig, store, { ...request, ...events, path }),
    listStoreEntries: (filter) => listStoreEntries(notationConfig, filter),
    readStoreCertificates: (store, file) => readStoreCertificates(notationConfig, store, file),
    removeCertificateFile: (store, file) => removeCertificateFile(notationConfig, store, file),
    removeStore: (store) => removeStore(notationConfig, store),
    loadSigningKey: async (nameOrPath, request) =>
      loadSigningKey(await readSigningKeys(notationConfig), nameOrPath, { ...request, ...events }),
    readVerificationKey: async (nameOrPath, request) =>
      readVerificationKey(await readSigningKeys(notationConfig), nameOrPath, { ...request, ...events }),
  };
}
