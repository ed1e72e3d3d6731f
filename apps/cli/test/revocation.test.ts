// Revocation as a person meets it: an authority with a responder and CRLs on a loopback port, and both faces.

import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesResponse, type TransportRequest } from '@nv2/base';
import { encodeCrl, encodeOcspResponse, type TestAuthority, type TestChain } from '@nv2/testing';
import { listen, type ListeningServer } from '@nv2/transport';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runHere } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = new Date('2026-03-01T12:00:00Z');
const dates = { thisUpdate: new Date(now.getTime() - dayMs), nextUpdate: new Date(now.getTime() + dayMs) };
const revokedAt = new Date('2026-02-01T00:00:00Z');

describe('revocation on the command line', () => {
  let stage: Stage;
  let server: ListeningServer;
  let signer: TestChain;
  let subject: string;
  const served = new Map<string, Uint8Array>();
  const asked: string[] = [];
  let caches = 0;

  function signerAt(place: number): TestAuthority {
    const [certificate, key] = [signer.certificates[place], signer.keys[place]];
    if (certificate === undefined || key === undefined) throw new RangeError('no such certificate');
    return { certificate, key };
  }

  function ocsp(status: 'good' | 'revoked'): Uint8Array {
    const about = {
      certificate: signerAt(0).certificate,
      issuer: signerAt(1).certificate,
      status,
      ...dates,
      revokedAt,
      reason: 1,
    };
    return encodeOcspResponse({ statements: [about], signer: signerAt(1) });
  }

  const crl = (isListed: boolean): Uint8Array =>
    encodeCrl({
      signer: signerAt(1),
      ...dates,
      number: 1,
      entries: isListed ? [{ serialNumber: signerAt(0).certificate.serialNumber, revokedAt, reason: 4 }] : [],
    });

  beforeAll(async () => {
    stage = await openStage();
    server = await listen(
      async (request: TransportRequest) => {
        asked.push(request.url);
        const [, found] = [...served].find(([path]) => request.url.startsWith(path)) ?? [];
        return found === undefined ? bytesResponse(404, []) : bytesResponse(200, [], found);
      },
      { host: '127.0.0.1', port: 0 },
    );
    const base = `http://127.0.0.1:${server.port}`;
    signer = await stage.key('signer', {
      length: 3,
      tweak: (mint, place) =>
        place > 0
          ? mint
          : { ...mint, extensions: { ...mint.extensions, ocspUrls: [`${base}/ocsp`], crlUrls: [`${base}/leaf.crl`] } },
    });
    subject = `${stage.registry}/net-monitor@${await stage.image('net-monitor', 'v1')}`;
    const signed = await runHere(stage, ['sign', '-k', 'signer.key', subject], { now });
    expect(signed, signed.stderr).toMatchObject({ status: 0 });
    await runHere(stage, ['cert', 'add', '--type', 'ca', '--store', 'wabbit', 'signer-root.crt']);
    await runHere(stage, ['policy', 'init', '--scope', '*', '--trust-store', 'ca:wabbit', '--identity', '*']);
    await runHere(stage, ['copy', subject, 'oci-layout:carried:v1'], { now });
  });

  afterAll(async () => {
    await server.close();
    await stage[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    served.clear();
    asked.length = 0;
  });

  /** A cache of its own, so that one case does not see what another has fetched. */
  function freshCaches(): Record<string, string> {
    const name = join(stage.home.path, `cache-${(caches += 1)}`);
    return { NOTATION_CACHE: join(name, 'notation'), NV2_CACHE: join(name, 'nv2') };
  }

  const verify = async (env: Record<string, string>, ...more: readonly string[]): ReturnType<typeof runHere> =>
    runHere(stage, ['verify', ...more], { now, env });

  it('accepts a signer whom the responder calls good, and says so when asked to explain', async () => {
    served.set('/ocsp', ocsp('good'));
    const ran = await verify(freshCaches(), '--explain', subject);
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: `${subject}\n` });
    expect(ran.stderr).toMatch(
      /revocation: passed\n.*CN=signer.*: not revoked\n.*OCSP "http:\/\/127.*\/ocsp": not revoked, as of/,
    );
  });

  it('ends with 13 for a revoked signer, and names who says so, since when and why', async () => {
    served.set('/ocsp', ocsp('revoked'));
    const ran = await verify(freshCaches(), subject);
    expect(ran, ran.stderr).toMatchObject({ status: 13, stdout: '' });
    expect(ran.stderr).toMatch(/: revoked\n/);
    expect(ran.stderr).toMatch(/why: by CN=Example Intermediate CA.* since 2026-02-01.*\(keyCompromise\)/);
    expect(ran.stderr).toMatch(/why: OCSP "http:\/\/127.*\/ocsp": revoked/);
    expect(ran.stderr).toContain('next: contact the signer');
  });

  it('asks the CRL where the responder is silent, keeps it, and believes it again later without asking', async () => {
    served.set('/leaf.crl', crl(false));
    const env = freshCaches();
    expect((await verify(env, subject)).status).toBe(0);
    expect(asked.filter((url) => url === '/leaf.crl')).toHaveLength(1);
    const kept = await readdir(join(env['NOTATION_CACHE'] ?? '', 'crl'));
    expect(kept).toHaveLength(1);
    served.clear();
    expect((await verify(env, subject)).status).toBe(0);
    expect(asked.filter((url) => url === '/leaf.crl')).toHaveLength(1);
    const path = join(env['NOTATION_CACHE'] ?? '', 'crl', kept[0] ?? '');
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')))).toEqual(['baseCRL']);
  });

  it('ends with 17 where nobody answers, with every address, its error and the way on', async () => {
    const ran = await verify(freshCaches(), subject);
    expect(ran, ran.stderr).toMatchObject({ status: 17, stdout: '' });
    expect(ran.stderr).toMatch(/why: OCSP "http.*ocsp": .*404/);
    expect(ran.stderr).toMatch(/why: CRL "http.*leaf\.crl": .*404/);
    expect(ran.stderr).toContain('--revocation-data DIR');
  });

  it('reports each certificate and server as JSON', async () => {
    served.set('/leaf.crl', crl(true));
    const ran = await verify(freshCaches(), '--format', 'json', subject);
    const report = JSON.parse(ran.stdout) as {
      readonly signatures: readonly { readonly checks: { readonly revocation: unknown } }[];
    };
    expect(ran.status).toBe(13);
    expect(report.signatures[0]?.checks.revocation).toMatchObject({
      status: 'failed',
      code: 'revoked',
      facts: { because: 'superseded', revokedAt: revokedAt.toISOString() },
      certificates: [
        {
          status: 'revoked',
          method: 'ocsp-then-crl',
          servers: [
            { method: 'ocsp', status: 'unknown' },
            { method: 'crl', status: 'revoked', from: 'network' },
          ],
        },
        { status: 'not-checkable' },
        { status: 'not-checkable' },
      ],
    });
  });

  it('opens no connection offline: files decide, and without any the status is open', async () => {
    served.set('/ocsp', ocsp('good'));
    const env = freshCaches();
    const layout = ['-c', 'signer-root.crt', 'oci-layout:carried:v1'];
    const open = await verify(env, '--offline', ...layout);
    expect(open, open.stderr).toMatchObject({ status: 17 });
    expect(open.stderr).toContain('offline');
    await mkdir(join(stage.work, 'data'), { recursive: true });
    await writeFile(join(stage.work, 'data', 'a'), ocsp('good'));
    await writeFile(join(stage.work, 'data', 'README'), 'not data');
    const good = await verify(env, '--offline', '--revocation-data', 'data', ...layout);
    expect(good, good.stderr).toMatchObject({ status: 0 });
    expect(good.stderr).toMatch(/warning: .*README is neither a CRL nor an OCSP answer/);
    await writeFile(join(stage.work, 'data', 'b'), crl(true));
    const revoked = await verify(env, '--offline', '--revocation-data', 'data', ...layout);
    expect(revoked, revoked.stderr).toMatchObject({ status: 13 });
    expect(revoked.stderr).toContain('from the files at hand');
    expect(asked).toEqual([]);
  });

  it.each([
    [['--offline', 'SUBJECT'], 'opens no connection'],
    [['--ocsp-timeout', '0s', 'SUBJECT'], '--ocsp-timeout takes a duration'],
    [['--crl-timeout', 'soon', 'SUBJECT'], '--crl-timeout takes a duration'],
  ])('refuses %j as a mistake', async (args, says) => {
    const ran = await verify({}, ...args.map((arg) => (arg === 'SUBJECT' ? subject : arg)));
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain(says);
    expect(asked).toEqual([]);
  });

  it('says that a directory of data is missing', async () => {
    const ran = await verify(freshCaches(), '--revocation-data', 'nowhere', subject);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('nowhere');
  });

  it('does without a cache that cannot be made, in both faces', async () => {
    served.set('/leaf.crl', crl(false));
    const env = { ...freshCaches(), NOTATION_CACHE: '/dev/null/cache' };
    const own = await verify(env, subject);
    expect(own, own.stderr).toMatchObject({ status: 0 });
    expect(own.stderr).toContain('nothing can be kept in the CRL cache');
    const face = await runHere(stage, ['verify', subject], { now, env, face: 'notation' });
    expect(face, face.stderr).toMatchObject({ status: 0 });
    expect(face.stderr).toContain('Warning: failed to create crl file cache');
  });

  it('writes the lines that scripts look for in the debug log of notation', async () => {
    served.set('/leaf.crl', crl(false));
    const env: Record<string, string> = freshCaches();
    const log = async (...more: readonly string[]): Promise<string> =>
      (await runHere(stage, ['verify', ...more, subject], { now, env, face: 'notation' })).stderr;
    const first = await log('-d');
    for (const line of [
      'Retrieving crl bundle from file cache with key',
      'CRL file cache miss',
      'Storing crl bundle to file cache with key',
      'OCSP check failed with unknown error and fallback to CRL check for certificate #1',
      '"GET" "http://127.0.0.1',
      'No verification impacting errors encountered while checking revocation, status is OK',
    ])
      expect(first).toContain(line);
    served.set('/ocsp', ocsp('revoked'));
    const revoked = await log('-d');
    expect(revoked).toMatch(
      /Certificate #1 in chain with subject "CN=signer.*" encountered an error for revocation method OCSP at URL "http.*": certificate is revoked via OCSP/,
    );
    expect(revoked).toContain('is revoked');
    served.clear();
    // The revocation was kept too; this is about CRLs.
    env['NV2_CACHE'] = join(stage.home.path, 'another');
    const [name = ''] = await readdir(join(env['NOTATION_CACHE'] ?? '', 'crl'));
    await writeFile(join(env['NOTATION_CACHE'] ?? '', 'crl', name), 'x');
    const broken = await log();
    expect(broken).toContain("Warning: CRL cache error discarded. Enable debug log through '-d' for error details.");
    expect(broken).toContain('signature verification failed');
    const open = await log('-d');
    expect(open).toContain('failed to get crl bundle from file cache with key');
    expect(open).toContain('revocation status is unknown');
  });
});
