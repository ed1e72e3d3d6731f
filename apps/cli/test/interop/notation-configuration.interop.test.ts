// One configuration for both tools (docs/compatibility.md): what each writes, the other reads without complaint.

import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place } from './places.ts';

describeWith(['notation', 'docker-registry'], 'files of nv2 in the hands of notation', () => {
  it('takes keys, trust store and policy that nv2 made', async () => {
    await using lab = await openLab();
    await using place = await openPlace('docker-registry');
    await lab.ok('nv2', 'cert', 'generate-test', '--default', 'wabbit');
    await lab.ok('nv2', 'cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit.crt');
    await lab.ok('nv2', 'policy', 'init', '--scope', '*', '--trust-store', 'ca:wabbit', '--identity', '*');
    await takePolicyAsOldName(lab);
    expect(await lab.ok('notation', 'key', 'ls')).toContain('* wabbit');
    expect(await lab.ok('notation', 'cert', 'ls')).toMatch(/ca +wabbit +wabbit\.crt/);
    const shown = await lab.ok('nv2', 'policy', 'show');
    expect(`${await lab.ok('notation', 'policy', 'show')}\n`).toBe(shown);
    await expectBothWays(lab, place);
  });

  it.each(['2048', '3072', '4096'])('takes an RSA key of %s bits, a second key and another default', async (bits) => {
    await using lab = await openLab();
    await using place = await openPlace('docker-registry');
    await lab.ok('nv2', 'cert', 'generate-test', '--bits', bits, 'first');
    await lab.ok('nv2', 'cert', 'generate-test', '--out', '.', 'second');
    await lab.ok('nv2', 'key', 'add', 'third', 'second.key');
    await lab.ok('nv2', 'key', 'default', 'first');
    expect(await lab.ok('notation', 'key', 'ls')).toMatch(/^\* first.*\n.*second.*\n.*third/m);
    await lab.ok('nv2', 'cert', 'add', '--type', 'ca', '--store', 'tests', 'first.crt', 'second.crt');
    const identity = 'x509.subject: C=US, ST=WA, L=Seattle, O=Notary, CN=first';
    await lab.ok('nv2', 'policy', 'init', '--scope', '*', '--trust-store', 'ca:tests', '--identity', identity);
    await takePolicyAsOldName(lab);
    await expectBothWays(lab, place);
    const { pinned } = await place.shelve('third');
    await lab.ok('notation', 'sign', '-k', 'third', pinned);
    // Signed by a key in the store, but not by the one that the statement names.
    expect((await lab.run('notation', 'verify', pinned)).status).toBe(1);
    expect((await lab.run('nv2', 'verify', pinned)).status).toBe(12);
  });

  it('takes every kind of statement that nv2 policy writes', async () => {
    await using lab = await openLab();
    await using place = await openPlace('docker-registry');
    await lab.ok('nv2', 'cert', 'generate-test', '--default', 'wabbit');
    await lab.ok('nv2', 'cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit.crt');
    const set = (...args: readonly string[]): Promise<string> => lab.ok('nv2', 'policy', 'set', ...args);
    const trust = ['--trust-store', 'ca:wabbit', '--identity', '*'];
    await lab.ok('nv2', 'policy', 'init', '--name', 'all', '--scope', '*', ...trust, '--level', 'audit');
    await set('--name', 'one', '--scope', `${place.host}/one`, ...trust, '--verify-timestamp', 'afterCertExpiry');
    await set('--name', 'two', '--scope', `${place.host}/two`, ...trust, '--level', 'permissive');
    await set('--name', 'none', '--scope', `${place.host}/none`, '--level', 'skip');
    await takePolicyAsOldName(lab);
    for (const repository of ['one', 'two', 'elsewhere']) {
      const { pinned } = await place.shelve(repository);
      await lab.ok('nv2', 'sign', pinned);
      expect(await lab.ok('notation', 'verify', pinned)).toContain(`Successfully verified signature for ${pinned}`);
    }
    const { pinned } = await place.shelve('none');
    expect(await lab.ok('notation', 'verify', pinned)).toContain('configured to skip signature verification');
    expect(await lab.ok('face', 'verify', pinned)).toContain('configured to skip signature verification');
  });
});

describeWith(['notation', 'docker-registry'], 'files of notation in the hands of nv2', () => {
  it('takes keys, trust store and policy that notation made', async () => {
    await using lab = await openLab();
    await using place = await openPlace('docker-registry');
    // Key, certificate, key list and trust store in one step.
    await lab.ok('notation', 'cert', 'generate-test', '--default', 'wabbit');
    const statement = {
      name: 'wabbit',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:wabbit'],
      trustedIdentities: ['*'],
    };
    await lab.write('policy.json', JSON.stringify({ version: '1.0', trustPolicies: [statement] }));
    await lab.ok('notation', 'policy', 'import', 'policy.json');
    expect(await lab.ok('nv2', 'key', 'list')).toContain('* wabbit');
    expect(await lab.ok('nv2', 'cert', 'list')).toContain('wabbit.crt');
    expect(await lab.ok('nv2', 'policy', 'show')).toContain('"wabbit"');
    await expectBothWays(lab, place);
  });

  it('changes a key list of notation without losing what only notation uses', async () => {
    await using lab = await openLab();
    const plugin = { name: 'kms', id: 'arn:key', pluginName: 'example', pluginConfig: { region: 'x' } };
    await lab.write('.config/notation/signingkeys.json', JSON.stringify({ default: 'kms', keys: [plugin] }), 0o600);
    await lab.ok('nv2', 'cert', 'generate-test', 'wabbit');
    const listed = await lab.ok('notation', 'key', 'ls');
    expect(listed).toMatch(/^\* kms +arn:key +example/m);
    expect(listed).toMatch(/^wabbit/m);
  });
});

/** The released reference reads only the name that newer versions call old. */
async function takePolicyAsOldName({ notationConfig }: Lab): Promise<void> {
  const [current, old] = [join(notationConfig, 'trustpolicy.oci.json'), join(notationConfig, 'trustpolicy.json')];
  await copyFile(current, `${old}.new`);
  await rename(`${old}.new`, old);
}

/** Each signs with the default key, all verify by the policy. */
async function expectBothWays(lab: Lab, place: Place): Promise<void> {
  for (const signer of ['notation', 'nv2', 'face'] as const) {
    const { pinned } = await place.shelve(`both-ways/${signer}`);
    await lab.ok(signer, 'sign', pinned);
    expect(await lab.ok('notation', 'verify', pinned)).toBe(`Successfully verified signature for ${pinned}\n`);
    expect(await lab.ok('nv2', 'verify', pinned)).toBe(`${pinned}\n`);
    expect(await lab.ok('face', 'verify', pinned)).toBe(`Successfully verified signature for ${pinned}\n`);
  }
}
