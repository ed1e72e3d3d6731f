export { type Config, type ConfigOptions, openConfig } from './config.ts';
export {
  type Credential,
  type CredentialSource,
  credentialOf,
  type RegistryCredentials,
} from './credentials/credential.ts';
export {
  type CredentialOptions,
  type Credentials,
  dockerDirectory,
  type FoundCredential,
  openCredentials,
} from './credentials/open-credentials.ts';
export { type Directories, type Environment, resolveDirectories } from './directories.ts';
export { ConfigError, configErrors } from './errors.ts';
export type { ConfigEvent, OnConfigEvent } from './events.ts';
export { readGivenFile } from './files/read-file.ts';
export { createFileAtomically, writeFileAtomically } from './files/write-file.ts';
export { builtinKeyProviders } from './keys/builtin.ts';
export { type LoadKeyOptions, loadSigningKey } from './keys/load-key.ts';
export { pemKeyProvider } from './keys/pem.ts';
export { readPrivateKey } from './keys/private-key.ts';
export type { KeyProvider, OpenKeyOptions, PassphraseSource } from './keys/provider.ts';
export { readVerificationKey, type VerificationKey } from './keys/verification-key.ts';
export type { ImportedPolicy, ImportPolicyOptions, TrustPolicyFile } from './policy-files.ts';
export { openCrlCache, parseCrlCacheFile } from './revocation/crl-cache.ts';
export { openOcspCache } from './revocation/ocsp-cache.ts';
export { readRevocationFiles } from './revocation/revocation-files.ts';
export { type RegistrySecret, type Secrets, secretVariables, takeSecrets } from './secrets.ts';
export type { Settings } from './settings.ts';
export { type SigningKeyEntry, type SigningKeys, withDefaultKey, withKey, withoutKeys } from './signing-keys.ts';
export { directoryTrustStore } from './trust/directory-store.ts';
export type { AddCertificatesOptions, AddedCertificates, RemovedCertificates, StoreEntry } from './trust/edit-store.ts';
