// E15: copying only what is accepted, and only some of what refers to it.

import { listReferrers } from '@nv2/content';
import { encodeUtf8 } from '@nv2/base';
import { mediaTypes } from '@nv2/oci';
import { pushArtifact, testReferrer } from '@nv2/testing';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorldFor, shelve, type Shelf, signAt, writeKey } from './publisher.ts';
import { expectFailure, expectVerdict } from './refusals.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

/** An image with an SBoM and the signatures of two people. */
async function openScene(
  kind: 'referrers API' | 'tag schema',
): Promise<{ readonly world: World; readonly shelf: Shelf }> {
  const world = await openWorldFor(kind);
  const shelf = await shelve(world, 'net-monitor');
  for (const name of ['wabbit', 'internal']) await signAt(shelf, { by: await writeKey(world, name) });
  const annotations = { 'com.example.stage': 'released' };
  await pushArtifact(shelf.store, testReferrer(shelf.subject, { content: encodeUtf8('{"spdx":1}'), annotations }));
  return { world, shelf };
}

describe.concurrent.each(['referrers API', 'tag schema'] as const)('E15 — copy a selection, %s', (kind) => {
  it('copies nothing with --only-signed unless the artifact is accepted, and says why', async () => {
    const { world, shelf } = await openScene(kind);
    await using _ = world;
    await writeKey(world, 'stranger');
    const target = `${world.acme.host}/net-monitor:v1`;
    const refused = await world.nv2('copy', '--only-signed', '-k', 'stranger.crt', shelf.tagged, target);
    expectVerdict(refused, 12, 'signer not trusted');
    expect(world.acme.wire).toEqual([]);
    const intoLayout = await world.nv2(
      'copy',
      '--only-signed',
      '-k',
      'stranger.crt',
      shelf.tagged,
      'oci-layout:out:v1',
    );
    expectVerdict(intoLayout, 12, 'signer not trusted');
    expect(existsSync(join(world.directory, 'out'))).toBe(false);

    const unsigned = await shelve(world, 'unsigned');
    expectVerdict(
      await world.nv2('copy', '--only-signed', '-k', 'wabbit.crt', unsigned.tagged, `${world.acme.host}/unsigned:v1`),
      10,
      'no signature found',
    );
    const copied = await world.nv2('copy', '--only-signed', '-k', 'wabbit.crt', shelf.tagged, target);
    expect(copied, copied.stderr).toMatchObject({ status: 0 });
    expect(await listReferrers(world.acme.store('net-monitor'), shelf.subject)).toHaveLength(3);
  });

  it('copies with --only-signed what it verified, although the tag moves in between', async () => {
    const { world, shelf } = await openScene(kind);
    await using _ = world;
    const impostor = await shelve(world, 'impostor');
    let asked = 0;
    // The first to ask for the tag gets the signed image, everybody after that the other one.
    world.wabbit.intercept((request, answer) => {
      const isTag = request.url === '/v2/net-monitor/manifests/v1';
      const isMoved = isTag && (asked += 1) > 1;
      return answer(isMoved ? { ...request, url: '/v2/impostor/manifests/v1' } : request);
    });
    const target = `${world.acme.host}/net-monitor:v1`;
    const ran = await world.nv2('copy', '--only-signed', '-k', 'wabbit.crt', shelf.tagged, target);
    const tagged = await world.acme.store('net-monitor').findManifestDescriptor('v1');
    expect(tagged?.digest).not.toBe(impostor.subject.digest);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(tagged?.digest).toBe(shelf.subject.digest);
  });

  it('leaves one signer at home, or takes only one kind or what has an annotation', async () => {
    const { world, shelf } = await openScene(kind);
    await using _ = world;
    const referrersAt = (name: string) => listReferrers(world.acme.store(name), shelf.subject);
    const signer = 'CN=internal,O=Wabbit Networks,ST=WA,C=US';
    const copy = (name: string, ...options: readonly string[]) =>
      world.nv2('copy', ...options, shelf.tagged, `${world.acme.host}/${name}:v1`);
    const ran = await Promise.all([
      copy('without', '--exclude-signer', signer),
      copy('signed', '--artifact-type', mediaTypes.notarySignature),
      copy('released', '--annotation', 'com.example.stage=released'),
    ]);
    for (const one of ran) expect(one, one.stderr).toMatchObject({ status: 0 });
    expect(await referrersAt('without')).toHaveLength(2);
    expect((await world.nv2('verify', '-k', 'wabbit.crt', `${world.acme.host}/without:v1`)).status).toBe(0);
    const missing = await world.nv2('verify', '-k', 'internal.crt', `${world.acme.host}/without:v1`);
    expectVerdict(missing, 12, 'signer not trusted');
    expect(await referrersAt('signed')).toHaveLength(2);
    expect((await referrersAt('released')).map(({ artifactType }) => artifactType)).toEqual([
      'application/vnd.example.sbom.v1+json',
    ]);
  });
});

describe('E15 — a selection that makes no sense', () => {
  it.each([
    [['--no-referrers', '--artifact-type', 'a/b'], /--no-referrers/],
    [['-k', 'wabbit.crt'], /--only-signed/],
    [['--exclude-signer', 'wabbit'], /--exclude-signer/],
  ])('is refused as %j before anybody is contacted', async (options, says) => {
    await using world = await openWorldFor('referrers API');
    const shelf = await shelve(world, 'net-monitor');
    expectFailure(await world.nv2('copy', ...options, shelf.tagged, `${world.acme.host}/x:v1`), 2, says);
    expect(world.acme.wire).toEqual([]);
  });
});
