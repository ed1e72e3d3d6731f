// Keys and verification in plugins, through both faces, with the example plugins as installed executables.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jwsFormat, signEnvelope } from '@nv2/envelope';
import { encodePayload, storeSignature } from '@nv2/notary';
import type { TestChain } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installExamplePlugin } from '../../../examples/install-plugin.ts';
import { runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const pem = 'com.example.pem';
let stage: Stage;
let wabbit: TestChain;
let keyId: string;

const nv2 = (...args: readonly string[]) => runHere(stage, args);
const nv2In = (settings: RunSettings, ...args: readonly string[]) => runHere(stage, args, settings);
const notation = (...args: readonly string[]) => runHere(stage, args, { face: 'notation' });

function configFile(name: string): string {
  return join(stage.home.env['NOTATION_CONFIG'] ?? '', name);
}

async function writeKeyList(keys: readonly object[]): Promise<void> {
  await writeFile(configFile('signingkeys.json'), JSON.stringify({ keys }), { mode: 0o600 });
}

/** A plugin that answers each command with a file's content, or fails with it. */
async function installScript(name: string, script: string): Promise<void> {
  const file = await installExamplePlugin(stage.home.env['NOTATION_CONFIG'] ?? '', pem);
  const directory = join(file, '../..', name);
  const { mkdir, chmod } = await import('node:fs/promises');
  await mkdir(directory, { recursive: true });
  const target = join(directory, `notation-${name}`);
  await writeFile(target, `#!/bin/sh\n${script}\n`);
  await chmod(target, 0o755);
}

beforeAll(async () => {
  stage = await openStage();
  const { mkdir } = await import('node:fs/promises');
  await mkdir(stage.home.env['NOTATION_CONFIG'] ?? '', { recursive: true });
  await installExamplePlugin(stage.home.env['NOTATION_CONFIG'] ?? '', pem);
  await installExamplePlugin(stage.home.env['NOTATION_CONFIG'] ?? '', 'com.example.dns');
  wabbit = await stage.key('wabbit', { keyType: 'rsa2048' });
  keyId = join(stage.work, 'wabbit.key');
  await writeFile(`${keyId}.crt`, wabbit.pem);
  await stage.image('app', 'v1');
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('nv2 with a key in a plugin', () => {
  it('signs with --plugin and --id, and says who signed [+PLUG-21 +PLUG-22 +SIGN-11]', async () => {
    const ran = await nv2('sign', '--plugin', pem, '--id', keyId, `${stage.registry}/app:v1`, '--format', 'json');
    expect(ran).toMatchObject({ status: 0 });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      key: `${keyId} of plugin ${pem}`,
      signer: { subject: expect.stringContaining('CN=wabbit') },
    });
    expect(await nv2('verify', '-k', 'wabbit.crt', `${stage.registry}/app:v1`)).toMatchObject({ status: 0 });
    const { stdout } = await nv2('inspect', `${stage.registry}/app:v1`, '--format', 'json');
    expect(stdout).toContain(`${pem}/1.0.0`);
  });

  it('lists a key in an installed plugin, and signs with its name and stored settings [+DIR-08 +PLUG-28]', async () => {
    const chainFile = await stage.write('elsewhere.pem', wabbit.pem);
    const settings = ['--plugin-config', `chain=${chainFile}`];
    const added = await nv2('key', 'add', '--plugin', pem, '--id', keyId, ...settings, '--default', 'kms');
    expect(added).toMatchObject({ status: 0, stdout: 'kms\n' });
    expect(JSON.parse(await readFile(configFile('signingkeys.json'), 'utf8'))).toEqual({
      default: 'kms',
      keys: [{ name: 'kms', id: keyId, pluginName: pem, pluginConfig: { chain: chainFile } }],
    });
    expect(await nv2('sign', `${stage.registry}/app:v1`)).toMatchObject({ status: 0 });
    // What the command line says goes over what is stored.
    const wrong = await nv2('sign', '--plugin-config', 'chain=/nonexistent', '-k', 'kms', `${stage.registry}/app:v1`);
    expect(wrong).toMatchObject({ status: 20 });
    expect(wrong.stderr).toContain('ENOENT');
    await rm(configFile('signingkeys.json'));
  });

  it('signs files [+BLOB-09]', async () => {
    await stage.write('data.bin', 'data');
    const ran = await nv2('blob', 'sign', '--plugin', pem, '--id', keyId, 'data.bin');
    expect(ran).toMatchObject({ status: 0, stdout: 'data.bin.jws.sig\n' });
    expect(await nv2('blob', 'verify', '-k', 'wabbit.crt', 'data.bin')).toMatchObject({ status: 0 });
  });

  it('hands no secret of ours to the plugin [-PLUG-17]', async () => {
    await installScript('com.example.env', `cat > /dev/null; env > ${stage.work}/seen; exit 1`);
    const env = { NV2_PASSWORD: 'hunter2', NOTATION_PASSWORD: 'hunter2', NV2_KEY_PASSPHRASE: 'hunter2', CLOUD: 'kept' };
    const ran = await nv2In({ env }, 'sign', '--plugin', 'com.example.env', '--id', 'x', `${stage.registry}/app:v1`);
    expect(ran.status).toBe(2);
    const seen = await readFile(join(stage.work, 'seen'), 'utf8');
    expect(seen).toContain('CLOUD=kept');
    expect(seen).not.toContain('hunter2');
  });

  it.each([
    ['a plugin without a key', ['sign', '--plugin', pem, 'SUBJECT'], 2, '--plugin and --id go together'],
    ['a key without a plugin', ['sign', '--id', 'x', 'SUBJECT'], 2, '--plugin and --id go together'],
    ['two keys', ['sign', '--id', 'x', '--plugin', pem, '-k', 'wabbit.key', 'SUBJECT'], 2, 'exclude each other'],
    [
      'settings without a plugin',
      ['sign', '--plugin-config', 'a=b', '-k', 'wabbit.key', 'SUBJECT'],
      2,
      'goes with a key',
    ],
    ['a plugin that is not there', ['sign', '--id', 'x', '--plugin', 'absent', 'SUBJECT'], 2, 'absent'],
    ['a name that is none', ['sign', '--id', 'x', '--plugin', '../x', 'SUBJECT'], 2, 'name of a plugin'],
    ['a key that the plugin may not use', ['sign', '--id', '/x', '--plugin', pem, 'SUBJECT'], 21, 'ACCESS_DENIED'],
    ['a plugin that only verifies', ['sign', '--id', 'x', '--plugin', 'com.example.dns', 'SUBJECT'], 2, 'cannot sign'],
    [
      'its certificates from a file',
      ['sign', '--id', 'x', '--plugin', pem, '-c', 'y', 'SUBJECT'],
      2,
      'brings the certificates',
    ],
    ['a listed key of a plugin that is not there', ['key', 'add', '--plugin', 'absent', '--id', 'x', 'n'], 2, 'absent'],
    ['a listed key without id', ['key', 'add', '--plugin', pem, 'n'], 2, 'go together'],
    ['a listed key in two places', ['key', 'add', '--plugin', pem, '--id', 'x', 'n', 'f.key'], 2, 'not in both'],
    [
      'only what is missing',
      ['sign', '--if-missing', '--plugin', pem, '--id', 'KEY', 'SUBJECT'],
      2,
      '--if-missing has to know',
    ],
  ])('cannot sign with %s [-DIR-08 -PLUG-27 -PLUG-10]', async (_what, args, status, message) => {
    const words = args.map((word) => word.replace('SUBJECT', `${stage.registry}/app:v1`).replace('KEY', keyId));
    const ran = await nv2(...words);
    expect(ran).toMatchObject({ status, stdout: '' });
    expect(ran.stderr).toContain(message);
  });
});

describe('notation with a key in a plugin', () => {
  it('signs by flags and by name, and shows what goes to the plugin and comes from it [+PLUG-07]', async () => {
    const subject = `${stage.registry}/app:v1`;
    const signed = await notation('sign', '-d', '--plugin', pem, '--id', keyId, subject);
    expect(signed).toMatchObject({ status: 0, stdout: expect.stringContaining('Successfully signed') });
    expect(signed.stderr).toContain(
      `Plugin describe-key request: {"contractVersion":"1.0","keyId":${JSON.stringify(keyId)}}`,
    );
    expect(signed.stderr).toContain('Plugin generate-signature response: {"keyId"');
    await writeKeyList([{ name: 'kms', id: keyId, pluginName: pem }]);
    expect(await notation('sign', '--key', 'kms', subject)).toMatchObject({ status: 0 });
    await rm(configFile('signingkeys.json'));
  });

  const metadata = (name: string, capability: string): string =>
    `cat > /dev/null\n[ "$1" = get-plugin-metadata ] && { echo '${JSON.stringify({
      name,
      description: 'd',
      version: '1.0.0',
      url: 'u',
      supportedContractVersions: ['1.0'],
      capabilities: [capability],
    })}'; exit 0; }`;
  const describeKey = `[ "$1" = describe-key ] && { echo '{"keyId":"a","keySpec":"RSA-2048"}'; exit 0; }`;
  const answer = (change: object): string =>
    `${describeKey}\necho '${JSON.stringify({
      keyId: 'a',
      signature: 'AAAA',
      signingAlgorithm: 'RSASSA-PSS-SHA-256',
      certificateChain: wabbit.certificates.map(({ der }) => Buffer.from(der).toString('base64')),
      ...change,
    })}'`;

  it.each([
    ['another key', () => answer({ keyId: 'b' }), 'keyID in generateSignature response "b" does not match request "a"'],
    [
      'a wrong signature',
      () => answer({}),
      'generated signature failed verification: signature is invalid. Error: crypto/rsa: verification error',
    ],
    [
      'no chain',
      () => answer({ certificateChain: [] }),
      'generated signature failed verification: certificate chain is not present',
    ],
    ['a broken chain', () => answer({ certificateChain: ['AAAA'] }), 'x509: malformed certificate'],
    [
      'another kind of envelope',
      () => `echo '{"signatureEnvelope":"AAAA","signatureEnvelopeType":"x"}'`,
      'signatureEnvelopeType in generateEnvelope response "x" does not match request "application/jose+json"',
    ],
    [
      'a failure',
      () => `echo '{"errorCode":"THROTTLED","errorMessage":"slow down"}' >&2; exit 1`,
      'failed to execute the describe-key command for plugin com.example.bad: THROTTLED: slow down',
    ],
  ])('says what the reference says about %s [-PLUG-22 -PLUG-26 -PLUG-10]', async (what, script, message) => {
    const capability = what === 'another kind of envelope' ? 'SIGNATURE_GENERATOR.ENVELOPE' : 'SIGNATURE_GENERATOR.RAW';
    await installScript('com.example.bad', `${metadata('com.example.bad', capability)}\n${script()}`);
    const ran = await notation('sign', '--plugin', 'com.example.bad', '--id', 'a', `${stage.registry}/app:v1`);
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toContain(`Error: ${message}`);
  });

  it('says so when the plugin is not there [-PLUG-01]', async () => {
    const ran = await notation('sign', '--plugin', 'absent', '--id', 'a', `${stage.registry}/app:v1`);
    expect(ran).toMatchObject({ status: 1 });
    expect(ran.stderr).toContain('no such file or directory');
  });
});

describe('a signature that demands a plugin', () => {
  const scope = (): string => `${stage.registry}/judged`;

  async function signDemanding(minVersion = '1.0.0'): Promise<void> {
    const store = stage.repository('judged');
    await stage.image('judged', 'v1');
    const subject = await store.findManifestDescriptor('v1');
    if (subject === undefined) throw new Error('the image was pushed');
    const envelope = await signEnvelope({
      format: jwsFormat,
      payload: encodePayload(subject),
      key: wabbit.signingKey,
      signingTime: new Date(),
      signingAgent: 'test/1.0',
      verificationPlugin: 'com.example.dns',
      verificationPluginMinVersion: minVersion,
    });
    await storeSignature({ store, subject, envelope, mediaType: jwsFormat.mediaType });
  }

  async function writePolicy(identity: string, level = 'strict'): Promise<void> {
    await writeFile(
      configFile('trustpolicy.oci.json'),
      JSON.stringify({
        version: '1.0',
        trustPolicies: [
          {
            name: 'judged',
            registryScopes: [scope()],
            signatureVerification: { level },
            trustStores: ['ca:wabbit'],
            trustedIdentities: [identity],
          },
        ],
      }),
      { mode: 0o600 },
    );
  }

  it('is judged by it in both faces, with settings of the command line [+VER-11 +VER-16 +PLUG-28 -PLUG-45]', async () => {
    await signDemanding();
    expect(await nv2('cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit-root.crt')).toMatchObject({
      status: 0,
    });
    await writePolicy('dns:wabbit');
    // The certificate has no DNS name, so its common name counts.
    expect(await nv2('verify', `${scope()}:v1`)).toMatchObject({ status: 0 });
    expect(await notation('verify', `${scope()}:v1`)).toMatchObject({ status: 0 });
    const serial = wabbit.certificates[0].serialNumber;
    const revoked = [
      '--plugin-config',
      `revoked=${typeof serial === 'string' ? serial : Buffer.from(serial).toString('hex')}`,
    ];
    const refused = await nv2('verify', ...revoked, `${scope()}:v1`);
    expect(refused.status).toBe(13);
    const words = await notation('verify', '-d', ...revoked, `${scope()}:v1`);
    expect(words.status).toBe(1);
    expect(words.stderr).toContain(
      'revocation check by verification plugin "com.example.dns" failed with reason "serial number',
    );
    expect(words.stderr).toContain('Plugin verify-signature request: {"contractVersion":"1.0"');
    expect(words.stderr).toContain('"pluginConfig":{"revoked":"*****"}');
  });

  it('is refused when the plugin does not trust the signer, in the reference’s words [-PLUG-45]', async () => {
    await writePolicy('dns:other');
    expect(await nv2('verify', `${scope()}:v1`)).toMatchObject({ status: 12, stdout: '' });
    const words = await notation('verify', '-d', `${scope()}:v1`);
    expect(words.stderr).toContain('trusted identify verification by plugin "com.example.dns" failed with reason');
    await writePolicy('dns:other', 'audit');
    const audited = await notation('verify', `${scope()}:v1`);
    expect(audited).toMatchObject({ status: 0 });
    expect(audited.stderr).toContain('Warning: authenticity was set to "log" and failed with error: trusted identify');
  });

  it('counts beside one that needs a newer plugin [+PLUG-49]', async () => {
    await writePolicy('dns:wabbit');
    await signDemanding('1.0.11');
    const events = await nv2('verify', '--explain', '--max-signatures', '5', `${scope()}:v1`);
    expect(events.status).toBe(0);
  });

  it('is not decided without its plugin: 17, and what to do [-VER-11 -PLUG-51]', async () => {
    await rm(join(stage.home.env['NOTATION_CONFIG'] ?? '', 'plugins/com.example.dns'), { recursive: true });
    const ran = await nv2('verify', `${scope()}:v1`);
    expect(ran).toMatchObject({ status: 17, stdout: '' });
    expect(ran.stderr).toContain('com.example.dns');
    expect(ran.stderr).toContain('next: nv2 plugin list');
  });
});
