// Copying with a condition and with a selection, and archives as places.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listReferrers } from '@nv2/content';
import { pushArtifact, type TestChain, testReferrer } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const sbomType = 'application/spdx+json';

describe('nv2 copy', () => {
  let stage: Stage;
  let wabbit: TestChain;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);
  const reference = (name: string): string => `${stage.registry}/${name}:v1`;
  /** Types of what refers to the image there. */
  const referrersAt = async (name: string): Promise<readonly string[]> => {
    const store = stage.repository(name);
    const found = await listReferrers(store, (await store.findManifestDescriptor('v1'))!);
    return found.map((one) => `${one.artifactType}`).toSorted();
  };

  beforeAll(async () => {
    stage = await openStage();
    wabbit = await stage.key('wabbit');
    await stage.key('acme');
    await stage.image('app', 'v1');
    await stage.image('bare', 'v1');
    await nv2(['sign', '-k', 'wabbit.key', reference('app')]);
    await nv2(['sign', '-k', 'acme.key', '--signature-format', 'cose', reference('app')]);
    const store = stage.repository('app');
    const subject = await store.findManifestDescriptor('v1');
    for (const stageName of ['build', 'release']) {
      await pushArtifact(
        store,
        testReferrer(subject!, {
          artifactType: sbomType,
          annotations: { stage: stageName },
          content: new TextEncoder().encode(stageName),
        }),
      );
    }
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  const signature = 'application/vnd.cncf.notary.signature';

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['everything', [], [sbomType, sbomType, signature, signature]],
    ['one type', ['--artifact-type', sbomType], [sbomType, sbomType]],
    ['one annotation', ['--annotation', 'stage=release'], [sbomType]],
    ['a type and an annotation', ['--artifact-type', signature, '--annotation', 'stage=release'], []],
    [
      'not one signer, by subject',
      ['--exclude-signer', 'CN=acme, O=Wabbit Networks, ST=WA, C=US'],
      [sbomType, sbomType, signature],
    ],
    ['nobody else', ['--exclude-signer', 'CN=nobody'], [sbomType, sbomType, signature, signature]],
  ])('takes %s along', async (name, options, expected) => {
    const target = `to-${name.replaceAll(/[^a-z]+/g, '-')}`;
    const ran = await nv2(['copy', ...options, reference('app'), reference(target)]);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(await referrersAt(target)).toEqual(expected.toSorted());
  });

  it('leaves a signer behind by fingerprint, and the others verify', async () => {
    const fingerprint = `sha256:${wabbit.certificates[0].fingerprint}`;
    await nv2(['copy', '--exclude-signer', fingerprint, reference('app'), reference('without')]);
    expect((await nv2(['verify', '-k', 'acme.crt', reference('without')])).status).toBe(0);
    expect((await nv2(['verify', '-k', 'wabbit.crt', reference('without')])).status).toBe(12);
  });

  it('leaves a signature behind whose signer cannot be read, when one is excluded', async () => {
    const store = stage.repository('bare');
    const subject = await store.findManifestDescriptor('v1');
    await pushArtifact(store, testReferrer(subject!, { artifactType: signature }));
    const ran = await nv2(['copy', '--exclude-signer', 'CN=nobody', reference('bare'), reference('cautious')]);
    expect(ran.stderr).toContain('its signer cannot be read');
    expect(await referrersAt('cautious')).toEqual([]);
  });

  it.each<readonly [string, readonly string[], number, string]>([
    ['a key that did not sign', ['-k', 'bare.crt'], 12, 'signer not trusted'],
    ['no policy', [], 12, 'there is no trust policy'],
  ])('copies nothing with --only-signed and %s', async (name, options, status, says) => {
    await stage.key('bare');
    const target = `only-${name.replaceAll(/[^a-z]+/g, '-')}`;
    const ran = await nv2(['copy', '--only-signed', ...options, reference('app'), reference(target)]);
    expect(ran, ran.stderr).toMatchObject({ status, stdout: '' });
    expect(ran.stderr).toContain(says);
    expect(ran.stderr).toMatch(/^next: /m);
    expect(await stage.repository(target).findManifest('v1')).toBeUndefined();
  });

  it('copies nothing unsigned with --only-signed, and makes no layout', async () => {
    await stage.image('plain', 'v1');
    const ran = await nv2(['copy', '--only-signed', '-k', 'wabbit.crt', reference('plain'), 'oci-layout:never:v1']);
    expect(ran).toMatchObject({ status: 10, stdout: '' });
    expect(existsSync(join(stage.work, 'never'))).toBe(false);
    const json = await nv2([
      'copy',
      '--only-signed',
      '-k',
      'wabbit.crt',
      '--format',
      'json',
      reference('plain'),
      'oci-layout:never:v1',
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({ copied: 0, verification: { verdict: 'untrusted' }, exitCode: 10 });
  });

  it('copies nothing with --only-signed under a policy that decides nothing', async () => {
    await stage.write(
      'skip.json',
      JSON.stringify({
        version: '1.0',
        trustPolicies: [
          { name: 'skip', registryScopes: [`${stage.registry}/app`], signatureVerification: { level: 'skip' } },
        ],
      }),
    );
    const args = ['copy', '--only-signed', '--policy-file', 'skip.json', reference('app'), reference('skipped')];
    expect(await nv2(args)).toMatchObject({ status: 16, stdout: '' });
    expect(await stage.repository('skipped').findManifest('v1')).toBeUndefined();
  });

  it('copies with --only-signed what is accepted, and says who signed', async () => {
    const ran = await nv2(['copy', '--only-signed', '-k', 'wabbit.crt', reference('app'), reference('accepted')]);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(ran.stderr).toMatch(/: trusted$/m);
    expect(ran.stderr).toContain('referrers: 4');
  });

  it.each([
    [['-k', 'wabbit.crt'], '--only-signed'],
    [['--no-referrers', '--annotation', 'a=b'], '--no-referrers'],
    [['--exclude-signer', 'wabbit'], 'takes a fingerprint or a subject'],
    [['--annotation', 'a'], 'key=value'],
  ])('refuses %j', async (options, says) => {
    const ran = await nv2(['copy', ...options, reference('app'), reference('refused')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain(says);
  });

  it('stores signatures under the referrers tag with --force-referrers-tag, though there is an API', async () => {
    const store = stage.repository('forced');
    const ran = await nv2(['copy', '--force-referrers-tag', reference('app'), reference('forced')]);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    const digest = (await store.findManifestDescriptor('v1'))?.digest ?? '';
    expect(await store.findManifest(digest.replace(':', '-'))).toBeDefined();
    await stage.image('signed-by-tag', 'v1');
    await nv2(['sign', '-k', 'wabbit.key', '--force-referrers-tag', reference('signed-by-tag')]);
    const other = stage.repository('signed-by-tag');
    const subject = (await other.findManifestDescriptor('v1'))?.digest ?? '';
    expect(await other.findManifest(subject.replace(':', '-'))).toBeDefined();
    expect((await nv2(['verify', '-k', 'wabbit.crt', reference('signed-by-tag')])).status).toBe(0);
  });

  it('carries an image in an archive, which every reading command takes, and out of it again', async () => {
    const made = await nv2(['copy', reference('app'), 'oci-archive:app.tar']);
    expect(made, made.stderr).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^oci-archive:app\.tar@sha256:/),
    });
    expect(readdirSync(stage.work).filter((file) => file.startsWith('app.tar'))).toEqual(['app.tar']);
    const [byTag, byDigest] = ['oci-archive:app.tar:v1', made.stdout.trim()];
    for (const subject of [byTag, byDigest]) {
      expect((await nv2(['verify', '-k', 'wabbit.crt', subject])).status).toBe(0);
      expect((await nv2(['list', subject])).stdout).toContain('CN=wabbit');
      expect((await nv2(['tree', subject])).stdout).toContain(sbomType);
      expect((await nv2(['inspect', subject])).stdout).toContain('CN=acme');
    }
    const back = await nv2(['copy', byTag, reference('unpacked')]);
    expect(back, back.stderr).toMatchObject({ status: 0 });
    expect(await referrersAt('unpacked')).toHaveLength(4);
  });

  it('never writes over an archive, nor leaves half of one', async () => {
    await stage.write('taken.tar', 'mine');
    expect(await nv2(['copy', reference('app'), 'oci-archive:taken.tar'])).toMatchObject({ status: 2 });
    const stop = new AbortController();
    stop.abort();
    await nv2(['copy', reference('app'), 'oci-archive:half.tar'], { signal: stop.signal });
    expect(readdirSync(stage.work).filter((file) => file.startsWith('half.tar'))).toEqual([]);
  });

  it('does not sign into an archive', async () => {
    const ran = await nv2(['sign', '-k', 'wabbit.key', 'oci-archive:app.tar:v1']);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^next: /m);
  });
});
