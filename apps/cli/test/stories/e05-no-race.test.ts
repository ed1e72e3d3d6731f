// E05: what is fetched after a verification is what was verified, even when the tag moves in between.

import { pushArtifact, testImage } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { openWorldFor, shelve, signAt, writeKey } from './publisher.ts';
import { allowBusyMachine } from './world.ts';

allowBusyMachine();

describe('E05 — pull without a race', () => {
  it('copies the verified digest although the tag was moved between the two commands', async () => {
    await using world = await openWorldFor('referrers API');
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor');
    await signAt(shelf, { by: wabbit });

    const verified = await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged);
    expect(verified.status).toBe(0);
    // As `ref=$(nv2 verify …)` does: everything on standard output, without the line end.
    const reference = verified.stdout.trimEnd();
    expect(reference).toBe(shelf.pinned);

    const impostor = await pushArtifact(shelf.store, testImage({ name: 'impostor' }), 'v1');
    expect((await shelf.store.findManifestDescriptor('v1'))?.digest).toBe(impostor.digest);

    const copied = await world.nv2('copy', reference, 'oci-layout:pulled:v1');
    expect(copied).toMatchObject({ status: 0, stdout: `oci-layout:pulled@${shelf.subject.digest}\n` });
    const again = await world.nv2('verify', '-k', 'wabbit.crt', 'oci-layout:pulled:v1');
    expect(again).toMatchObject({ status: 0, stdout: `oci-layout:pulled@${shelf.subject.digest}\n` });
  });

  it('gives a script nothing to run when nothing was accepted', async () => {
    await using world = await openWorldFor('referrers API');
    await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor');
    expect(await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged)).toMatchObject({ status: 10, stdout: '' });
  });

  it('refuses a registry that answers a digest with another manifest', async () => {
    await using world = await openWorldFor('referrers API');
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor');
    await signAt(shelf, { by: wabbit });
    await pushArtifact(shelf.store, testImage({ name: 'impostor' }), 'v2');
    const path = `/v2/net-monitor/manifests/${shelf.subject.digest}`;
    world.wabbit.intercept((request, answer) =>
      answer(request.url === path ? { ...request, url: '/v2/net-monitor/manifests/v2' } : request),
    );
    const [verified, copied] = await Promise.all([
      world.nv2('verify', '-k', 'wabbit.crt', shelf.pinned),
      world.nv2('copy', shelf.pinned, 'oci-layout:pulled:v1'),
    ]);
    expect(verified, verified.stderr).toMatchObject({ status: 11, stdout: '' });
    expect(copied, copied.stderr).toMatchObject({ status: 11, stdout: '' });
    expect((await world.nv2('tree', 'oci-layout:pulled:v1')).status).not.toBe(0);
  });
});
