// E04: the signature made under the old name counts under the new one, and an interruption leaves no tag on an unsigned manifest.

import { listReferrers } from '@nv2/content';
import type { TestChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { fromNow, openWorldFor, shelve, type Shelf, signAt, writeKey } from './publisher.ts';
import { expectFailure } from './refusals.ts';
import { cutConnection, type StoryRegistry } from './story-registry.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

interface Scene extends AsyncDisposable {
  readonly world: World;
  readonly shelf: Shelf;
}

/** A signed image in a layout, and an empty registry. */
async function openScene(kind: 'referrers API' | 'tag schema'): Promise<Scene> {
  const world = await openWorldFor(kind);
  const wabbit: TestChain = await writeKey(world, 'wabbit');
  const shelf = await shelve(world, 'net-monitor', 'layout');
  await signAt(shelf, { by: wabbit, at: fromNow(-60_000) });
  return { world, shelf, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const repositoryOf = (path: string): string =>
  /^\/v2\/(.+?)\/(?:manifests|blobs|referrers|tags)\//.exec(path)?.[1] ?? '';

/** Whether somebody who pulls the tag now gets something that nobody signed. */
async function isTagUnsigned(registry: StoryRegistry, repository: string): Promise<boolean> {
  const store = registry.store(repository);
  const tagged = await store.findManifestDescriptor('v1');
  return tagged !== undefined && (await listReferrers(store, tagged)).length === 0;
}

describe.concurrent.each(['referrers API', 'tag schema'] as const)(
  'E04 — copy from a layout to a registry with %s',
  (kind) => {
    it('sends blobs, the manifest by digest, the signature, and the tag last', async () => {
      await using scene = await openScene(kind);
      const { world, shelf } = scene;
      const target = `${world.acme.host}/networking/net-monitor:1.0`;
      const ran = await world.nv2('copy', shelf.tagged, target);
      expect(ran, ran.stderr).toMatchObject({
        status: 0,
        stdout: `${target.replace(/:1\.0$/, '')}@${shelf.subject.digest}\n`,
      });
      const writes = world.acme.wire
        .filter(({ method }) => method === 'PUT')
        .map(({ path }) => path.replace(/^.*\/(blobs|manifests)/, '$1'));
      const manifests = writes.flatMap((path, index) => (path.startsWith('manifests/') ? [index] : []));
      const [subject = -1] = manifests;
      expect(writes[subject]).toBe(`manifests/${shelf.subject.digest}`);
      expect(writes.slice(0, subject).every((path) => path.startsWith('blobs/'))).toBe(true);
      expect(writes.at(-1)).toBe('manifests/1.0');
      expect(manifests.length).toBe(kind === 'tag schema' ? 4 : 3);
      expect((await world.nv2('verify', '-k', 'wabbit.crt', target)).status).toBe(0);
    });

    it('leaves no tag on an unsigned manifest after a cut at any request, and a second run completes', async () => {
      await using scene = await openScene(kind);
      const { world, shelf } = scene;
      const budget = new Map<string, { left: number; readonly power: AbortController }>();
      world.acme.intercept(async (request, answer) => {
        const one = budget.get(repositoryOf(request.url));
        if (one === undefined || one.left > 0) {
          if (one !== undefined) one.left -= 1;
          return answer(request);
        }
        // The machine dies with the connection, so that nothing of what it would still do can help.
        one.power.abort();
        return cutConnection();
      });
      await world.nv2('copy', shelf.tagged, `${world.acme.host}/whole:v1`);
      const requests = world.acme.wire.length;
      expect(requests).toBeGreaterThan(8);

      const cutAt = async (after: number): Promise<void> => {
        const repository = `cut-${after}`;
        const power = new AbortController();
        budget.set(repository, { left: after, power });
        const run = (kill?: AbortSignal) =>
          world.nv2With(
            kill === undefined ? {} : { kill },
            'copy',
            shelf.tagged,
            `${world.acme.host}/${repository}:v1`,
          );
        const cut = await run(power.signal);
        expect(cut.status, `cut after ${after} of ${requests} requests`).not.toBe(0);
        expect(await isTagUnsigned(world.acme, repository), `after ${after} requests`).toBe(false);
        budget.delete(repository);
        const again = await run();
        expect(again, again.stderr).toMatchObject({ status: 0 });
        expect(await world.acme.store(repository).findManifestDescriptor('v1')).toMatchObject({
          digest: shelf.subject.digest,
        });
        expect(await isTagUnsigned(world.acme, repository)).toBe(false);
      };
      // Two at a time: each is a process of its own.
      const points = Array.from({ length: requests }, (_, index) => index);
      const worker = async (): Promise<void> => {
        for (let next = points.shift(); next !== undefined; next = points.shift()) await cutAt(next);
      };
      await Promise.all([worker(), worker()]);
    });

    it('says what it was doing when the registry goes away for good, and that it tried again', async () => {
      await using scene = await openScene(kind);
      const { world, shelf } = scene;
      world.acme.intercept(async (request, answer) =>
        request.url.includes('/manifests/v1') ? cutConnection() : answer(request),
      );
      const ran = await world.nv2('copy', shelf.tagged, `${world.acme.host}/net-monitor:v1`);
      expectFailure(ran, 20, /localhost:\d+/);
      expect(await world.acme.store('net-monitor').findManifestDescriptor('v1')).toBeUndefined();
      // Blobs, manifest and signature are there already; only the tag was missing.
      world.acme.intercept(undefined);
      const again = await world.nv2('copy', shelf.tagged, `${world.acme.host}/net-monitor:v1`);
      expect(again.stderr).toContain('0 contents sent');
      expect((await world.nv2('verify', '-k', 'wabbit.crt', `${world.acme.host}/net-monitor:v1`)).status).toBe(0);
    });

    it('survives a single lost answer without help', async () => {
      await using scene = await openScene(kind);
      const { world, shelf } = scene;
      let isLost = false;
      world.acme.intercept(async (request, answer) => {
        const response = await answer(request);
        if (isLost || request.method !== 'PUT' || !request.url.includes('/manifests/')) return response;
        isLost = true;
        response.discard();
        return cutConnection();
      });
      const ran = await world.nv2('copy', shelf.tagged, `${world.acme.host}/net-monitor:v1`);
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
      expect(isLost).toBe(true);
      expect(await isTagUnsigned(world.acme, 'net-monitor')).toBe(false);
    });
  },
);
