// What all operations on one repository share.

import type { RegistryEventListener } from './events.ts';
import type { HostClient } from './http/host-client.ts';
import type { RegistryRuntime } from './runtime.ts';

export interface RepositoryContext {
  readonly client: HostClient;
  /** `registry/repository`, for people. */
  readonly name: string;
  readonly repository: string;
  readonly runtime: RegistryRuntime;
  readonly onEvent: RegistryEventListener | undefined;
  readonly settings: RepositorySettings;
}

export interface RepositorySettings {
  /** Writes referrers under the tag even where the registry lists them itself. */
  readonly forceReferrersTag: boolean;
  /** Removes the listing that an update of a referrers tag replaced. */
  readonly removeOutdatedReferrers: boolean;
  readonly uploadChunkThresholdBytes: number;
  readonly uploadChunkBytes: number;
}

/** The path of something in the repository. */
export function repositoryPath(context: RepositoryContext, rest: string): string {
  return `/v2/${context.repository}/${rest}`;
}
