// E09: one authority for everything a vendor ships; leaves come and go and no consumer edits anything.

import { type Certificate } from '@nv2/pki';
import { caExtensions, leafExtensions, mintCertificate, testKeyPair, toPem, toSigningKey } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorldFor, shelve, writePolicy } from './publisher.ts';
import { expectFailure, expectVerdict } from './refusals.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

const vendor = { subject: 'C=US,ST=WA,O=Wabbit Networks,CN=Wabbit CA', key: testKeyPair('p256', 9000) };

/** A leaf below the vendor's one authority, as NAME.key and NAME.crt. */
async function writeLeaf(world: World, name: string, index: number, root: Certificate): Promise<void> {
  const key = testKeyPair('p256', index);
  const subject = `C=US,ST=WA,O=Wabbit Networks,CN=${name}`;
  const leaf = await mintCertificate({ subject, key, issuer: vendor, extensions: leafExtensions });
  expect(toSigningKey(key, [leaf, root]).chain).toHaveLength(2);
  await world.write(`${name}.key`, key.pkcs8Pem, 0o600);
  await world.write(`${name}.crt`, [leaf, root].map(({ der }) => toPem('CERTIFICATE', der)).join(''));
}

describe.concurrent('E09 — one key for everything a vendor ships', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorldFor('referrers API');
    const root = await mintCertificate({ ...vendor, extensions: caExtensions });
    await world.write('vendor.crt', toPem('CERTIFICATE', root.der));
    await writeLeaf(world, 'monitoring', 9001, root);
    await writeLeaf(world, 'storage', 9002, root);
    await writeLeaf(world, 'monitoring-next', 9003, root);
    await world.nv2('cert', 'add', '--type', 'ca', '--store', 'vendor', 'vendor.crt');
    const identity = 'x509.subject: C=US, ST=WA, O=Wabbit Networks';
    const made = await world.nv2(
      'policy',
      'init',
      '--scope',
      '*',
      '--trust-store',
      'ca:vendor',
      '--identity',
      identity,
    );
    expect(made, made.stderr).toMatchObject({ status: 0 });
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  it('accepts every team and every repository, old leaf and new leaf, without an edit', async () => {
    const [first, second, third] = [
      await shelve(world, 'net-monitor'),
      await shelve(world, 'storage/driver'),
      await shelve(world, 'net-monitor-next'),
    ];
    for (const [key, shelf] of [
      ['monitoring', first],
      ['storage', second],
      ['monitoring-next', third],
    ] as const) {
      expect((await world.nv2('sign', '-k', `${key}.key`, shelf.tagged)).status).toBe(0);
      const ran = await world.nv2('verify', shelf.tagged);
      expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: `${shelf.pinned}\n` });
      expect(ran.stderr).toContain(`signer: CN=${key},`);
      expect(ran.stderr).toContain('anchor: CN=Wabbit CA,');
    }
    // One image, signed before and after the rotation: either signature alone is enough.
    expect((await world.nv2('sign', '-k', 'monitoring-next.key', first.tagged)).status).toBe(0);
    expect((await world.nv2('verify', '-k', 'monitoring.crt', first.tagged)).status).toBe(0);
    expect((await world.nv2('verify', '-k', 'monitoring-next.crt', first.tagged)).status).toBe(0);
  });

  it('lets an exact scope win over *', async () => {
    const shelf = await shelve(world, 'exact');
    await world.nv2('sign', '-k', 'storage.key', shelf.tagged);
    const statement = (name: string, scope: string, identity: string): object => ({
      name,
      registryScopes: [scope],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:vendor'],
      trustedIdentities: [identity],
    });
    const policy = [
      statement('anybody', '*', '*'),
      statement('one-team', shelf.name, 'x509.subject: C=US, ST=WA, O=Wabbit Networks, CN=monitoring'),
    ];
    await world.write('exact.json', JSON.stringify({ version: '1.0', trustPolicies: policy }));
    const refused = await world.nv2('verify', '--policy-file', 'exact.json', shelf.tagged);
    expectVerdict(refused, 12, 'signer not trusted');
    expect(refused.stderr).toContain('policy "one-team"');
    const other = await shelve(world, 'not-exact');
    await world.nv2('sign', '-k', 'storage.key', other.tagged);
    expect((await world.nv2('verify', '--policy-file', 'exact.json', other.tagged)).status).toBe(0);
  });

  it('covers a list of repositories and nothing beside it', async () => {
    const shelf = await shelve(world, 'listed');
    await world.nv2('sign', '-k', 'storage.key', shelf.tagged);
    const names = ['listed', 'listed-too'].map((name) => `${world.wabbit.host}/${name}`);
    await writePolicy(world, 'list.json', { scopes: names, stores: ['ca:vendor'] });
    expect((await world.nv2('verify', '--policy-file', 'list.json', shelf.tagged)).status).toBe(0);
    const below = await shelve(world, 'listed/below');
    await world.nv2('sign', '-k', 'storage.key', below.tagged);
    expectVerdict(await world.nv2('verify', '--policy-file', 'list.json', below.tagged), 12, 'signer not trusted');
  });

  it('refuses a policy with the same scope twice before it contacts anybody', async () => {
    const scope = 'registry.wabbit-networks.io/net-monitor';
    const one = {
      registryScopes: [scope],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:vendor'],
      trustedIdentities: ['*'],
    };
    const document = {
      version: '1.0',
      trustPolicies: [
        { name: 'a', ...one },
        { name: 'b', ...one },
      ],
    };
    await world.write('twice.json', JSON.stringify(document));
    const ran = await world.nv2('verify', '--policy-file', 'twice.json', 'localhost:1/net-monitor:v1');
    expectFailure(ran, 2, /registry\.wabbit-networks\.io\/net-monitor/);
    expect(ran.stderr).toContain('twice.json');
    expect((await world.nv2('policy', 'lint', 'twice.json')).status).toBe(2);
  });
});
