// Plugins are exchanged: one installed executable, made with our kit, serves the reference and us, and each verifies what the other signed
// with it or for it.

import { join } from 'node:path';
import { findFormat, signEnvelope } from '@nv2/envelope';
import { encodePayload, storeSignature } from '@nv2/notary';
import type { TestChain } from '@nv2/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installExamplePlugin } from '../../../../examples/install-plugin.ts';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place, type Shelf } from './places.ts';
import { trustOneKey, writePolicy } from './trust.ts';

const pem = 'com.example.pem';

describeWith(['notation'], 'plugins of notation and of nv2', () => {
  let lab: Lab;
  let place: Place;
  let chain: TestChain;
  let keyId: string;

  beforeAll(async () => {
    lab = await openLab();
    place = await openPlace('our registry');
    chain = await trustOneKey(lab, { keyType: 'rsa2048', subject: 'C=US,ST=WA,O=Example,CN=build.example.com' });
    await installExamplePlugin(lab.notationConfig, pem);
    await installExamplePlugin(lab.notationConfig, 'com.example.dns');
    keyId = join(lab.directory, 'keys/release.key');
    await lab.write('keys/release.key.crt', chain.pem);
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  it('all list the same plugins', async () => {
    for (const program of ['notation', 'face'] as const) {
      const listed = await lab.ok(program, 'plugin', 'list');
      expect(listed).toMatch(
        /com\.example\.pem +Signs with a key in a PEM file +1\.0\.0 +\[SIGNATURE_GENERATOR\.RAW\] +<nil>/,
      );
    }
  });

  for (const signer of ['notation', 'face', 'nv2'] as const) {
    for (const format of ['jws', 'cose'] as const) {
      it(`${signer} signs with the plugin in ${format}, and all verify [+PLUG-07 +PLUG-22]`, async () => {
        const { pinned } = await place.shelve(`signed-${signer}-${format}`);
        await lab.ok(signer, 'sign', '--plugin', pem, '--id', keyId, '--signature-format', format, pinned);
        for (const verifier of ['notation', 'face', 'nv2'] as const) {
          expect(await lab.ok(verifier, 'verify', pinned)).toContain(pinned);
        }
      });
    }
  }

  it('a key that one adds, the other signs with [+DIR-08 +PLUG-28]', async () => {
    const settings = ['--plugin-config', `chain=${keyId}.crt`];
    await lab.ok('notation', 'key', 'add', '--plugin', pem, '--id', keyId, ...settings, 'theirs');
    await lab.ok('nv2', 'key', 'add', '--plugin', pem, '--id', keyId, ...settings, 'ours');
    const { pinned } = await place.shelve('listed');
    await lab.ok('nv2', 'sign', '-k', 'theirs', pinned);
    await lab.ok('notation', 'sign', '--key', 'ours', pinned);
    expect(await lab.ok('notation', 'verify', pinned)).toContain(pinned);
  });

  async function signDemanding({ store, subject }: Shelf, attribute?: string): Promise<void> {
    const format = findFormat('jws');
    if (format === undefined) throw new TypeError('jws is built in');
    const envelope = await signEnvelope({
      format,
      payload: encodePayload(subject),
      key: chain.signingKey,
      signingTime: new Date(),
      signingAgent: 'interop/1.0',
      verificationPlugin: 'com.example.dns',
      verificationPluginMinVersion: '1.0.0',
      ...(attribute === undefined ? {} : { extended: [{ key: attribute, isCritical: true, value: 'stable' }] }),
    });
    // The form that the released reference finds everywhere.
    await storeSignature({ store, subject, envelope, mediaType: format.mediaType, form: 'fallback' });
  }

  it.each([
    ['accepts a signer whom the plugin trusts', 'dns:build.example.com', 'com.example.release', 0],
    ['refuses one whom it does not', 'dns:other.example.com', 'com.example.release', 1],
    ['refuses an attribute that the plugin does not process', 'dns:build.example.com', 'com.example.other', 1],
  ])('each %s [+VER-16 -PLUG-45 -PLUG-46]', async (what, identity, attribute, status) => {
    await writePolicy(lab, 'interop', { identities: [identity] });
    const shelf = await place.shelve(`judged-${what.replaceAll(' ', '-')}`);
    await signDemanding(shelf, attribute);
    for (const program of ['notation', 'face', 'nv2'] as const) {
      const ran = await lab.run(program, 'verify', shelf.pinned);
      expect(`${program}: ${Math.min(ran.status, 1)}`).toBe(`${program}: ${status}`);
    }
    await writePolicy(lab, 'interop');
  });
});
