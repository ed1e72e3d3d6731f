// A session: what several repositories share while a command runs. Tokens, connections, what registries can do.

import { quoteText, type Transport } from '@nv2/base';
import { isRepositoryName } from '@nv2/oci';
import { anonymousCredentials, type CredentialSource } from './auth/credentials.ts';
import { repositoryScope } from './auth/scopes.ts';
import type { RepositoryContext, RepositorySettings } from './context.ts';
import { RegistryError } from './errors.ts';
import type { RegistryEventListener } from './events.ts';
import { responseError } from './http/failure.ts';
import { HostClient } from './http/host-client.ts';
import { traceTransport } from './http/trace.ts';
import { limits } from './limits.ts';
import { registryOrigin } from './origin.ts';
import { ReferrersMode } from './referrers/read.ts';
import { RegistryRepository } from './repository.ts';
import type { RegistryRuntime } from './runtime.ts';

export interface RegistrySessionOptions extends RegistryRuntime {
  readonly transport: Transport;
  /** Names the program and its version in every request. */
  readonly userAgent: string;
  /** Default: anonymous. */
  readonly credentials?: CredentialSource;
  /**
   * Whether to talk plain HTTP, for all registries or decided for each `host[:port]`. `undefined` means: only to
   * `localhost` and the loopback addresses.
   */
  readonly plainHttp?: boolean | ((registry: string) => boolean | undefined);
  /** Writes referrers under the tag even where the registry lists them itself. Default false. */
  readonly forceReferrersTag?: boolean;
  /** Removes the listing that an update of a referrers tag replaced. Default false, as other clients do. */
  readonly removeOutdatedReferrers?: boolean;
  /** Blobs above this many bytes go up in chunks. Default 64 MiB. */
  readonly uploadChunkThresholdBytes?: number;
  /** Default 32 MiB; a server may ask for more. */
  readonly uploadChunkBytes?: number;
  /** Tries after the first one. Default 5. */
  readonly maxRetries?: number;
  readonly onEvent?: RegistryEventListener;
}

export interface RepositoryOptions {
  /**
   * What the command is going to do here, so that the first token serves all of it. Without it each step asks for what it
   * needs.
   */
  readonly actions?: readonly ('pull' | 'push' | 'delete')[];
}

export interface RegistrySession {
  /**
   * One repository; asking again for the same name gives a store that shares what was learnt.
   *
   * @throws RegistryError `REGISTRY_REFUSED` when a name is none
   */
  repository(registry: string, name: string, options?: RepositoryOptions): RegistryRepository;

  /**
   * Asks a registry's base endpoint whether it is one and takes our credentials.
   *
   * @returns whether it asked for credentials and accepted them
   */
  ping(registry: string, options?: { readonly signal?: AbortSignal }): Promise<'anonymous' | 'authenticated'>;
}

export function createRegistrySession(options: RegistrySessionOptions): RegistrySession {
  const { onEvent, plainHttp } = options;
  const runtime: RegistryRuntime = { now: options.now, sleep: options.sleep, random: options.random };
  const transport = traceTransport(options.transport, onEvent);
  const settings = settingsOf(options);
  const clients = new Map<string, HostClient>();
  const modes = new Map<string, ReferrersMode>();

  function clientFor(registry: string): HostClient {
    const origin = registryOrigin(registry, typeof plainHttp === 'function' ? plainHttp(registry) : plainHttp);
    return remember(clients, registry, () => {
      const { userAgent, maxRetries = limits.maxRetries, credentials = anonymousCredentials } = options;
      return new HostClient({ registry, origin, transport, credentials, userAgent, maxRetries, runtime, onEvent });
    });
  }

  return {
    repository(registry, repository, { actions = [] } = {}) {
      if (!isRepositoryName(repository)) {
        throw new RegistryError('REGISTRY_REFUSED', `${quoteText(repository)} is not a repository name`);
      }
      const client = clientFor(registry);
      if (actions.length > 0) client.authorizer.announce([repositoryScope(repository, ...actions)]);
      const name = `${registry}/${repository}`;
      const context: RepositoryContext = { client, name, repository, runtime, onEvent, settings };
      return new RegistryRepository(
        context,
        remember(modes, name, () => new ReferrersMode()),
      );
    },

    async ping(registry, { signal } = {}) {
      const client = clientFor(registry);
      const doing = `signing in to ${registry}`;
      const response = await client.send({ method: 'GET', target: '/v2/', scopes: [], doing, signal });
      if (response.status === 404) {
        response.discard();
        throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: it does not speak the registry protocol (404)`);
      }
      if (response.status !== 200) throw await responseError(response, doing);
      response.discard();
      return client.authorizer.isSignedIn ? 'authenticated' : 'anonymous';
    },
  };
}

/** Checks that a registry answers and takes the session's credentials, for `login`. */
export async function pingRegistry(
  session: RegistrySession,
  registry: string,
  options?: { readonly signal?: AbortSignal },
): Promise<'anonymous' | 'authenticated'> {
  return session.ping(registry, options);
}

/** One repository in a session of its own. */
export function connectRepository(
  options: RegistrySessionOptions & RepositoryOptions & { readonly registry: string; readonly repository: string },
): RegistryRepository {
  const { actions } = options;
  const session = createRegistrySession(options);
  return session.repository(options.registry, options.repository, actions === undefined ? {} : { actions });
}

function settingsOf(options: RegistrySessionOptions): RepositorySettings {
  return {
    forceReferrersTag: options.forceReferrersTag ?? false,
    removeOutdatedReferrers: options.removeOutdatedReferrers ?? false,
    uploadChunkThresholdBytes: options.uploadChunkThresholdBytes ?? limits.uploadChunkThresholdBytes,
    uploadChunkBytes: options.uploadChunkBytes ?? limits.uploadChunkBytes,
  };
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
