// `cert generate`: authorities and certificates to sign with, of every kind of key, by the rules.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findRevocationSources, parseCertificates } from '@nv2/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runHere } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

describe('nv2 cert generate', () => {
  let stage: Stage;
  const generate = (...args: readonly string[]): Promise<Ran> => runHere(stage, ['cert', 'generate', ...args]);
  const read = async (name: string) => parseCertificates(await readFile(join(stage.work, `${name}.crt`)));
  const issuedBy = (name: string): readonly string[] => ['--issuer', `${name}.crt`, '--issuer-key', `${name}.key`];

  beforeAll(async () => {
    stage = await openStage();
    await stage.image('net-monitor', 'v1');
    expect(await generate('--ca', '--subject', 'C=US,ST=WA,O=Wabbit,CN=Root', 'root')).toMatchObject({ status: 0 });
    expect(await generate('--ca', '--path-length', '0', ...issuedBy('root'), 'sub')).toMatchObject({ status: 0 });
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it.each(['p-256', 'p-384', 'p-521', 'rsa-2048', 'rsa-3072', 'rsa-4096'])(
    'makes a %s key whose signature is accepted under the authority',
    async (type) => {
      const reference = `${stage.registry}/net-monitor:v1`;
      expect(await generate('--key-type', type, ...issuedBy('sub'), `leaf-${type}`)).toMatchObject({ status: 0 });
      expect(await read(`leaf-${type}`)).toHaveLength(3);
      const signed = await runHere(stage, ['sign', '-k', `leaf-${type}.key`, reference]);
      expect(signed).toMatchObject({ status: 0 });
      expect(await runHere(stage, ['verify', '-c', 'root.crt', reference])).toMatchObject({ status: 0 });
      expect(await runHere(stage, ['cert', 'lint', `leaf-${type}.crt`])).toMatchObject({ status: 0 });
    },
  );

  it.each(['p-256', 'p-384', 'p-521', 'rsa-2048'])('issues with an authority that has a %s key', async (type) => {
    expect(await generate('--ca', '--key-type', type, `ca-${type}`)).toMatchObject({ status: 0 });
    expect(await generate(...issuedBy(`ca-${type}`), `below-${type}`)).toMatchObject({ status: 0 });
    expect(await runHere(stage, ['cert', 'lint', `below-${type}.crt`])).toMatchObject({ status: 0 });
  });

  it('keeps the key for its owner, and touches neither the key list nor a trust store', async () => {
    expect(await generate('private')).toMatchObject({ status: 0 });
    expect((await stat(join(stage.work, 'private.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(stage.home.path, { recursive: true })).not.toContain('.config/notation/signingkeys.json');
    expect((await runHere(stage, ['key', 'list'])).stderr).toContain('no keys yet');
    expect((await runHere(stage, ['cert', 'list'])).stderr).toContain('no certificates in the trust stores');
  });

  it('writes the subject from the country down, whichever way it was typed', async () => {
    await generate('--subject', 'CN=a,O=Wabbit\\, Inc.,ST=WA,C=US', 'one');
    await generate('--subject', 'C=US, ST=WA, O=Wabbit\\, Inc., CN=a', 'two');
    const [[one], [two]] = [await read('one'), await read('two')];
    expect(one?.subject.der).toEqual(two?.subject.der);
    expect(one?.subject.rdns.flat().map(({ value }) => value)).toEqual(['US', 'WA', 'Wabbit, Inc.', 'a']);
  });

  it('says in the certificate for how long it is valid and where its revocation can be learnt', async () => {
    const urls = ['--crl-url', 'http://crl.example/a', '--ocsp-url', 'http://ocsp.example/'];
    await generate('--days', '10', ...urls, ...issuedBy('root'), 'short');
    const [leaf] = await read('short');
    expect((leaf?.notAfter.getTime() ?? 0) - (leaf?.notBefore.getTime() ?? 0)).toBe(10 * 24 * 60 * 60 * 1000);
    expect(leaf === undefined ? [] : findRevocationSources(leaf)).toMatchObject({
      ocsp: ['http://ocsp.example/'],
      crl: ['http://crl.example/a'],
    });
  });

  it('makes a certificate for time-stamping', async () => {
    expect(await generate('--purpose', 'timestamping', ...issuedBy('root'), 'tsa')).toMatchObject({ status: 0 });
    const ran = await runHere(stage, ['cert', 'lint', '--purpose', 'timestamping', 'tsa.crt']);
    expect(ran).toMatchObject({ status: 0 });
  });

  it('tells what will be in the way later', async () => {
    const ran = await generate('--days', '9000', ...issuedBy('root'), 'late');
    expect(ran.stderr).toContain('the subject has no C, ST, O');
    expect(ran.stderr).toContain('it outlives an authority above it');
  });

  it('opens an encrypted key of the authority with a passphrase', async () => {
    const { createPrivateKey } = await import('node:crypto');
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
    const pem = await readFile(join(stage.work, 'root.key'), 'utf8');
    await stage.write('locked.key', createPrivateKey(pem).export(options), 0o600);
    const args = ['cert', 'generate', '--issuer', 'root.crt', '--issuer-key', 'locked.key', 'unlocked'];
    expect(await runHere(stage, args, { env: { NV2_KEY_PASSPHRASE: 'secret' } })).toMatchObject({ status: 0 });
  });

  it.each([
    ['over a file', ['root'], 'would be overwritten'],
    ['with a name that is a path', ['../root'], 'expected a name'],
    ['by an issuer without its key', ['--issuer', 'root.crt', 'x'], 'belong together'],
    ['with the key of another issuer', ['--issuer', 'root.crt', '--issuer-key', 'sub.key', 'x'], 'is not the key of'],
    ['by what is no authority', ['--issuer', 'leaf-p-256.crt', '--issuer-key', 'leaf-p-256.key', 'x'], '(CERT-12)'],
    [
      'below an authority that allows none below it',
      ['--ca', '--issuer', 'sub.crt', '--issuer-key', 'sub.key', 'x'],
      '(CERT-13)',
    ],
    ['with a path length and no authority', ['--path-length', '1', 'x'], '--path-length is for authorities'],
    ['with a path length that is none', ['--ca', '--path-length', '-1', 'x'], '--path-length takes a number'],
    ['with a subject that is none', ['--subject', 'Wabbit', 'x'], '--subject takes a name'],
    ['with an empty subject', ['--subject', '', 'x'], '--subject takes a name'],
    ['for a thousand years', ['--days', '365000', 'x'], '--days takes at most'],
    ['with a URL that is none', ['--crl-url', 'ldap://x', 'x'], 'expected a URL'],
    ['of another kind of key', ['--key-type', 'rsa-1024', 'x'], '--key-type takes'],
  ])('writes nothing %s', async (_, args, message) => {
    const before = await readdir(stage.work);
    expect(await generate(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(await readdir(stage.work)).toEqual(before);
  });
});
