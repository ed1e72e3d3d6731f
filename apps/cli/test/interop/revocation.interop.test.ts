// Certificates, CRLs and OCSP answers made by OpenSSL's own authority and responder, judged by us, and by the reference where
// it is there.

import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { bytesResponse } from '@nv2/base';
import { opensslAnswer, opensslAuthorityFiles, opensslIssue, opensslResponder, opensslRoot } from '@nv2/testing';
import { type ListeningServer, listen } from '@nv2/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, findProgram, type Lab, openLab } from './lab.ts';
import { openPlace, type Place, type Shelf } from './places.ts';
import { writePolicy } from './trust.ts';

const sections = (host: string, ocspPort: number): string => `
[crl_extensions]
authorityKeyIdentifier = keyid
[by_ocsp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
authorityInfoAccess = OCSP;URI:http://127.0.0.1:${ocspPort}
[by_crl]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
crlDistributionPoints = URI:http://${host}/ca.crl
[responder]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
[unentitled]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
`;

describeWith(['openssl'], 'revocation by openssl', () => {
  let lab: Lab;
  let place: Place;
  let files: ListeningServer;
  let ocspPort: number;
  const directory = (): string => lab.directory;
  const openssl = (...args: readonly string[]): Promise<string> => lab.ok('openssl', ...args);

  const makeKey = (name: string): Promise<string> =>
    openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', `${name}.key`);

  async function issue(name: string, extensions: string): Promise<void> {
    await makeKey(name);
    for (const args of opensslIssue(name, extensions)) await openssl(...args);
    const [leaf, root] = await Promise.all(
      [`${name}.pem`, 'ca.crt'].map((file) => readFile(join(directory(), file), 'utf8')),
    );
    await lab.write(`${name}.crt`, `${leaf}${root}`);
  }

  const revoke = (name: string, reason: string): Promise<string> =>
    openssl('ca', '-config', 'ca.cnf', '-revoke', `${name}.pem`, '-crl_reason', reason);

  async function publishCrl(): Promise<void> {
    await openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'ca.crl.pem');
    await openssl('crl', '-in', 'ca.crl.pem', '-outform', 'DER', '-out', 'ca.crl');
  }

  async function signed(name: string): Promise<Shelf> {
    const shelf = await place.shelve(name);
    await lab.ok('nv2', 'sign', '-k', `${name}.key`, shelf.pinned);
    return shelf;
  }

  /** As a new machine: what earlier cases have fetched is not there. */
  async function forget(): Promise<void> {
    await rm(join(directory(), '.cache'), { recursive: true, force: true });
  }

  beforeAll(async () => {
    lab = await openLab();
    place = await openPlace('our registry');
    files = await listen(
      async ({ url }) => bytesResponse(200, [], await readFile(join(directory(), url.replace(/[^a-z.]/g, '')))),
      { host: '127.0.0.1', port: 0 },
    );
    ocspPort = await freePort();
    const settings = 'default_days = 30\ndefault_crl_days = 7\ncrl_extensions = crl_extensions';
    const authority = opensslAuthorityFiles({ settings, sections: sections(`127.0.0.1:${files.port}`, ocspPort) });
    for (const [name, content] of authority) await lab.write(name, content);
    await makeKey('ca');
    await openssl(...opensslRoot(60));
    for (const name of ['listed', 'unlisted', 'held']) await issue(name, 'by_crl');
    for (const name of ['good', 'stolen']) await issue(name, 'by_ocsp');
    await issue('responder', 'responder');
    await issue('unentitled', 'unentitled');
    await revoke('listed', 'keyCompromise');
    await revoke('held', 'certificateHold');
    await revoke('stolen', 'keyCompromise');
    await publishCrl();
    await lab.ok('nv2', 'cert', 'add', '--type', 'ca', '--store', 'wabbit', 'ca.crt');
    await writePolicy(lab, 'wabbit');
  });

  afterAll(async () => {
    await files.close();
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  it.each([
    ['unlisted', 0, /./],
    ['listed', 13, /keyCompromise/],
    ['held', 13, /certificateHold/],
  ])('judges the signer %s by the CRL of `openssl ca -gencrl`', async (name, status, says) => {
    const shelf = await signed(name);
    const ran = await lab.run('nv2', 'verify', shelf.pinned);
    expect(ran, ran.stderr).toMatchObject({ status });
    expect(ran.stderr).toMatch(says);
    expect((await lab.run('face', 'verify', shelf.pinned)).status).toBe(status === 0 ? 0 : 1);
    if (findProgram('notation') === undefined) return;
    // The same cache directory in the same format: the reference reads what we wrote and the other way round.
    expect((await lab.run('notation', 'verify', shelf.pinned)).status).toBe(status === 0 ? 0 : 1);
    await forget();
    await lab.run('notation', 'verify', shelf.pinned);
    const again = await lab.run('nv2', 'verify', '--explain', shelf.pinned);
    expect(again.status).toBe(status);
    expect(again.stderr).toContain('from the cache');
  });

  describe.each([
    ['the authority itself', 'ca.crt', 'ca.key', true],
    ['a responder that it certified for that', 'responder.pem', 'responder.key', true],
    ['a certificate of it that is for something else', 'unentitled.pem', 'unentitled.key', false],
  ])('answers of `openssl ocsp` signed by %s', (_, certificate, key, isEntitled) => {
    it('are believed when the signer may answer, and only then [+OC-03 -OC-03]', async () => {
      await forget();
      await using responder = await startResponder(certificate, key);
      expect(responder.isRunning()).toBe(true);
      for (const [name, status] of [
        ['good', 0],
        ['stolen', 13],
      ] as const) {
        const shelf = await signed(name);
        const ran = await lab.run('nv2', 'verify', shelf.pinned);
        expect(ran, ran.stderr).toMatchObject({ status: isEntitled ? status : 17 });
        const face = await lab.run('face', 'verify', shelf.pinned);
        expect(face.status).toBe(isEntitled && status === 0 ? 0 : 1);
      }
    });
  });

  it('takes the files of `openssl ocsp -respout` and `openssl ca -gencrl` where there is no network', async () => {
    await forget();
    await mkdir(join(directory(), 'data'), { recursive: true });
    const answer = { responder: ['responder.pem', 'responder.key'], about: ['good', 'stolen'], days: 2 } as const;
    for (const args of opensslAnswer({ ...answer, out: 'data/answers' })) await openssl(...args);
    await openssl('crl', '-in', 'ca.crl.pem', '-out', 'data/list.pem');
    for (const [name, status] of [
      ['good', 0],
      ['stolen', 13],
      ['unlisted', 0],
      ['listed', 13],
    ] as const) {
      const shelf = await signed(name);
      await lab.ok('nv2', 'copy', shelf.pinned, `oci-layout:carried-${name}:v1`);
      const ran = await lab.run(
        'nv2',
        'verify',
        '--offline',
        '--revocation-data',
        'data',
        '-c',
        'ca.crt',
        `oci-layout:carried-${name}:v1`,
      );
      expect(ran, ran.stderr).toMatchObject({ status });
    }
  });

  async function startResponder(certificate: string, key: string): Promise<AsyncDisposable & { isRunning(): boolean }> {
    const { path } = findProgram('openssl') ?? { path: 'openssl' };
    const args = ['ocsp', '-port', String(ocspPort), ...opensslResponder([certificate, key], 1)];
    const child = spawn(path, args, { cwd: directory(), stdio: ['ignore', 'ignore', 'pipe'] });
    const exited = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (/waiting for OCSP client connections/i.test(text)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error('openssl ocsp ended')));
      setTimeout(() => resolve(), 3000).unref();
    });
    return {
      isRunning: () => child.exitCode === null,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
