// Where we differ from the reference on purpose (docs/compatibility.md): each deviation beside what the reference does.

import { mintChain } from '@nv2/testing';
import { mediaTypes } from '@nv2/oci';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place } from './places.ts';
import { attachEnvelope, readSignatures } from './signatures.ts';
import { trustOneKey, writePolicy } from './trust.ts';

describeWith(['notation', 'docker-registry', 'openssl'], 'where nv2 is stricter than notation', () => {
  let lab: Lab;
  let place: Place;

  beforeAll(async () => {
    lab = await openLab();
    await trustOneKey(lab);
    place = await openPlace('docker-registry');
  });

  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  const statuses = async (...args: readonly string[]): Promise<Readonly<Record<string, number>>> => ({
    notation: (await lab.run('notation', ...args)).status,
    face: (await lab.run('face', ...args)).status,
    nv2: (await lab.run('nv2', ...args)).status,
  });

  it('a signature manifest of a form that the specification does not define counts for the reference only', async () => {
    const shelf = await place.shelve('mixed');
    await lab.ok('notation', 'sign', shelf.pinned);
    const [good] = await readSignatures(shelf);
    if (good === undefined) throw new Error('notation stored no signature');
    await shelf.store.deleteManifest(good.descriptor.digest);
    await attachEnvelope(shelf, good.envelope, good.mediaType, mediaTypes.notarySignature);
    expect(await statuses('verify', shelf.pinned)).toEqual({ notation: 0, face: 1, nv2: 11 });
  });

  it('a revocation source that cannot be asked is no answer for any, and at level permissive a warning', async () => {
    await using own = await openLab();
    const ocspUrls = ['http://localhost:1/ocsp'];
    await trustOneKey(own, {
      length: 2,
      keyIndex: 350,
      tweak: (options, index) =>
        index > 0 ? options : { ...options, extensions: { ...options.extensions, ocspUrls } },
    });
    const { pinned } = await place.shelve('revocation');
    await own.ok('nv2', 'sign', pinned);
    for (const program of ['notation', 'face'] as const) {
      expect((await own.run(program, 'verify', pinned)).status).toBe(1);
    }
    expect((await own.run('nv2', 'verify', pinned)).status).toBe(17);
    await writePolicy(own, 'interop', { level: 'permissive' });
    for (const program of ['notation', 'face', 'nv2'] as const) {
      const ran = await own.run(program, 'verify', pinned);
      expect(ran.status).toBe(0);
      expect(ran.stderr).toMatch(/revocation/);
    }
  });

  const policy = (members: object, statement: object = {}): string =>
    JSON.stringify({
      version: '1.0',
      trustPolicies: [
        {
          name: 'interop',
          registryScopes: ['*'],
          signatureVerification: { level: 'strict' },
          trustStores: ['ca:interop'],
          trustedIdentities: ['*'],
          ...statement,
        },
      ],
      ...members,
    });
  const skip = { signatureVerification: { level: 'skip' }, trustStores: undefined, trustedIdentities: undefined };

  it.each([
    ['an unknown member', policy({ comment: 'ours' })],
    ['an unknown member of a statement', policy({}, { comment: 'ours' })],
    ['a level that skips everything', policy({}, skip)],
  ])('a policy with %s: the reference takes it, notation warns, nv2 refuses', async (_, text) => {
    await using own = await openLab();
    await trustOneKey(own);
    const { pinned } = await place.shelve('lenient');
    await own.ok('nv2', 'sign', pinned);
    await own.write('.config/notation/trustpolicy.json', text, 0o600);
    expect(await own.run('notation', 'verify', pinned)).toMatchObject({ status: 0, stderr: '' });
    const face = await own.run('face', 'verify', pinned);
    expect(face.status).toBe(0);
    expect(face.stderr).toMatch(/^Warning: .*trustpolicy\.json: \$/m);
    expect(await own.run('nv2', 'verify', pinned)).toMatchObject({ status: 2, stdout: '' });
  });

  it('an encrypted key signs with nv2, and with neither notation', async () => {
    await using own = await openLab({ NV2_KEY_PASSPHRASE: 'sesame' });
    const { key, pem } = await mintChain({ keyIndex: 360 });
    await own.write('plain.key', key.pkcs8Pem, 0o600);
    await own.ok('openssl', 'pkcs8', '-topk8', '-in', 'plain.key', '-passout', 'pass:sesame', '-out', 'locked.key');
    const [keyPath, certPath] = [`${own.directory}/locked.key`, await own.write('locked.crt', pem)];
    const list = JSON.stringify({ default: 'locked', keys: [{ name: 'locked', keyPath, certPath }] });
    await own.write('.config/notation/signingkeys.json', list, 0o600);
    const { pinned } = await place.shelve('locked');
    for (const program of ['notation', 'face'] as const) {
      expect((await own.run(program, 'sign', pinned)).status).toBe(1);
    }
    await own.ok('nv2', 'sign', pinned);
  });

  it.each([
    [
      'a plugin that is not installed',
      ['--plugin', 'example', '--id', 'x'],
      /^Error: plugin executable file is either/,
    ],
    [
      'a time-stamp authority that nobody answers for',
      ['--timestamp-url', 'http://localhost:1', '--timestamp-root-cert', 'keys/release.crt'],
      /^Error: /,
    ],
  ])('%s fails the signing, and nothing is stored', async (_, flags, reason) => {
    const shelf = await place.shelve('not-done');
    const ran = await lab.run('face', 'sign', ...flags, shelf.pinned);
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toMatch(reason);
    expect(await readSignatures(shelf)).toEqual([]);
  });
});
