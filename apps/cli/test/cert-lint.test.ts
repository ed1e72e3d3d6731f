// `cert lint`: which certificate, which rule, and what to do. That the printed lines work is shown with openssl itself, in
// interop/openssl-lint.interop.test.ts.

import { caExtensions, leafExtensions, mintChain, type MintChainOptions, toPem } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runHere } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

describe('nv2 cert lint', () => {
  let stage: Stage;
  const lint = (...args: readonly string[]): Promise<Ran> => runHere(stage, ['cert', 'lint', ...args]);
  const nextOf = (ran: Ran): readonly string[] =>
    ran.stderr.split('\n').flatMap((line) => (line.startsWith('next: ') ? [line.slice('next: '.length)] : []));
  const write = async (name: string, options: MintChainOptions = {}): Promise<void> => {
    const { pem, certificates } = await mintChain({ length: 3, ...options });
    await stage.write(`${name}.pem`, pem);
    const [leaf = '', intermediate = '', root = ''] = certificates.map(({ der }) => toPem('CERTIFICATE', der));
    await stage.write(`${name}.crt`, leaf);
    await stage.write(`${name}-sub.crt`, intermediate);
    await stage.write(`${name}-root.crt`, root);
  };

  beforeAll(async () => {
    stage = await openStage();
    await write('good');
    await write('bad', {
      keyIndex: 3,
      tweak: (options, index) => {
        if (index === 0) return { ...options, extensions: { ...leafExtensions, basicConstraints: { isCa: true } } };
        if (index === 1) return { ...options, extensions: { basicConstraints: { isCa: true } } };
        return { ...options, extensions: { ...caExtensions, basicConstraints: { isCa: true, pathLength: 0 } } };
      },
    });
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it('finds nothing in a good chain, nor in its certificates one by one', async () => {
    expect(await lint('good.pem')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: 'nv2: good.pem: done, no findings\n',
    });
    const each = await lint('good.crt', 'good-sub.crt', 'good-root.crt');
    expect(each).toMatchObject({ status: 0 });
    expect(each.stderr).toContain('is not in the file; signing takes the whole chain');
  });

  it('says which certificate of a chain breaks which rule', async () => {
    const ran = await lint('--role', 'leaf', 'bad.pem');
    expect(ran).toMatchObject({ status: 16, stdout: '' });
    expect(ran.stderr).toContain('nv2: bad.pem: 3 findings');
    expect(ran.stderr).toMatch(/certificate 1, CN=signer 3,.*\(CERT-16\)/);
    expect(ran.stderr).toMatch(/certificate 2, CN=Example Intermediate CA 3,.*\(CERT-14\)/);
    expect(ran.stderr).toMatch(/certificate 3, CN=Example Root CA 3,.*\(CERT-13\)/);
  });

  it('uses the file of the issuer in its advice, where it is named', async () => {
    const ran = await lint('--role', 'leaf', 'bad.crt', 'good-sub.crt');
    expect(nextOf(ran)[0]).toContain('-CA ISSUER.crt -CAkey ISSUER.key');
    const named = await lint('--role', 'leaf', 'bad.crt', 'bad-sub.crt');
    expect(nextOf(named)[0]).toContain('-key bad.key -CA bad-sub.crt -CAkey bad-sub.key');
  });

  it('advises once where one new certificate mends several findings', async () => {
    await write('worse', { keyIndex: 4, length: 1, tweak: (options) => ({ ...options, extensions: caExtensions }) });
    const ran = await lint('--role', 'leaf', 'worse.crt');
    expect(ran.stderr.match(/\(CERT-\d+\)/g)).toEqual(['(CERT-16)', '(CERT-18)']);
    expect(nextOf(ran)).toHaveLength(1);
  });

  it('judges for time-stamping by its own rules', async () => {
    await write('stamp', { purpose: 'timestamping', keyIndex: 5 });
    expect(await lint('--purpose', 'timestamping', 'stamp.pem')).toMatchObject({ status: 0 });
    expect((await lint('stamp.pem')).stderr).toContain('(CERT-19)');
    const other = await lint('--purpose', 'timestamping', 'good.pem');
    expect(other.stderr).toContain('(CERT-21)');
    expect(nextOf(other)[0]).toContain('extendedKeyUsage=critical,timeStamping');
  });

  it('finds chains that are out of order, incomplete or doubled', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const [leaf = '', sub = '', root = ''] = certificates.map(({ der }) => toPem('CERTIFICATE', der));
    await stage.write('order.pem', leaf + root + sub);
    expect(nextOf(await lint('order.pem'))[0]).toMatch(/^put the certificates of order.pem in order/);
    await stage.write('short.pem', leaf + sub);
    expect(nextOf(await lint('short.pem', 'good-root.crt'))).toEqual(['openssl x509 -in good-root.crt >> short.pem']);
    await stage.write('double.pem', leaf + leaf + sub + root);
    expect(nextOf(await lint('double.pem'))).toContain('take the second copy out of double.pem');
  });

  it.each([
    [
      'a private key',
      'key.pem',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
      /holds a private key$/,
    ],
    [
      'a request',
      'r.csr',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
      /^have the req/,
    ],
    ['PKCS#7', 'a.pem', '-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n', /^openssl pkcs7 -in a.pem -print_certs/],
    ['binary PKCS#7', 'a.p7b', 'binary', /^openssl pkcs7 -inform DER -in a.p7b/],
    ['PKCS#12', 'a.pfx', 'binary', /^openssl pkcs12 -in a.pfx -nokeys/],
    ['nothing known', 'it is', 'text', /^openssl x509 -in 'it is' -noout -text$/],
  ])('says what to do with %s [-CERT-23]', async (_, name, content, advice) => {
    await stage.write(name, content);
    const ran = await lint(name);
    expect(ran).toMatchObject({ status: 16, stderr: expect.stringContaining('(CERT-23)') });
    expect(nextOf(ran)).toEqual([expect.stringMatching(advice)]);
  });

  it('cannot say anything about a file that it cannot read', async () => {
    expect(await lint('absent.crt')).toMatchObject({ status: 2, stdout: '' });
    expect(await lint()).toMatchObject({ status: 2 });
    expect(await lint('--purpose', 'tls', 'good.pem')).toMatchObject({ status: 2 });
  });

  it('finds what expired', async () => {
    const ran = await runHere(stage, ['cert', 'lint', 'good.pem'], { now: new Date('2101-01-01T00:00:00Z') });
    expect(ran.stderr.match(/\(CERT-10\)/g)).toHaveLength(3);
  });
});
