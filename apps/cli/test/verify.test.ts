// Verification from the command line to exit code, with any clock and with registries that misbehave.

import { bytesBody } from '@nv2/base';
import { mediaTypes } from '@nv2/oci';
import { mintChain, pushArtifact, testReferrer } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const day = 24 * 60 * 60 * 1000;

describe('nv2 verify', () => {
  let stage: Stage;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);
  const reference = (name: string): string => `${stage.registry}/${name}:v1`;
  const signed = async (name: string, ...more: readonly string[]): Promise<string> => {
    await stage.image(name, 'v1');
    const ran = await nv2(['sign', '-k', 'wabbit.key', ...more, reference(name)]);
    expect(ran.status).toBe(0);
    return ran.stdout.trim();
  };

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.key('other');
    await stage.key('third');
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it('prints the reference by digest and nothing else, so that it can be used in a command [+VER-03]', async () => {
    await signed('plain');
    const ran = await nv2(['verify', '-k', 'wabbit.crt', reference('plain')]);
    expect(ran).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^localhost:\d+\/plain@sha256:[0-9a-f]{64}\n$/),
    });
    const again = await nv2(['verify', '-k', 'wabbit.crt', ran.stdout.trim()]);
    expect(again).toMatchObject({ status: 0, stdout: ran.stdout });
    expect(again.stderr).not.toContain('warning');
    expect(ran.stderr).toContain('the tag v1 can be moved');
  });

  it('prints nothing on standard output when the artifact is not accepted', async () => {
    await signed('quiet');
    expect(await nv2(['verify', '-k', 'other.crt', reference('quiet')])).toMatchObject({ status: 12, stdout: '' });
  });

  it('works on the two literal lines of the early short form, with a warning about the private key', async () => {
    await stage.image('literal', 'v1');
    expect((await nv2(['sign', '-k', 'wabbit.key', '-r', reference('literal')])).status).toBe(0);
    const ran = await nv2(['verify', '-k', 'wabbit.key', '-r', reference('literal')]);
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain('is a private key; verifying needs only its certificate');
  });

  it('refuses an expired signature and shows both times [-SIGN-04]', async () => {
    await signed('expiring', '-e', '1h');
    const args = ['verify', '-k', 'wabbit.crt', reference('expiring')];
    expect((await nv2(args)).status).toBe(0);
    const late = await nv2(args, { now: new Date(Date.now() + 2 * day) });
    expect(late).toMatchObject({ status: 14, stdout: '' });
    expect(late.stderr).toMatch(/expired at 20.*the local clock says 20/);
  });

  it('refuses a signature whose certificate has expired since', async () => {
    const chain = await mintChain({
      keyIndex: 77,
      subject: 'C=US,ST=WA,O=Example,CN=short',
      notAfter: new Date(Date.now() + day),
    });
    await stage.write('short.key', chain.key.pkcs8Pem, 0o600);
    await stage.write('short.crt', chain.pem);
    await stage.image('short', 'v1');
    expect((await nv2(['sign', '-k', 'short.key', reference('short')])).status).toBe(0);
    const late = await nv2(['verify', '-k', 'short.crt', reference('short')], { now: new Date(Date.now() + 3 * day) });
    expect(late).toMatchObject({ status: 14 });
    expect(late.stderr).toContain('has no time-stamp');
  });

  it('refuses a signature envelope that was altered, and says which', async () => {
    await stage.image('altered', 'v1');
    await nv2(['sign', '-k', 'wabbit.key', '-o', 'altered.jws', reference('altered')]);
    const { readFileSync } = await import('node:fs');
    const envelope = JSON.parse(readFileSync(`${stage.work}/altered.jws`, 'utf8'));
    envelope.signature = `${envelope.signature.startsWith('A') ? 'B' : 'A'}${envelope.signature.slice(1)}`;
    const bytes = new TextEncoder().encode(JSON.stringify(envelope));
    await stage.write('altered.jws', bytes);
    const file = await nv2(['verify', '-s', 'altered.jws', '-k', 'wabbit.crt', reference('altered')]);
    expect(file).toMatchObject({ status: 11, stdout: '' });
    // The same in the registry, put there by somebody who can write.
    const store = stage.repository('altered');
    const subject = await store.findManifestDescriptor('v1');
    const layer = testReferrer(subject!, { artifactType: mediaTypes.notarySignature, content: bytes });
    const manifest = JSON.parse(new TextDecoder().decode(layer.manifest.bytes));
    manifest.layers[0].mediaType = mediaTypes.jws;
    const { manifestOf } = await import('@nv2/content');
    const changed = manifestOf(new TextEncoder().encode(JSON.stringify(manifest)), {
      mediaType: mediaTypes.ociManifest,
    });
    for (const blob of layer.blobs) await store.pushBlob(blob.descriptor, bytesBody(blob.bytes));
    await store.pushManifest(changed);
    const ran = await nv2(['verify', '-k', 'wabbit.crt', reference('altered')]);
    expect(ran.status).toBe(11);
    expect(ran.stderr).toContain(`  ${changed.descriptor.digest}`);
    expect((await nv2(['list', reference('altered')])).stdout).toContain('malformed');
  });

  it('refuses a signature of another artifact', async () => {
    await stage.image('first', 'v1');
    await stage.image('second', 'v1');
    await nv2(['sign', '-k', 'wabbit.key', '-o', 'first.jws', reference('first')]);
    const ran = await nv2(['verify', '-s', 'first.jws', '-k', 'wabbit.crt', reference('second')]);
    expect(ran.status).toBe(11);
    expect(ran.stderr).toMatch(/why: expected sha256:.*\nwhy: signed {3}sha256:/);
  });

  it('bounds its work and reports the limit instead of hiding it [+VER-01]', async () => {
    await signed('crowded');
    for (let index = 0; index < 3; index += 1)
      await nv2(['sign', '-k', 'other.key', '-e', `${index + 1}h`, reference('crowded')]);
    const ran = await nv2([
      'verify',
      '--max-signatures',
      '2',
      '-c',
      'third-root.crt',
      '--format',
      'json',
      reference('crowded'),
    ]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ isLimitReached: true });
    const listed = await nv2(['list', '--max-signatures', '2', reference('crowded')]);
    expect(listed.stderr).toContain('only 2 signatures were examined');
  });

  it('refuses a limit that is no positive number [-VER-01]', async () => {
    expect(await nv2(['verify', '--max-signatures', '0', reference('crowded')])).toMatchObject({ status: 2 });
    expect(await nv2(['verify', '--max-signatures', 'many', reference('crowded')])).toMatchObject({ status: 2 });
  });

  it('names what is there when nothing of it is a signature it reads', async () => {
    await stage.image('foreign', 'v1');
    const store = stage.repository('foreign');
    const subject = await store.findManifestDescriptor('v1');
    await pushArtifact(store, testReferrer(subject!));
    const sbom = await nv2(['verify', '-k', 'wabbit.crt', reference('foreign')]);
    expect(sbom.status).toBe(10);
    expect(sbom.stderr).toContain('is not a signature: application/vnd.example.sbom.v1+json');
    await pushArtifact(
      store,
      testReferrer(subject!, { artifactType: 'application/vnd.dev.cosign.simplesigning.v1+json' }),
    );
    const cosign = await nv2(['verify', '-k', 'wabbit.crt', reference('foreign')]);
    expect(cosign.status).toBe(10);
    expect(cosign.stderr).toContain('cosign');
    expect((await nv2(['list', reference('foreign')])).stdout).toMatch(/cosign.*unknown format/);
    expect((await nv2(['tree', reference('foreign')])).stdout).toContain('application/vnd.example.sbom.v1+json');
  });

  it('refuses an artifact whose manifest family is not the one asked for', async () => {
    await signed('family');
    const ran = await nv2(['verify', '-k', 'wabbit.crt', `docker://${reference('family')}`]);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect((await nv2(['verify', '-k', 'wabbit.crt', `oci://${reference('family')}`])).status).toBe(0);
  });

  it('verifies the bytes of a manifest against a signature file, in a file and on standard input', async () => {
    await stage.image('bare', 'v1');
    const manifest = await stage.repository('bare').findManifest('v1');
    await stage.write('manifest.json', manifest!.bytes);
    const made = await nv2([
      'sign',
      '-k',
      'wabbit.key',
      '-o',
      'bare.cose',
      '--signature-format',
      'cose',
      'file:manifest.json',
    ]);
    expect(made).toMatchObject({ status: 0, stdout: 'bare.cose\n' });
    const verified = await nv2(['verify', '-f', 'bare.cose', '-k', 'wabbit.crt', 'file:manifest.json']);
    expect(verified).toMatchObject({ status: 0, stdout: `${manifest!.descriptor.digest}\n` });
    const piped = await nv2(['verify', '-s', 'bare.cose', '-c', 'wabbit-root.crt', '-'], { input: manifest!.bytes });
    expect(piped.status).toBe(0);
    expect((await nv2(['sign', '-k', 'wabbit.key', 'file:manifest.json'])).status).toBe(2);
    expect((await nv2(['verify', '-k', 'wabbit.crt', 'file:manifest.json'])).status).toBe(2);
    expect((await nv2(['sign', '-k', 'wabbit.key', '-o', 'bare.cose', 'file:manifest.json'])).stderr).toContain(
      'would be overwritten',
    );
  });

  it('writes a file and stores the signature when both are asked for', async () => {
    await stage.image('both', 'v1');
    const ran = await nv2(['sign', '-k', 'wabbit.key', '-o', 'both.jws', '--push', reference('both')]);
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining('/both@sha256:') });
    expect((await nv2(['verify', '-k', 'wabbit.crt', reference('both')])).status).toBe(0);
    expect((await nv2(['verify', '-s', 'both.jws', '-k', 'wabbit.crt', reference('both')])).status).toBe(0);
    const alone = await nv2(['sign', '-k', 'wabbit.key', '-o', 'alone.jws', reference('family')]);
    expect(alone).toMatchObject({ status: 0, stdout: 'alone.jws\n' });
    expect((await nv2(['sign', '-k', 'wabbit.key', '--push', reference('both')])).status).toBe(2);
  });

  it.each([
    ['audit', 0, 'because the trust policy only audits'],
    ['skip', 0, 'because the trust policy says to skip verification'],
    ['permissive', 12, 'signer not trusted'],
    ['strict', 12, 'signer not trusted'],
  ])('at level %s exits %i for an unknown signer and says so', async (level, status, words) => {
    const name = `level-${level}`;
    await signed(name);
    const trust = level === 'skip' ? [] : ['--trust-store', 'ca:other', '--identity', '*'];
    await nv2(['cert', 'add', '-t', 'ca', '-s', 'other', 'other-root.crt']);
    await nv2([
      'policy',
      'init',
      '--force',
      '--scope',
      `${stage.registry}/${name}`,
      '--level',
      level,
      '--name',
      level,
      ...trust,
    ]);
    const ran = await nv2(['verify', reference(name)]);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(words);
    const json = JSON.parse((await nv2(['verify', '--format', 'json', reference(name)])).stdout);
    expect(json.verdict).toBe(status === 0 ? 'not-verified' : 'untrusted');
    if (level === 'audit') expect(ran.stderr).toContain('why: audit: ');
  });

  it('decides with the policy file that is named, and compares several', async () => {
    await signed('staged');
    const policy = (identity: string): string =>
      JSON.stringify({
        version: '1.0',
        trustPolicies: [
          {
            name: 'p',
            registryScopes: ['*'],
            signatureVerification: { level: 'strict' },
            trustStores: ['ca:wabbit'],
            trustedIdentities: [identity],
          },
        ],
      });
    await nv2(['cert', 'add', '-t', 'ca', '-s', 'wabbit', 'wabbit-root.crt']);
    await stage.write('development.json', policy('*'));
    await stage.write('production.json', policy('x509.subject: C=US, ST=WA, O=ACME'));
    expect((await nv2(['verify', '--policy-file', 'development.json', reference('staged')])).status).toBe(0);
    const production = await nv2(['verify', '--policy-file', 'production.json', reference('staged')]);
    expect(production.status).toBe(12);
    expect(production.stderr).toContain('identity wanted: ');
    const table = await nv2([
      'policy',
      'test',
      '--table',
      '--policy-file',
      'development.json',
      '--policy-file',
      'production.json',
      reference('staged'),
    ]);
    expect(table.status).toBe(12);
    expect(table.stdout).toMatch(
      /development\.json +trusted +accepted +0 .*\nproduction\.json +untrusted +not-trusted +12 /,
    );
    await stage.write('broken.json', '{"version":"1.0"}');
    expect((await nv2(['verify', '--policy-file', 'broken.json', reference('staged')])).status).toBe(2);
  });

  it('treats a policy that names a missing trust store as configuration to repair', async () => {
    await signed('storeless');
    await nv2(['policy', 'init', '--force', '--scope', '*', '--trust-store', 'ca:nowhere', '--identity', '*']);
    const ran = await nv2(['verify', reference('storeless')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('next: nv2 cert list');
  });
});
