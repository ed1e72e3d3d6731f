// E10: the same image under the policies of several places; and what the levels between strict and skip mean.

import { leafExtensions } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorldFor, shelve, type Shelf, signAt, fromNow, day, writeKey, writePolicy } from './publisher.ts';
import { expectFailure, expectVerdict } from './refusals.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

describe.concurrent('E10 — policies per place', () => {
  let world: World;
  let shelf: Shelf;
  let unsigned: Shelf;
  beforeAll(async () => {
    world = await openWorldFor('referrers API');
    const wabbit = await writeKey(world, 'wabbit');
    await writeKey(world, 'acme');
    shelf = await shelve(world, 'net-monitor');
    unsigned = await shelve(world, 'unsigned');
    await signAt(shelf, { by: wabbit });
    await world.nv2('cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit-root.crt');
    await world.nv2('cert', 'add', '--type', 'ca', '--store', 'acme', 'acme-root.crt');
    await writePolicy(world, 'development.json', { stores: ['ca:wabbit', 'ca:acme'] });
    await writePolicy(world, 'production.json', { stores: ['ca:acme'] });
    await writePolicy(world, 'audit.json', { stores: ['ca:acme'], level: 'audit' });
    await writePolicy(world, 'skip.json', { level: 'skip', scopes: [shelf.name, unsigned.name] });
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  it('accepts in development what production refuses, until production has signed too', async () => {
    const own = await shelve(world, 'promoted');
    expect((await world.nv2('sign', '-k', 'wabbit.key', own.tagged)).status).toBe(0);
    expect(await world.nv2('verify', '--policy-file', 'development.json', own.tagged)).toMatchObject({
      status: 0,
      stdout: `${own.pinned}\n`,
    });
    const refused = await world.nv2('verify', '--policy-file', 'production.json', own.tagged);
    expectVerdict(refused, 12, 'signer not trusted');
    expect(refused.stderr).toMatch(/looked in: ca:acme/);
    expect(refused.stderr).toContain('policy "production" of');
    expect((await world.nv2('sign', '-k', 'acme.key', own.tagged)).status).toBe(0);
    expect((await world.nv2('verify', '--policy-file', 'production.json', own.tagged)).status).toBe(0);
  });

  it('compares policies in a table, with the least favourable exit code, and changes nothing', async () => {
    world.wabbit.forgetWire();
    const files = ['development.json', 'production.json', 'audit.json', 'skip.json'];
    const words = ['policy', 'test', '--table', ...files.flatMap((file) => ['--policy-file', file]), shelf.tagged];
    const ran = await world.nv2(...words);
    expect(ran, ran.stderr).toMatchObject({ status: 12 });
    const [header, ...rows] = ran.stdout.trimEnd().split('\n');
    expect(header).toMatch(/^POLICY +VERDICT +CODE +EXIT/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['development.json', 'trusted'],
      ['production.json', 'untrusted'],
      ['audit.json', 'not-verified'],
      ['skip.json', 'not-verified'],
    ]);
    expect(rows.map((row) => /\s(\d+)\s/.exec(row)?.[1])).toEqual(['0', '12', '0', '0']);
    const json = JSON.parse((await world.nv2(...words, '--format', 'json')).stdout);
    expect(json).toMatchObject({
      exitCode: 12,
      decisions: [{ exitCode: 0 }, { exitCode: 12 }, { exitCode: 0 }, { exitCode: 0 }],
    });
    expect((await world.nv2('policy', 'show')).status).toBe(2);
  });

  it.each(['text', 'json'])(
    'audits: exit 0, verdict not-verified, and what would have failed, in %s',
    async (format) => {
      const ran = await world.nv2('verify', '--format', format, '--policy-file', 'audit.json', shelf.tagged);
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
      expect(ran.stderr).toContain(`nv2: ${shelf.pinned}: not verified, because the trust policy only audits`);
      expect(ran.stderr).toMatch(
        /why: audit: no certificate of the signer is in the trust stores that were looked in: ca:acme/,
      );
      if (format === 'text') expect(ran.stdout).toBe(`${shelf.pinned}\n`);
      else {
        const report = JSON.parse(ran.stdout);
        expect(report).toMatchObject({ verdict: 'not-verified', exitCode: 0, subject: shelf.pinned });
        expect(report.why[0]).toMatch(/^audit: /);
        expect(report.signatures[0].checks.authenticity).toMatchObject({ status: 'failed', action: 'log' });
      }
    },
  );

  it.each(['text', 'json'])('skips: exit 0, says that nothing was verified, in %s', async (format) => {
    for (const one of [shelf, unsigned]) {
      const ran = await world.nv2('verify', '--format', format, '--policy-file', 'skip.json', one.tagged);
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
      expect(ran.stderr).toContain(`${one.pinned}: not verified, because the trust policy says to skip verification`);
      if (format === 'json') expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: 'not-verified', signatures: [] });
    }
  });

  it('audits a broken or missing signature no further than the policy allows: unsigned stays 10', async () => {
    expectVerdict(await world.nv2('verify', '--policy-file', 'audit.json', unsigned.tagged), 10, 'no signature found');
  });

  it('tolerates an unknown revocation status at permissive, with a word about it, and not at strict', async () => {
    const own = await shelve(world, 'revocable');
    const revocable = await writeKey(world, 'revocable', {
      tweak: (mint, index) =>
        index > 0 ? mint : { ...mint, extensions: { ...leafExtensions, crlUrls: ['http://crl.example.com/a.crl'] } },
    });
    await signAt(own, { by: revocable });
    await world.nv2('cert', 'add', '--type', 'ca', '--store', 'revocable', 'revocable-root.crt');
    await writePolicy(world, 'lenient.json', { stores: ['ca:revocable'], level: 'permissive' });
    await writePolicy(world, 'strict.json', { stores: ['ca:revocable'] });
    const lenient = await world.nv2('verify', '--policy-file', 'lenient.json', own.tagged);
    expect(lenient, lenient.stderr).toMatchObject({ status: 0, stdout: `${own.pinned}\n` });
    expect(lenient.stderr).toMatch(/revocation.*tolerated|tolerated by the policy/);
    const strict = await world.nv2('verify', '--policy-file', 'strict.json', own.tagged);
    expectVerdict(strict, 17, 'status could not be established');
    expect(strict.stderr).toContain('http://crl.example.com/a.crl');
  });

  it('reports the failure of the signature that came furthest, and the largest code of several', async () => {
    const own = await shelve(world, 'several');
    const wabbit = await writeKey(world, 'several', { notAfter: fromNow(-day) });
    await signAt(own, { by: await writeKey(world, 'stranger') });
    await signAt(own, { by: wabbit, at: fromNow(-3 * day), expirySeconds: 3600 });
    const ran = await world.nv2('verify', '-c', 'several-root.crt', own.tagged);
    expectVerdict(ran, 14, 'expired or not yet valid');
    expect(ran.stderr.match(/^ {2}sha256:.*: untrusted; /gm)).toHaveLength(2);
  });

  it.each([
    ['no JSON', '{"version":', /policy\.json/],
    ['another version', '{"version":"9.0","trustPolicies":[]}', /\$\.version/],
    ['an unknown member', '{"version":"1.0","trustPolicies":[],"note":1}', /unknown member "note"/],
  ])('is 2 for a policy file with %s, before anybody is contacted', async (_, content, says) => {
    const name = `${content.length}-policy.json`;
    await world.write(name, content);
    expectFailure(await world.nv2('verify', '--policy-file', name, 'localhost:1/net-monitor:v1'), 2, says);
  });

  it('is 2 for a policy that names a store which does not exist, with the line that creates it', async () => {
    await writePolicy(world, 'nostore.json', { stores: ['ca:nowhere'] });
    const ran = await world.nv2('verify', '--policy-file', 'nostore.json', shelf.tagged);
    expect(ran, ran.stderr).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain('next: nv2 cert add --type ca --store nowhere ');
  });
});
