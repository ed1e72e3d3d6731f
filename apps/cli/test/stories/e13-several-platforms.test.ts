// E13: the same image for several platforms. Signing an index signs the index; everything in it on request. A consumer who runs one
// platform accepts the image when it is signed itself or in an index that is.

import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { type ContentStore, manifestOf } from '@nv2/content';
import { type Descriptor, digestOf, encodeManifest, mediaTypes } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { pushIndex, type TestIndex, testIndex } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type FormatName, matrix, openWorldFor, type PlaceKind, signAt, writeKey } from './publisher.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

interface Product {
  readonly name: string;
  readonly tagged: string;
  readonly store: ContentStore;
  readonly made: TestIndex;
  readonly index: Descriptor;
  readonly amd64: Descriptor;
  readonly arm64: Descriptor;
}

async function publish(world: World, kind: PlaceKind): Promise<Product> {
  const made = testIndex();
  const isLayout = kind === 'layout';
  const store = isLayout
    ? await openLayout(join(world.directory, 'product'), { create: true })
    : world.wabbit.store('product');
  const index = await pushIndex(store, made, 'v1');
  const name = isLayout ? 'oci-layout:product' : `${world.wabbit.host}/product`;
  const [amd64, arm64] = [made.images[0].manifest.descriptor, made.images[1].manifest.descriptor];
  return { name, tagged: `${name}:v1`, store, made, index, amd64, arm64 };
}

const by = ['-c', 'wabbit-root.crt'] as const;

describe.concurrent.each<readonly [PlaceKind, FormatName]>(matrix)(
  'E13 — several platforms, %s, %s',
  (kind, format) => {
    it('signs the index alone, and each platform is accepted through it', async () => {
      await using world = await openWorldFor(kind);
      await writeKey(world, 'wabbit');
      const product = await publish(world, kind);
      const signed = await world.nv2('sign', '-k', 'wabbit.key', '--signature-format', format, product.tagged);
      expect(signed).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\S+@sha256:[0-9a-f]{64}\n$/) });

      const ran = await world.nv2('verify', ...by, '--platform', 'linux/arm64', product.tagged);
      expect(ran).toMatchObject({ status: 0, stdout: `${product.name}@${product.arm64.digest}\n` });
      expect(ran.stderr).toContain(`signatures of the index that contains it, ${product.name}@${product.index.digest}`);
      // The image by its digest alone has no signature: nobody says which index it belongs to.
      const alone = await world.nv2('verify', ...by, ran.stdout.trim());
      expect(alone).toMatchObject({ status: 10, stdout: '' });
      const all = await world.nv2('verify', ...by, '--recursive', product.tagged);
      expect(all).toMatchObject({ status: 10, stdout: '' });
      expect(all.stderr).toContain(
        `next: nv2 sign -k KEY --recursive --if-missing ${product.name}@${product.index.digest}`,
      );
    });

    it('signs everything inside with --recursive, and each image stands by itself', async () => {
      await using world = await openWorldFor(kind);
      await writeKey(world, 'wabbit');
      const product = await publish(world, kind);
      const options = ['-k', 'wabbit.key', '--signature-format', format];
      const signed = await world.nv2('sign', ...options, '--recursive', product.tagged);
      expect(signed.status).toBe(0);
      expect(signed.stdout.trim().split('\n')).toHaveLength(3);
      for (const { digest } of [product.index, product.amd64, product.arm64]) {
        expect(await world.nv2('verify', ...by, `${product.name}@${digest}`)).toMatchObject({ status: 0 });
      }
      const all = await world.nv2('verify', ...by, '--recursive', product.tagged);
      expect(all).toMatchObject({ status: 0, stdout: `${product.name}@${product.index.digest}\n` });
      const again = await world.nv2('sign', '-k', 'wabbit.key', '--recursive', '--if-missing', product.tagged);
      expect(again).toMatchObject({ status: 0, stdout: signed.stdout });
      expect(again.stderr).toContain('3 of them already');
    });
  },
);

describe.concurrent.each<PlaceKind>(['referrers API', 'tag schema', 'layout'])('E13 — one platform, %s', (kind) => {
  it('accepts an image that is signed itself though its index is not, and says so', async () => {
    await using world = await openWorldFor(kind);
    const wabbit = await writeKey(world, 'wabbit');
    const product = await publish(world, kind);
    await signAt({ store: product.store, subject: product.arm64 }, { by: wabbit });
    const json = await world.nv2('verify', ...by, '--format', 'json', '--platform', 'linux/aarch64', product.tagged);
    expect(json.status).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      subject: `${product.name}@${product.arm64.digest}`,
      verdict: 'trusted',
      platform: {
        name: 'linux/arm64',
        decidedBy: 'image',
        tried: [{ code: 'no-signature' }, { verdict: 'trusted' }],
      },
    });
    const other = await world.nv2('verify', ...by, '--platform', 'linux/amd64', product.tagged);
    expect(other).toMatchObject({ status: 10, stdout: '' });
    expect(other.stderr).toContain(
      `why: the index that contains it, ${product.name}@${product.index.digest}: no signature`,
    );
  });

  it('refuses an image for a platform that a stranger signed, in the index or by itself', async () => {
    await using world = await openWorldFor(kind);
    await writeKey(world, 'wabbit');
    const stranger = await writeKey(world, 'stranger');
    const product = await publish(world, kind);
    for (const subject of [product.index, product.arm64]) {
      await signAt({ store: product.store, subject }, { by: stranger });
      expect(await world.nv2('verify', ...by, '--platform', 'linux/arm64', product.tagged)).toMatchObject({
        status: 12,
        stdout: '',
      });
    }
  });

  it('does not let another index lend its signature to an image that it does not contain', async () => {
    await using world = await openWorldFor(kind);
    const wabbit = await writeKey(world, 'wabbit');
    const product = await publish(world, kind);
    const mediaType = mediaTypes.ociIndex;
    const amd64 = { ...product.amd64, platform: { os: 'linux', architecture: 'amd64' } };
    const trusted = manifestOf(encodeManifest({ kind: 'index', mediaType, manifests: [amd64] }), { mediaType });
    await product.store.pushManifest(trusted, { tag: 'amd64-only' });
    await signAt({ store: product.store, subject: trusted.descriptor }, { by: wabbit });
    const at = (tag: string): string => `${product.name}:${tag}`;
    expect(await world.nv2('verify', ...by, '--platform', 'linux/amd64', at('amd64-only'))).toMatchObject({
      status: 0,
    });
    expect(await world.nv2('verify', ...by, '--platform', 'linux/amd64', at('v1'))).toMatchObject({ status: 10 });
    const absent = await world.nv2('verify', ...by, '--platform', 'linux/arm64', at('amd64-only'));
    expect(absent).toMatchObject({ status: 20, stdout: '' });
    expect(absent.stderr).toContain('has nothing for linux/arm64: it has linux/amd64');
  });

  it('follows an index inside an index, and accepts by the signature of either', async () => {
    await using world = await openWorldFor(kind);
    const wabbit = await writeKey(world, 'wabbit');
    const product = await publish(world, kind);
    const mediaType = mediaTypes.ociIndex;
    const outer = manifestOf(encodeManifest({ kind: 'index', mediaType, manifests: [product.index] }), { mediaType });
    await product.store.pushManifest(outer, { tag: 'outer' });
    await signAt({ store: product.store, subject: product.index }, { by: wabbit });
    const ran = await world.nv2('verify', ...by, '--platform', 'linux/amd64', `${product.name}:outer`);
    expect(ran).toMatchObject({ status: 0, stdout: `${product.name}@${product.amd64.digest}\n` });
    const signed = await world.nv2('sign', '-k', 'wabbit.key', '--recursive', '--if-missing', `${product.name}:outer`);
    expect(signed.stdout.trim().split('\n')).toHaveLength(4);
    expect(signed.stderr).toContain('1 of them already');
    expect(await world.nv2('verify', ...by, '--recursive', `${product.name}:outer`)).toMatchObject({ status: 0 });
  });
});

describe('E13 — an index with a missing image', () => {
  it('has what is there signed, and the index left alone', async () => {
    await using world = await openWorldFor('layout');
    await writeKey(world, 'wabbit');
    const product = await publish(world, 'layout');
    const mediaType = mediaTypes.ociIndex;
    const missing = { ...product.arm64, digest: digestOf(encodeUtf8('missing')) };
    const bytes = encodeManifest({ kind: 'index', mediaType, manifests: [product.amd64, missing] });
    // A registry would refuse such an index; one that lost an image has it.
    const layout = await openLayout(join(world.directory, 'sparse'), { create: true });
    await pushIndex(layout, product.made);
    await layout.pushManifest(manifestOf(bytes, { mediaType }), { tag: 'v1' });
    const ran = await world.nv2('sign', '-k', 'wabbit.key', '--recursive', '--format', 'json', 'oci-layout:sparse:v1');
    expect(ran.status).toBe(20);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      signed: 1,
      failed: 2,
      artifacts: [
        { status: 'failed', error: { code: 'CLI_INCOMPLETE' } },
        { status: 'signed', subject: `oci-layout:sparse@${product.amd64.digest}` },
        { status: 'failed', error: { code: 'NOTARY_SUBJECT_NOT_FOUND' } },
      ],
    });
  });
});
