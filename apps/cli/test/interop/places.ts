// Registries of three kinds on loopback ports, with images.

import type { ContentStore, DeletableStore } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';
import { createRegistrySession } from '@nv2/registry-client';
import { listeningRegistry, pushArtifact, startForeignRegistry, testImage } from '@nv2/testing';
import { createTransport } from '@nv2/transport';
import { findProgram } from './lab.ts';

/** Our registry with the referrers API, our registry without it, and one that is not ours and has none. */
export type PlaceKind = 'our registry' | 'our registry without the API' | 'docker-registry';
export const placeKinds: readonly PlaceKind[] = ['our registry', 'our registry without the API', 'docker-registry'];

export interface Place extends AsyncDisposable {
  readonly kind: PlaceKind;
  /** `localhost:PORT`. */
  readonly host: string;
  readonly hasReferrersApi: boolean;
  store(repository: string): ContentStore & DeletableStore;
  /** Pushes the image of that name as `v1`. */
  shelve(repository: string): Promise<Shelf>;
}

/** An image in a place, and how it is named there. */
export interface Shelf {
  readonly store: ContentStore & DeletableStore;
  readonly subject: Descriptor;
  /** `localhost:PORT/repository`. */
  readonly name: string;
  readonly tagged: string;
  readonly pinned: string;
}

export async function openPlace(kind: PlaceKind): Promise<Place> {
  const registry = kind === 'docker-registry' ? await startPeerRegistry() : await startOwnRegistry(kind);
  const transport = createTransport();
  const session = createRegistrySession({
    transport,
    userAgent: 'interop',
    now: () => new Date(),
    sleep: async () => undefined,
    random: () => 0.5,
  });
  const store = (repository: string): ContentStore & DeletableStore => session.repository(registry.host, repository);
  return {
    kind,
    host: registry.host,
    hasReferrersApi: kind === 'our registry',
    store,
    shelve: async (repository) => {
      const name = `${registry.host}/${repository}`;
      const subject = await pushArtifact(store(repository), testImage({ name: repository }), 'v1');
      return {
        store: store(repository),
        subject,
        name,
        tagged: `${name}:v1`,
        pinned: `${name}@${subject.digest}`,
      };
    },
    [Symbol.asyncDispose]: async () => {
      transport.close();
      await registry[Symbol.asyncDispose]();
    },
  };
}

type Listening = AsyncDisposable & { readonly host: string };

async function startOwnRegistry(kind: PlaceKind): Promise<Listening> {
  const registry = await listeningRegistry({ referrersApi: kind === 'our registry' });
  const host = registry.host.replace('127.0.0.1', 'localhost');
  return { host, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() };
}

function startPeerRegistry(): Promise<Listening> {
  const peer = findProgram('docker-registry');
  if (peer === undefined) throw new Error('docker-registry is not installed');
  return startForeignRegistry(peer);
}
