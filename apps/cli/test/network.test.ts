// How a registry is reached: TLS with authorities and client certificates, proxies, ports where nobody listens.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Front, mintTls, proxyFront, tlsFront, type TlsMaterial } from './support/fronts.ts';
import { runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

describe('reaching a registry', () => {
  let stage: Stage;
  let tls: TlsMaterial;
  let front: Front;
  let strictFront: Front;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);
  const at = (host: string): string => `${host}/app:v1`;

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.image('app', 'v1');
    await nv2(['sign', '-k', 'wabbit.key', at(stage.registry)]);
    tls = await mintTls('registry', 60);
    const other = await mintTls('other', 62);
    await stage.write('ca.pem', tls.ca);
    await stage.write('other-ca.pem', other.ca);
    await stage.write('client.crt', tls.certificate);
    await stage.write('client.key', tls.key, 0o600);
    await stage.write('other-client.crt', other.certificate);
    await stage.write('other-client.key', other.key, 0o600);
    front = await tlsFront(stage.registry, tls);
    strictFront = await tlsFront(stage.registry, tls, { requestCert: true, rejectUnauthorized: true, ca: tls.ca });
  });
  afterAll(async () => {
    await front[Symbol.asyncDispose]();
    await strictFront[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  const verify = (host: string, options: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    nv2(['verify', '-k', 'wabbit.crt', ...options, at(host)], { env });

  it.each([['--ca-file'], ['--ca-cert']])('accepts a registry whose authority %s names', async (option) => {
    const ran = await verify(front.host, [option, 'ca.pem']);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(front.seen.length).toBeGreaterThan(0);
  });

  it('accepts a registry whose authority SSL_CERT_FILE names', async () => {
    const ran = await verify(front.host, ['--no-plain-http'], { SSL_CERT_FILE: `${stage.work}/ca.pem` });
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
  });

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>]>([
    ['no authority is named', ['--no-plain-http'], {}],
    ['another authority is named', ['--ca-file', 'other-ca.pem'], {}],
    ['SSL_CERT_FILE names another', ['--no-plain-http'], { SSL_CERT_FILE: 'other-ca.pem' }],
  ])('refuses the registry when %s, and says what next', async (_, options, env) => {
    const settings = 'SSL_CERT_FILE' in env ? { SSL_CERT_FILE: `${stage.work}/${env['SSL_CERT_FILE']}` } : env;
    const ran = await verify(front.host, options, settings);
    expect(ran, ran.stderr).toMatchObject({ status: 20, stdout: '' });
    expect(ran.stderr).toMatch(/certificate/);
    expect(ran.stderr).toMatch(/^next: .*--ca-file/m);
  });

  it('shows a client certificate where the registry wants one', async () => {
    const client = ['--cert-file', 'client.crt', '--key-file', 'client.key'];
    expect((await verify(strictFront.host, ['--ca-file', 'ca.pem', ...client])).status).toBe(0);
    const without = await verify(strictFront.host, ['--ca-file', 'ca.pem']);
    expect(without, without.stderr).toMatchObject({ status: 20 });
    expect(without.stderr).toMatch(/^next: /m);
    const wrong = ['--cert-file', 'other-client.crt', '--key-file', 'other-client.key'];
    expect((await verify(strictFront.host, ['--ca-file', 'ca.pem', ...wrong])).status).toBe(20);
  });

  it.each<readonly [readonly string[], string]>([
    [['--cert-file', 'client.crt'], 'belong together'],
    [['--cert-file', 'client.crt', '--key-file', 'other-client.key'], 'client certificate'],
    [['--ca-file', 'client.key'], 'certificate authorities'],
    [['--ca-file', 'missing.pem'], 'does not exist'],
  ])('refuses %j with usage, and says what is wrong', async (options, says) => {
    const ran = await verify(front.host, options);
    expect(ran.stderr).toContain(says);
    expect(ran.stderr).toMatch(/^next: /m);
    expect(ran.status).toBe(2);
  });

  it('takes authorities and client certificates for each side of a copy', async () => {
    const ran = await nv2([
      'copy',
      '--from-ca-file',
      'ca.pem',
      '--to-ca-cert',
      'ca.pem',
      '--to-cert-file',
      'client.crt',
      '--to-key-file',
      'client.key',
      at(front.host),
      `${strictFront.host}/copied:v1`,
    ]);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(await stage.repository('copied').findManifest('v1')).toBeDefined();
  });

  it('goes through the proxy that the environment names, unless NO_PROXY excepts the host', async () => {
    await using proxy = await proxyFront(stage.registry);
    const args = ['verify', '-k', 'wabbit.crt', '--plain-http', 'registry.test:5000/app:v1'];
    const ran = await nv2(args, { env: { HTTP_PROXY: `http://${proxy.host}` } });
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(proxy.seen[0]).toMatch(/^GET http:\/\/registry\.test:5000\/v2\/app\/manifests\/v1$/);
    const before = proxy.seen.length;
    const excepted = await nv2(args, { env: { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'registry.test' } });
    expect(excepted.status).toBe(20);
    expect(proxy.seen).toHaveLength(before);
  });

  it('says 20 and what next where nobody listens and where the name is unknown', async () => {
    for (const host of ['localhost:1', 'registry.invalid']) {
      const ran = await verify(host, []);
      expect(ran, ran.stderr).toMatchObject({ status: 20 });
      expect(ran.stderr).toContain(host);
      expect(ran.stderr).toMatch(/^next: /m);
    }
  });
});
