// E15: an image moves with its children, signatures, SBoMs and the signatures of those, between registries of both kinds and layouts.

import { pushArtifact, pushIndex, type TestChain, testImage, testIndex, testReferrer } from '@nv2/testing';
import { bytesResponse, encodeUtf8 } from '@nv2/base';
import { listReferrers, type ContentStore } from '@nv2/content';
import { mediaTypes } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FormatName, openWorldFor, shelve, signAt, writeKey } from './publisher.ts';
import { requireBearer } from './bearer.ts';
import { expectFailure, secrets } from './refusals.ts';
import type { StoryRegistry } from './story-registry.ts';
import { allowBusyMachine, openWorld, type World } from './world.ts';

allowBusyMachine();

/** An index of two images; the index and one image signed; an SBoM on the index, itself signed. */
async function publish(store: ContentStore, by: TestChain, format: FormatName) {
  const { index, images } = testIndex();
  const subject = await pushIndex(store, { index, images }, 'v1');
  const child = images[0].manifest.descriptor;
  const sbom = testReferrer(subject, { content: encodeUtf8('{"spdx":"2.3"}') });
  await pushArtifact(store, sbom);
  const ofIndex = await signAt({ store, subject }, { by, format });
  const ofChild = await signAt({ store, subject: child }, { by, format });
  const ofSbom = await signAt({ store, subject: sbom.manifest.descriptor }, { by, format });
  return { subject, child, sbom: sbom.manifest.descriptor, signatures: [ofIndex, ofChild, ofSbom], images };
}

type Published = Awaited<ReturnType<typeof publish>>;

/** Everything that belongs to the image is there, byte for byte and findable. */
async function expectWhole(source: ContentStore, target: ContentStore, published: Published): Promise<void> {
  const { subject, child, sbom, signatures } = published;
  expect((await target.findManifestDescriptor('v1'))?.digest).toBe(subject.digest);
  for (const { digest } of [subject, child, sbom, ...signatures]) {
    expect((await target.findManifest(digest))?.bytes).toEqual((await source.findManifest(digest))?.bytes);
  }
  const found = await Promise.all([subject, child, sbom].map((one) => listReferrers(target, one)));
  const digests = found.map((list) => list.map(({ digest }) => digest).toSorted());
  const [ofIndex, ofChild, ofSbom] = signatures.map(({ digest }) => digest);
  expect(digests).toEqual([[ofIndex ?? '', String(sbom.digest)].toSorted(), [ofChild], [ofSbom]]);
  for (const blob of published.images.flatMap(({ blobs }) => blobs))
    expect(await target.hasBlob(blob.descriptor)).toBe(true);
}

const uploads = ({ wire }: StoryRegistry) => wire.filter(({ method }) => method !== 'GET' && method !== 'HEAD');

const kinds = [
  ['referrers API', 'referrers API'],
  ['referrers API', 'tag schema'],
  ['tag schema', 'referrers API'],
  ['tag schema', 'tag schema'],
] as const;
const cases = kinds.flatMap(([from, to]) => (['jws', 'cose'] as const).map((format) => [from, to, format] as const));

describe.concurrent.each(cases)('E15 — copy, %s → %s, %s', (from, to, format) => {
  it('moves the whole graph, verifies there, and transfers nothing the second time', async () => {
    await using world = await openWorldFor(from);
    const target = await world.registry({ referrersApi: to !== 'tag schema' });
    const store = world.wabbit.store('net-monitor');
    const published = await publish(store, await writeKey(world, 'wabbit'), format);
    const [source, destination] = [`${world.wabbit.host}/net-monitor:v1`, `${target.host}/team/net-monitor:v1`];

    const copied = await world.nv2('copy', source, destination);
    expect(copied, copied.stderr).toMatchObject({
      status: 0,
      stdout: `${destination.replace(/:v1$/, '')}@${published.subject.digest}\n`,
    });
    expect(copied.stderr).toContain('  referrers: 4\n');
    await expectWhole(store, target.store('team/net-monitor'), published);
    expect((await store.findManifestDescriptor('v1'))?.digest).toBe(published.subject.digest);

    target.forgetWire();
    world.wabbit.forgetWire();
    const again = await world.nv2('copy', source, destination);
    expect(again, again.stderr).toMatchObject({ status: 0, stdout: copied.stdout });
    expect(again.stderr).toContain('0 contents sent (0 bytes)');
    expect(uploads(target).map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    expect(world.wabbit.wire.some(({ path }) => path.includes('/blobs/'))).toBe(false);

    const references = [
      destination,
      `${target.host}/team/net-monitor@${published.child.digest}`,
      `${target.host}/team/net-monitor@${published.sbom.digest}`,
    ];
    for (const ran of await Promise.all(references.map((one) => world.nv2('verify', '-k', 'wabbit.crt', one)))) {
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
    }
  });
});

describe.concurrent('E15 — copy', () => {
  it.each(['referrers API', 'tag schema'] as const)('carries the graph through a layout and back, %s', async (kind) => {
    await using world = await openWorldFor(kind);
    const store = world.wabbit.store('net-monitor');
    const published = await publish(store, await writeKey(world, 'wabbit'), 'jws');
    const out = await world.nv2('copy', `${world.wabbit.host}/net-monitor:v1`, 'oci-layout:carried:v1');
    expect(out, out.stderr).toMatchObject({ status: 0 });
    expect((await world.nv2('verify', '-k', 'wabbit.crt', 'oci-layout:carried:v1')).status).toBe(0);
    const into = await world.nv2('copy', 'oci-layout:carried:v1', `${world.acme.host}/net-monitor`);
    expect(into, into.stderr).toMatchObject({ status: 0 });
    await expectWhole(store, world.acme.store('net-monitor'), published);
    const again = await world.nv2('copy', `${world.wabbit.host}/net-monitor:v1`, 'oci-layout:carried:v1');
    expect(again.stderr).toContain('0 contents sent (0 bytes)');
  });

  it('mounts across repositories of one registry instead of sending', async () => {
    await using world = await openWorldFor('referrers API');
    const store = world.wabbit.store('net-monitor');
    const published = await publish(store, await writeKey(world, 'wabbit'), 'jws');
    const ran = await world.nv2(
      'copy',
      `${world.wabbit.host}/net-monitor:v1`,
      `${world.wabbit.host}/approved/net-monitor:v1`,
    );
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    await expectWhole(store, world.wabbit.store('approved/net-monitor'), published);
    const mounts = world.wabbit.wire.filter(({ path }) => path.includes('mount='));
    expect(mounts.length).toBeGreaterThan(4);
    expect(mounts.every(({ status }) => status === 201)).toBe(true);
    const layers = published.images.flatMap(({ blobs }) => blobs).map(({ descriptor }) => descriptor.digest);
    const fetched = world.wabbit.wire.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'));
    expect(fetched.filter(({ path }) => layers.some((digest) => path.endsWith(digest)))).toEqual([]);
  });

  it('sends only what a partly filled destination lacks', async () => {
    await using world = await openWorldFor('referrers API');
    const store = world.wabbit.store('net-monitor');
    const published = await publish(store, await writeKey(world, 'wabbit'), 'jws');
    const [first] = published.images;
    const target = world.acme.store('net-monitor');
    await pushArtifact(target, first);
    const ran = await world.nv2('copy', `${world.wabbit.host}/net-monitor:v1`, `${world.acme.host}/net-monitor:v1`);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    await expectWhole(store, target, published);
    const there = first.blobs.map(({ descriptor }) => descriptor.digest);
    expect(uploads(world.acme).some(({ path }) => there.some((digest) => path.includes(digest)))).toBe(false);
    expect(
      world.wabbit.wire.some(({ path }) => path.includes('/blobs/') && there.some((digest) => path.endsWith(digest))),
    ).toBe(false);
  });

  it('brings a signature that was added later, although the image is there', async () => {
    await using world = await openWorldFor('tag schema');
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor');
    const target = `${world.acme.host}/net-monitor:v1`;
    await world.nv2('copy', shelf.tagged, target);
    expect((await world.nv2('verify', '-k', 'wabbit.crt', target)).status).toBe(10);
    await signAt(shelf, { by: wabbit });
    world.acme.forgetWire();
    expect((await world.nv2('copy', shelf.tagged, target)).status).toBe(0);
    expect((await world.nv2('verify', '-k', 'wabbit.crt', target)).status).toBe(0);
    expect(uploads(world.acme).every(({ path }) => !path.includes('/manifests/v1'))).toBe(true);
  });

  it('leaves referrers behind, or takes one kind along, when it is told to', async () => {
    await using world = await openWorldFor('referrers API');
    const published = await publish(world.wabbit.store('net-monitor'), await writeKey(world, 'wabbit'), 'jws');
    const source = `${world.wabbit.host}/net-monitor:v1`;
    await world.nv2('copy', '--no-referrers', source, `${world.acme.host}/bare:v1`);
    expect(await listReferrers(world.acme.store('bare'), published.subject)).toEqual([]);
    await world.nv2('copy', '--artifact-type', mediaTypes.notarySignature, source, `${world.acme.host}/signed:v1`);
    const kept = await listReferrers(world.acme.store('signed'), published.subject);
    expect(kept.map(({ artifactType }) => artifactType)).toEqual([mediaTypes.notarySignature]);
  });

  it.each(['layout', 'referrers API'] as const)(
    'refuses a layer that was altered in the source (%s) and tags nothing',
    async (kind) => {
      await using world = await openWorldFor(kind);
      const wabbit = await writeKey(world, 'wabbit');
      const shelf = await shelve(world, 'net-monitor', kind);
      await signAt(shelf, { by: wabbit });
      const [, , layer] = testImage({ name: 'net-monitor' }).blobs;
      await alterLayer(world, kind, layer?.descriptor.digest ?? '');
      const target = `${world.acme.host}/net-monitor:v1`;
      const ran = await world.nv2('copy', shelf.tagged, target);
      expect(ran, ran.stderr).toMatchObject({ status: 11, stdout: '' });
      expect(ran.stderr).toContain(layer?.descriptor.digest);
      expect(ran.stderr).toMatch(/^next: /m);
      const store = world.acme.store('net-monitor');
      expect(await store.findManifestDescriptor('v1')).toBeUndefined();
      expect(await store.findManifestDescriptor(shelf.subject.digest)).toBeUndefined();
      expect(await store.hasBlob(layer!.descriptor)).toBe(false);

      const intoLayout = await world.nv2('copy', shelf.tagged, 'oci-layout:pulled:v1');
      expect(intoLayout, intoLayout.stderr).toMatchObject({ status: 11, stdout: '' });
      await using pulled = await openLayout(join(world.directory, 'pulled'), { create: true });
      expect(await pulled.findManifestDescriptor('v1')).toBeUndefined();
    },
  );
});

async function alterLayer(world: World, kind: string, digest: string): Promise<void> {
  if (kind === 'layout') {
    const path = join(world.directory, 'net-monitor/blobs/sha256', digest.slice('sha256:'.length));
    const bytes = await readFile(path);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(path, bytes);
    return;
  }
  world.wabbit.intercept(async (request, answer) => {
    const response = await answer(request);
    if (request.method !== 'GET' || !request.url.endsWith(digest)) return response;
    const altered = async function* () {
      let isFirst = true;
      for await (const chunk of response.body) {
        const copy = chunk.slice();
        if (isFirst) copy[40] = (copy[40] ?? 0) ^ 1;
        isFirst = false;
        yield copy;
      }
    };
    return { ...response, discard: () => response.discard(), body: altered() };
  });
}

describe('E15 — a destination that may be read and not written', () => {
  it('is 21, says what was refused, and leaves the source alone', async () => {
    await using world = await openWorld();
    const shelf = await shelve(world, 'net-monitor');
    await signAt(shelf, { by: await writeKey(world, 'wabbit') });
    world.acme.intercept(async (request, answer) => {
      if (request.method === 'GET' || request.method === 'HEAD') return answer(request);
      return bytesResponse(403, [['Content-Length', '0']]);
    });
    const ran = await world.nv2('copy', shelf.tagged, `${world.acme.host}/net-monitor:v1`);
    expectFailure(ran, 21, new RegExp(`${world.acme.host}/net-monitor: the registry answered 403`));
    expect(uploads(world.wabbit)).toEqual([]);
  });
});

describe('E15 — two registries that want different credentials', () => {
  it('keeps the credentials of each to itself', async () => {
    await using world = await openWorld();
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor');
    await signAt(shelf, { by: wabbit });
    requireBearer(world.wabbit);
    const target = `${world.acme.host}/net-monitor:v1`;
    const from = ['--from-username', 'ci', '--from-password', secrets.password];
    const ran = await world.nv2('copy', ...from, shelf.tagged, target);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(world.acme.wire.every(({ authorization }) => authorization === undefined)).toBe(true);
    const without = await world.nv2('copy', shelf.tagged, target);
    expectFailure(without, 21, new RegExp(world.wabbit.host));
  });
});
