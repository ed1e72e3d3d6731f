export { ServerError, type ServerErrorCode, serverErrors } from './errors.ts';
export type { RegistryEvent } from './events.ts';
export type { RegistryOptions } from './options.ts';
export { createRegistry, type Registry } from './registry.ts';
export { builtinStorage } from './storage/builtin.ts';
export type { ByteRange, OpenedBlob, StorageDriver, StorageKind } from './storage/driver.ts';
export { type RunningRegistry, type StartOptions, startRegistry } from './start.ts';
