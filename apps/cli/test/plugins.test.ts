// Plugins on the command line: over a network, at a terminal, with secrets around.

import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { hashHex } from '@nv2/base';
import { testPluginPackage, testPluginScript } from '@nv2/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintTls, type TlsMaterial } from './support/fronts.ts';
import { type Ran, runChild, runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const packed = testPluginPackage('tar.gz', 'kms', '1.0.0');
const sha256 = hashHex('sha256', packed);

describe('nv2 plugin', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(async () => stage[Symbol.asyncDispose]());

  const plugins = (): string => join(stage.home.directories.notationLibexec, 'plugins');
  const installed = async (): Promise<readonly string[]> => readdir(plugins()).catch(() => []);
  const nv2 = (words: string, settings: RunSettings = {}): Promise<Ran> => runHere(stage, words.split(' '), settings);

  it('asks before it removes a plugin, and takes everything but a yes for a no', async () => {
    await stage.write('kms.tar.gz', packed);
    await nv2('plugin install kms.tar.gz');
    for (const answers of [[''], ['n'], ['yes please'], []]) {
      const ran = await nv2('plugin uninstall kms', { isTerminal: true, answers });
      expect(ran).toMatchObject({ status: 0, stdout: '' });
      expect(ran.stderr).toContain('left as it is');
      expect(await installed()).toEqual(['kms']);
    }
    expect(await nv2('plugin rm kms', { isTerminal: true, answers: ['Y'] })).toMatchObject({
      status: 0,
      stdout: 'kms\n',
    });
    expect(await installed()).toEqual([]);
  });

  it('says which plugins do not work and why, and what works all the same', async () => {
    await stage.write('kms.tar.gz', packed);
    await nv2('plugin install kms.tar.gz');
    await stage.write('notation-old', testPluginScript('new', '1.0.0'), 0o755);
    await nv2('plugin install notation-old');
    await stage.write('gone.zip', testPluginPackage('zip', 'gone', '1.0.0'));
    await nv2('plugin install gone.zip');
    await rm(join(plugins(), 'gone', 'notation-gone'));
    const ran = await nv2('plugin list');
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(/^gone +- +does not work$/m);
    expect(ran.stdout).toMatch(/^kms +1\.0\.0 /m);
    expect(ran.stderr).toContain('plugin gone does not work: there is no plugin gone');
    expect(await installed()).toEqual(['gone', 'kms']);
  });

  it('shows none of a secret to the plugin it installs, nor to those it lists [+PLUG-17 -PLUG-17]', async () => {
    await stage.write('kms.tar.gz', packed);
    const env = { NOTATION_USERNAME: 'alice', NV2_PASSWORD: 's3cret', NV2_KEY_PASSPHRASE: 'p4ss' };
    // The plugin fails where it sees one.
    expect(await nv2('plugin install kms.tar.gz', { env })).toMatchObject({ status: 0 });
    expect((await nv2('plugin list', { env })).stdout).toContain('1.0.0');
  });

  it('gives the only candidate the permission it lacks, and says so [+PLUG-62]', async () => {
    await stage.write('notation-kms', testPluginScript('kms', '1.0.0'), 0o644);
    const ran = await nv2('plugin install notation-kms');
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain('notation-kms lacks the permission to be executed');
  });

  it('tells at --debug what it unpacks', async () => {
    await stage.write('kms.tar.gz', packed);
    expect((await nv2('plugin install kms.tar.gz --debug')).stderr).toContain('unpacking LICENSE');
  });
});

describe('nv2 plugin install from a URL', () => {
  let stage: Stage;
  let tls: TlsMaterial;
  const server = { close: (): void => undefined, url: '' };
  const asked: { url: string; authorization: string | undefined }[] = [];

  beforeAll(async () => {
    stage = await openStage();
    tls = await mintTls('plugins', 72);
    await stage.write('ca.pem', tls.ca);
    const https = createServer({ cert: tls.certificate, key: tls.key }, ({ url = '', headers }, response) => {
      asked.push({ url, authorization: headers.authorization });
      if (url === '/kms.tar.gz') response.end(packed);
      else if (url === '/moved') response.writeHead(307, { location: '/kms.tar.gz' }).end();
      else if (url === '/insecure') response.writeHead(302, { location: 'http://localhost:1/kms.tar.gz' }).end();
      else response.writeHead(503).end();
    });
    https.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => https.listen(0, 'localhost', resolve));
    // It listens on a port, so its address is an object.
    server.url = `https://localhost:${(https.address() as AddressInfo).port}`;
    server.close = () => {
      https.closeAllConnections();
      https.close();
    };
  });
  afterAll(async () => {
    server.close();
    await stage[Symbol.asyncDispose]();
  });

  const install = (url: string, env: Record<string, string> = {}): Promise<Ran> =>
    runChild(stage, ['plugin', 'install', '--force', '--sha256', sha256, url], { env });

  it('believes a server whose authority the system knows, and follows it over TLS [+PLUG-60 +PLUG-68]', async () => {
    const env = { SSL_CERT_FILE: join(stage.work, 'ca.pem'), NV2_USERNAME: 'alice', NV2_PASSWORD: 's3cret' };
    expect(await install(`${server.url}/kms.tar.gz`, env)).toMatchObject({ status: 0, stdout: 'kms\n' });
    expect(await install(`${server.url}/moved`, env)).toMatchObject({ status: 0, stdout: 'kms\n' });
    const file = join(stage.home.directories.notationLibexec, 'plugins/kms/LICENSE');
    expect(await readFile(file, 'utf8')).toBe('free\n');
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined, undefined, undefined]);
  });

  it('does not believe a server that anybody could be [-PLUG-68]', async () => {
    const ran = await install(`${server.url}/kms.tar.gz`);
    expect(ran).toMatchObject({ status: 20, stdout: '' });
    expect(ran.stderr).toMatch(/certificate/);
  });

  it('does not follow to where there is no TLS, and says which server failed [-PLUG-68]', async () => {
    const env = { SSL_CERT_FILE: join(stage.work, 'ca.pem') };
    const insecure = await install(`${server.url}/insecure`, env);
    expect(insecure).toMatchObject({ status: 2, stdout: '' });
    expect(insecure.stderr).toContain('localhost:1 is to be asked over http');
    const absent = await install(`${server.url}/absent`, env);
    expect(absent).toMatchObject({ status: 20, stdout: '' });
    expect(absent.stderr).toContain('status 503');
  });
});
