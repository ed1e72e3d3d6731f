// E01: keys and certificates that people bring, and the usual defects of them, each with the line that mends it.

import { createPrivateKey } from 'node:crypto';
import { mintChain, type MintChainOptions, testKeyPair, toPem, mintCertificateDer } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

type Tweak = NonNullable<MintChainOptions['tweak']>;
type Extensions = NonNullable<Parameters<Tweak>[0]['extensions']>;

const serverAuth = '1.3.6.1.5.5.7.3.1';

describe('a pair of one’s own', () => {
  let stage: Stage;
  const sign = (...args: readonly string[]) =>
    runHere(stage, ['sign', '-o', `${args.join('-')}.sig`, ...args, 'file:manifest.json']);

  /** One self-signed certificate with these extensions, as NAME.key and NAME.crt. */
  const pair = async (name: string, extensions: Extensions, more: Partial<MintChainOptions> = {}): Promise<void> => {
    const chain = await mintChain({
      length: 1,
      keyIndex: 70,
      subject: 'C=US,ST=WA,O=Wabbit Networks,CN=wabbit',
      tweak: (mint) => ({ ...mint, extensions }),
      ...more,
    });
    await stage.write(`${name}.key`, chain.key.pkcs8Pem, 0o600);
    await stage.write(`${name}.crt`, chain.pem);
  };

  beforeAll(async () => {
    stage = await openStage();
    await stage.image('app', 'v1');
    const manifest = await stage.repository('app').findManifest('v1');
    await stage.write('manifest.json', manifest?.bytes ?? '');
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  const digitalSignature = { usages: ['digitalSignature'] } as const;

  it('signs when it is RSA of 2048 bits, has CN and O, and its key usage allows it', async () => {
    const key = testKeyPair('rsa2048', 1);
    const subject = 'O=Wabbit Networks,CN=wabbit';
    const der = await mintCertificateDer({ subject, key, extensions: { keyUsage: digitalSignature } });
    await stage.write('rsa.key', key.pkcs8Pem, 0o600);
    await stage.write('rsa.crt', toPem('CERTIFICATE', der));
    const ran = await sign('-k', 'rsa.key', '-c', 'rsa.crt');
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    for (const option of ['-k', '-c']) {
      const verified = await runHere(stage, [
        'verify',
        '-s',
        ran.stdout.trim(),
        option,
        'rsa.crt',
        'file:manifest.json',
      ]);
      expect(verified, verified.stderr).toMatchObject({ status: 0 });
    }
  });

  it.each<readonly [string, Extensions, string]>([
    ['no keyUsage', {}, 'the leaf has no keyUsage (CERT-17)'],
    [
      'a keyUsage that is not critical',
      { keyUsage: { ...digitalSignature, isCritical: false } },
      'the keyUsage of the leaf is not critical (CERT-17)',
    ],
    [
      'a keyUsage without digitalSignature',
      { keyUsage: { usages: ['keyAgreement'] } },
      'lacks digitalSignature (CERT-18)',
    ],
    [
      'cA true',
      { basicConstraints: { isCa: true }, keyUsage: digitalSignature },
      'the leaf is a CA certificate (CERT-16)',
    ],
    [
      'serverAuth',
      { keyUsage: digitalSignature, extendedKeyUsage: { oids: [serverAuth] } },
      'has serverAuth (CERT-19)',
    ],
  ])(
    'is refused with %s, before anything is signed, with the OpenSSL line (CLI_KEY_UNUSABLE)',
    async (name, extensions, says) => {
      const stem = name.replaceAll(/[^a-zA-Z]/g, '');
      await pair(stem, extensions);
      for (const ran of [await sign('-k', `${stem}.key`), await runHere(stage, ['key', 'add', stem, `${stem}.key`])]) {
        expect(ran).toMatchObject({ status: 2, stdout: '' });
        expect(ran.stderr).toContain(says);
        expect(ran.stderr).toContain(
          `next: openssl req -x509 -key ${stem}.key -days 365 -out ${stem}-signing.crt -subj '/C=US/ST=WA/O=Wabbit Networks/CN=wabbit' ` +
            '-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=codeSigning\n',
        );
      }
      const json = await runHere(stage, [
        'sign',
        '--format',
        'json',
        '-k',
        `${stem}.key`,
        '-o',
        'x.sig',
        'file:manifest.json',
      ]);
      expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'CLI_KEY_UNUSABLE' }, exitCode: 2 });
    },
  );

  it('is refused when it has expired, with the line that makes another', async () => {
    await pair('old', { keyUsage: digitalSignature });
    const ran = await runHere(stage, ['sign', '-k', 'old.key', '-o', 'old.sig', 'file:manifest.json'], {
      now: new Date('2200-01-01T00:00:00Z'),
    });
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('(CERT-10)');
    expect(ran.stderr).toContain('next: openssl req -x509 -key old.key');
  });

  it('is refused when an authority certified it so, with a request for that authority', async () => {
    const chain = await mintChain({
      keyIndex: 72,
      tweak: (mint, level) => (level === 0 ? { ...mint, extensions: {} } : mint),
    });
    await stage.write('issued.key', chain.key.pkcs8Pem, 0o600);
    await stage.write('issued.crt', chain.pem);
    const ran = await sign('-k', 'issued.key');
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('next: openssl req -new -key issued.key -out issued-signing.csr');
  });

  it('is refused when key and certificate are not a pair', async () => {
    await pair('one', { keyUsage: digitalSignature });
    await pair('two', { keyUsage: digitalSignature }, { keyIndex: 74 });
    const ran = await sign('-k', 'one.key', '-c', 'two.crt');
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('expected its own certificate first');
    const unnamed = await sign('-k', 'manifest.json');
    expect(unnamed.stderr).toMatch(/holds no private key in PEM form/);
  });

  it('is refused when its key has a size that nobody may sign with, with the line that makes a key', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    await stage.write('odd.key', String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
    const ran = await sign('-k', 'odd.key', '-c', 'two.crt');
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^next: /m);
  });

  it('is refused under the old encryption of PEM headers, with the line that converts it', async () => {
    const key = createPrivateKey(testKeyPair('rsa2048', 1).pkcs8Pem);
    const pem = key.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' });
    await stage.write('legacy.key', String(pem), 0o600);
    const ran = await sign('-k', 'legacy.key', '-c', 'rsa.crt');
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^next: .*openssl pkcs8 -topk8 -in .*legacy\.key/m);
  });
});
