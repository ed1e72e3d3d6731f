// E16: verify, then add our own. Two signers, one verification per signer, and neither covers for the other.

import { describe, expect, it } from 'vitest';
import { listReferrers } from '@nv2/content';
import { openWorldFor, shelve, writeKey } from './publisher.ts';
import { expectVerdict } from './refusals.ts';
import { allowBusyMachine } from './world.ts';

allowBusyMachine();

describe.concurrent.each([
  ['referrers API', 'jws'],
  ['tag schema', 'cose'],
] as const)('E16 — verify, then add our own, %s, %s', (kind, format) => {
  it('keeps the digest, has both signatures, and misses exactly the one that is taken away', async () => {
    await using world = await openWorldFor(kind);
    const names = ['wabbit', 'public-registry', 'acme'] as const;
    for (const name of names) await writeKey(world, name);
    const shelf = await shelve(world, 'net-monitor');
    const sign = (name: string, reference: string) =>
      world.nv2('sign', '-k', `${name}.key`, '--signature-format', format, '-r', reference);
    expect((await sign('wabbit', shelf.tagged)).status).toBe(0);
    expect((await world.nv2('verify', '-k', 'wabbit.crt', '-r', shelf.tagged)).status).toBe(0);

    const target = `${world.acme.host}/net-monitor:v1`;
    await world.nv2('copy', shelf.tagged, target);
    // "Certified by the public registry" in between, then our own.
    for (const name of ['public-registry', 'acme']) {
      const ran = await sign(name, target);
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
    }
    const store = world.acme.store('net-monitor');
    expect((await store.findManifestDescriptor('v1'))?.digest).toBe(shelf.subject.digest);
    const pinned = `${world.acme.host}/net-monitor@${shelf.subject.digest}`;
    const verify = (name: string) => world.nv2('verify', '-k', `${name}.crt`, target);
    for (const ran of await Promise.all(names.map(verify))) {
      expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: `${pinned}\n` });
    }
    expect(await listReferrers(store, shelf.subject)).toHaveLength(3);

    const { stdout } = await world.nv2('list', '--format', 'json', '-k', 'acme.crt', target);
    const listed = JSON.parse(stdout).signatures as readonly { digest: string; state: string }[];
    const own = listed.find(({ state }) => state === 'trusted');
    await store.deleteManifest(own?.digest as typeof shelf.subject.digest);
    expectVerdict(await verify('acme'), 12, 'signer not trusted');
    for (const name of ['wabbit', 'public-registry']) expect((await verify(name)).status).toBe(0);

    for (const { digest } of await listReferrers(store, shelf.subject)) await store.deleteManifest(digest);
    expectVerdict(await verify('wabbit'), 10, 'no signature found');
    // The publisher's registry was never written to by the consumer.
    expect(await listReferrers(shelf.store, shelf.subject)).toHaveLength(1);
    // A second copy brings the publisher's signature back, and only that.
    expect((await world.nv2('copy', shelf.tagged, target)).status).toBe(0);
    expect((await verify('wabbit')).status).toBe(0);
    expect((await verify('acme')).status).toBe(12);
  });

  it('adds no second copy of what is there: signing again with the same words adds, copying again does not', async () => {
    await using world = await openWorldFor(kind);
    await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor');
    await world.nv2('sign', '-k', 'wabbit.key', shelf.tagged);
    const target = `${world.acme.host}/net-monitor:v1`;
    for (let run = 0; run < 2; run += 1) await world.nv2('copy', shelf.tagged, target);
    expect(await listReferrers(world.acme.store('net-monitor'), shelf.subject)).toHaveLength(1);
  });
});
