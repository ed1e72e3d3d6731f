export { anonymousCredentials, type CredentialSource, type RegistryCredentials } from './auth/credentials.ts';
export { RegistryError, type RegistryErrorCode, registryErrors } from './errors.ts';
export type { RegistryEvent, RegistryEventListener } from './events.ts';
export { isLoopbackHost } from './origin.ts';
export { RegistryRepository } from './repository.ts';
export type { RegistryRuntime } from './runtime.ts';
export {
  connectRepository,
  createRegistrySession,
  pingRegistry,
  type RegistrySession,
  type RegistrySessionOptions,
  type RepositoryOptions,
} from './session.ts';
