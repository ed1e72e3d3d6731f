// Images for several platforms: one of them, or all of them.

import { manifestOf, memoryStore } from '@nv2/content';
import { type Descriptor, encodeManifest, mediaTypes, parsePlatform } from '@nv2/oci';
import { pushArtifact, pushIndex, type TestIndex, testImage, testIndex } from '@nv2/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyMembers, verifyPlatform } from '../src/index.ts';
import { at, chainOf, policyTrust, signIn } from './scene.ts';

const arm64 = parsePlatform('linux/arm64');

describe('an image for several platforms', () => {
  let store: ReturnType<typeof memoryStore>;
  let made: TestIndex;
  let amd: Descriptor;
  let arm: Descriptor;

  beforeEach(async () => {
    store = memoryStore('test store');
    made = testIndex();
    await pushIndex(store, made, 'v1');
    [amd, arm] = [made.images[0].manifest.descriptor, made.images[1].manifest.descriptor];
  });
  const request = async (): Promise<
    Pick<Parameters<typeof verifyMembers>[0], 'store' | 'subject' | 'trust' | 'at'>
  > => ({
    store,
    subject: 'v1',
    trust: await policyTrust(),
    at,
  });

  it('is trusted for a platform by the signature of the index', async () => {
    await signIn({ store, subject: made.index.descriptor });
    const outcome = await verifyPlatform({ ...(await request()), platform: arm64 });
    expect(outcome.image).toEqual(arm);
    expect(outcome.tried).toHaveLength(1);
    expect(outcome.decisive).toMatchObject({ verdict: 'trusted', subject: { digest: made.index.descriptor.digest } });
  });

  it('is trusted for a platform by the signature of its own manifest', async () => {
    await signIn({ store, subject: arm });
    const outcome = await verifyPlatform({ ...(await request()), platform: arm64 });
    expect(outcome.tried.map(({ verdict }) => verdict)).toEqual(['untrusted', 'trusted']);
    expect(outcome.decisive.subject.digest).toBe(arm.digest);
  });

  it('is not trusted for a platform by the signature of another one', async () => {
    await signIn({ store, subject: amd });
    const outcome = await verifyPlatform({ ...(await request()), platform: arm64 });
    expect(outcome.decisive).toMatchObject({ verdict: 'untrusted', why: { code: 'no-signature' } });
  });

  it('names the failed signature rather than the missing one', async () => {
    await signIn({ store, subject: made.index.descriptor }, { by: await chainOf(5) });
    const outcome = await verifyPlatform({ ...(await request()), platform: arm64 });
    expect(outcome.decisive).toMatchObject({ why: { code: 'all-failed' }, subject: made.index.descriptor });
  });

  it('is trusted through an index inside the index', async () => {
    const inner = made.index.descriptor;
    const mediaType = mediaTypes.ociIndex;
    const outer = manifestOf(encodeManifest({ kind: 'index', mediaType, manifests: [inner] }), { mediaType });
    await store.pushManifest(outer, { tag: 'product' });
    await signIn({ store, subject: inner });
    const outcome = await verifyPlatform({ ...(await request()), subject: 'product', platform: arm64 });
    expect(outcome.tried.map(({ subject }) => subject.digest)).toEqual([outer.descriptor.digest, inner.digest]);
    expect(outcome.decisive.verdict).toBe('trusted');
  });

  it.each([
    ['windows/amd64', 'NOTARY_PLATFORM_NOT_FOUND'],
    ['linux/arm64/v9', 'NOTARY_PLATFORM_NOT_FOUND'],
  ])('has nothing for %s', async (platform, code) => {
    await expect(verifyPlatform({ ...(await request()), platform: parsePlatform(platform) })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('linux/amd64, linux/arm64/v8'),
    });
  });

  it('with two images for one platform must be asked for one of them', async () => {
    const platform = { os: 'windows', architecture: 'amd64' };
    const manifests = [
      { ...amd, platform: { ...platform, osVersion: '10.0.17763' } },
      { ...arm, platform: { ...platform, osVersion: '10.0.20348' } },
    ];
    const mediaType = mediaTypes.ociIndex;
    await store.pushManifest(manifestOf(encodeManifest({ kind: 'index', mediaType, manifests }), { mediaType }), {
      tag: 'windows',
    });
    await expect(verifyPlatform({ ...(await request()), subject: 'windows', platform })).rejects.toMatchObject({
      code: 'NOTARY_PLATFORM_AMBIGUOUS',
      message: expect.stringContaining(amd.digest),
    });
    const one = await verifyPlatform({
      ...(await request()),
      subject: 'windows',
      platform: { ...platform, osVersion: '10.0.20348' },
    });
    expect(one.image.digest).toBe(arm.digest);
  });

  it('may be a single image of that platform, and of no other', async () => {
    const subject = await pushArtifact(store, testImage(), 'single');
    await signIn({ store, subject });
    const single = { ...(await request()), subject: 'single' };
    const outcome = await verifyPlatform({ ...single, platform: parsePlatform('linux/amd64') });
    expect(outcome).toMatchObject({ image: subject, decisive: { verdict: 'trusted' } });
    await expect(verifyPlatform({ ...single, platform: arm64 })).rejects.toMatchObject({
      code: 'NOTARY_PLATFORM_NOT_FOUND',
      message: expect.stringContaining('linux/amd64'),
    });
  });

  it('is looked at once where the policy says to skip', async () => {
    const trust = await policyTrust({ level: 'skip' });
    const outcome = await verifyPlatform({ ...(await request()), trust, platform: arm64 });
    expect(outcome).toMatchObject({ tried: [{ verdict: 'not-verified' }], image: { digest: arm.digest } });
  });

  it('is trusted rather than unverified where the index is only audited and the image signed by somebody known', async () => {
    const trust = await policyTrust({ level: 'audit' });
    await signIn({ store, subject: made.index.descriptor }, { by: await chainOf(5) });
    expect((await verifyPlatform({ ...(await request()), trust, platform: arm64 })).decisive.verdict).toBe(
      'not-verified',
    );
    await signIn({ store, subject: arm });
    expect((await verifyPlatform({ ...(await request()), trust, platform: arm64 })).decisive.verdict).toBe('trusted');
  });

  it('has an outcome for the index and for each image, in order', async () => {
    await signIn({ store, subject: made.index.descriptor });
    await signIn({ store, subject: arm });
    const outcome = await verifyMembers(await request());
    expect(outcome.root.verdict).toBe('trusted');
    expect(outcome.members.map((one) => [one.member.descriptor.digest, one.outcome.verdict])).toEqual([
      [amd.digest, 'untrusted'],
      [arm.digest, 'trusted'],
    ]);
  });

  it('does not need signatures of what a builder attests about its images', async () => {
    const mediaType = mediaTypes.ociIndex;
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const bytes = encodeManifest({ kind: 'index', mediaType, manifests: [amd, { ...arm, annotations }] });
    const index = manifestOf(bytes, { mediaType });
    await store.pushManifest(index, { tag: 'built' });
    await signIn({ store, subject: amd });
    const outcome = await verifyMembers({ ...(await request()), subject: index });
    expect(outcome.members).toHaveLength(1);
    expect(outcome.attestations.map(({ descriptor }) => descriptor.digest)).toEqual([arm.digest]);
  });
});
