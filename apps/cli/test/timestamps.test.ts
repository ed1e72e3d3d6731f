// Time-stamps on the command line, in both faces, with an authority on a socket.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listeningTsa, type ListeningTsa, mintChain, type TestTsaOptions, toPem } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runHere, type RunSettings } from './support/run-cli.ts';
import { findSchemaProblems } from './support/schema.ts';
import { openStage, type Stage } from './support/stage.ts';

const now = new Date('2026-06-01T12:00:00Z');
const afterExpiry = new Date('2026-09-01T00:00:00Z');

describe('a time-stamp', () => {
  let stage: Stage;
  let tsa: ListeningTsa;
  const run = (args: readonly string[], settings: RunSettings = {}): Promise<Ran> =>
    runHere(stage, args, { now, ...settings });
  const notation = (args: readonly string[], settings: RunSettings = {}): Promise<Ran> =>
    run(args, { face: 'notation', ...settings });
  const withAuthority = async <Value>(
    options: TestTsaOptions,
    use: (url: string) => Promise<Value>,
  ): Promise<Value> => {
    await using other = await listeningTsa({ authority: tsa.authority, now: () => now, ...options });
    return await use(other.url);
  };
  const stamped = (url = tsa.url): readonly string[] => [
    '--timestamp-url',
    url,
    '--timestamp-root-cert',
    'tsa-root.crt',
  ];
  const image = async (name: string): Promise<string> => `${stage.registry}/${name}@${await stage.image(name, 'v1')}`;
  const report = async (reference: string, settings: RunSettings): Promise<unknown> => {
    const { stdout } = await run(['verify', '--format', 'json', reference], settings);
    const value: unknown = JSON.parse(stdout);
    const schema: unknown = JSON.parse(await readFile(join(import.meta.dirname, '../schemas/verify.json'), 'utf8'));
    expect(findSchemaProblems(value, schema as Readonly<Record<string, unknown>>)).toEqual([]);
    return value;
  };

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit', {
      notBefore: new Date('2026-05-01T00:00:00Z'),
      notAfter: new Date('2026-07-01T00:00:00Z'),
    });
    const authority = await mintChain({ purpose: 'timestamping', length: 3, keyIndex: 60 });
    tsa = await listeningTsa({
      authority,
      now: () => now,
      tweakAnswer: (honest) => ({ ...honest, accuracy: { seconds: 1 } }),
    });
    await stage.write('tsa-root.crt', toPem('CERTIFICATE', authority.root.der));
    await stage.write('tsa-middle.crt', toPem('CERTIFICATE', authority.certificates[1]?.der ?? new Uint8Array()));
    await stage.write('tsa-chain.crt', authority.pem);
    await stage.write('blank.txt', '\n');
    await stage.write('noise.crt', 'noise');
    for (const args of [
      ['key', 'add', '--default', 'wabbit', 'wabbit.key', 'wabbit.crt'],
      ['cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit-root.crt'],
      ['cert', 'add', '--type', 'tsa', '--store', 'tsa', 'tsa-root.crt'],
      [
        'policy',
        'init',
        '--scope',
        '*',
        '--trust-store',
        'ca:wabbit',
        '--trust-store',
        'tsa:tsa',
        '--identity',
        '*',
        '--verify-timestamp',
        'afterCertExpiry',
      ],
    ]) {
      expect(await run(args)).toMatchObject({ status: 0 });
    }
  });
  afterAll(async () => {
    await tsa[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  it('makes a signature count after its certificates have expired; without one it does not [+TSA-30 +TSA-07]', async () => {
    const reference = await image('stamped');
    expect(await run(['sign', ...stamped(), reference])).toMatchObject({ status: 0 });
    const late = await run(['verify', reference], { now: afterExpiry });
    expect(late).toMatchObject({ status: 0, stdout: `${reference}\n` });
    expect(late.stderr).toContain(
      'time-stamped: between 2026-06-01T11:59:59Z and 2026-06-01T12:00:01Z, by CN=timestamper 60',
    );
    expect(await report(reference, { now: afterExpiry })).toMatchObject({
      signatures: [{ timestamp: { earliest: '2026-06-01T11:59:59.000Z', policy: '1.2.3.4.1' } }],
    });
    const bare = await image('bare');
    expect(await run(['sign', bare])).toMatchObject({ status: 0 });
    const refused = await run(['verify', bare], { now: afterExpiry });
    expect(refused.status).toBe(14);
    expect(refused.stderr).toContain('a time-stamp could have shown that the signature was made in time');
  });

  it('is shown by inspect, with what it claims [+TSA-12]', async () => {
    const reference = await image('shown');
    await run(['sign', ...stamped(), reference]);
    const tree = await run(['inspect', reference]);
    expect(tree.stdout).toContain('earliest: 2026-06-01T11:59:59Z');
    const json: unknown = JSON.parse((await run(['inspect', '--format', 'json', reference])).stdout);
    expect(json).toMatchObject({
      signatures: [
        {
          unsigned: { timestamp: true, timestampSignature: { latest: '2026-06-01T12:00:01Z', certificates: [{}, {}] } },
        },
      ],
    });
  });

  it.each([
    [['--timestamp-url', 'http://tsa.example'], 'go together'],
    [['--timestamp-root-cert', 'tsa-root.crt'], 'go together'],
    [['--timestamp-url', 'ftp://tsa.example', '--timestamp-root-cert', 'tsa-root.crt'], 'is not an http or https URL'],
    [
      ['--timestamp-url', 'http://tsa.example', '--timestamp-root-cert', 'tsa-middle.crt'],
      'is not the root certificate of an authority',
    ],
    [
      ['--timestamp-url', 'http://tsa.example', '--timestamp-root-cert', 'tsa-chain.crt'],
      'holds 3 certificates, expected the root alone',
    ],
    [['--timestamp-url', 'http://tsa.example', '--timestamp-root-cert', 'nowhere.crt'], 'does not exist'],
  ])('is not asked for with %j [-TSA-07 -TSA-05]', async (args, message) => {
    const ran = await run(['sign', ...args, await image('refused')]);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
  });

  it.each<[string, TestTsaOptions, string]>([
    ['refuses', { status: 2, failInfo: [0] }, 'refused: rejection (badAlg)'],
    ['redirects', { httpStatus: 302 }, 'HTTP status 302'],
    [
      'is about something else',
      { tweakAnswer: (honest) => ({ ...honest, digest: new Uint8Array(32) }) },
      'about other data',
    ],
  ])(
    'of an authority that %s fails the signing, and nothing is stored [-SIGN-08 -TSA-06]',
    async (name, options, message) => {
      const reference = await image(`failing-${name.replaceAll(' ', '-')}`);
      const ran = await withAuthority(options, (url) => run(['sign', ...stamped(url), reference]));
      expect(ran.status).not.toBe(0);
      expect(ran.stderr).toContain(message);
      expect((await run(['verify', reference])).status).toBe(10);
    },
  );

  describe('in the notation face', () => {
    it('is made and verified [+TSA-07]', async () => {
      const reference = await image('face');
      expect(await notation(['sign', ...stamped(), reference])).toMatchObject({ status: 0 });
      expect(await notation(['verify', reference], { now: afterExpiry })).toMatchObject({
        status: 0,
        stdout: `Successfully verified signature for ${reference}\n`,
      });
      const tree = (await notation(['inspect', reference])).stdout;
      expect(tree).toContain('timestamp: [Mon Jun  1 11:59:59 2026, Mon Jun  1 12:00:01 2026]');
    });

    it.each([
      [['--timestamp-url', '', '--timestamp-root-cert', 'x'], 'timestamping: tsa url cannot be empty'],
      [
        ['--timestamp-url', 'http://x', '--timestamp-root-cert', ''],
        'timestamping: tsa root certificate path cannot be empty',
      ],
      [
        ['--timestamp-url', 'http://x'],
        'if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-root-cert]',
      ],
      [
        ['--timestamp-url', 'http://x', '--timestamp-root-cert', 'blank.txt'],
        'cannot find any certificate from "blank.txt". Expecting single x509 root certificate in PEM or DER format from the file',
      ],
      [
        ['--timestamp-url', 'http://x', '--timestamp-root-cert', 'tsa-chain.crt'],
        'found more than one certificates from "tsa-chain.crt". Expecting single x509 root certificate in PEM or DER format from the file',
      ],
      [
        ['--timestamp-url', 'http://x', '--timestamp-root-cert', 'tsa-middle.crt'],
        'failed to check root certificate with error: x509: ECDSA verification failure',
      ],
      [['--timestamp-url', 'http://x', '--timestamp-root-cert', 'noise.crt'], 'x509: malformed certificate'],
      [
        ['--timestamp-url', 'http://x', '--timestamp-root-cert', 'nowhere.crt'],
        'open nowhere.crt: no such file or directory',
      ],
    ])('says what is wrong with %j in the reference’s words [-TSA-07]', async (args, message) => {
      const ran = await notation(['sign', ...args, await image('words')]);
      expect(ran).toMatchObject({ status: 1, stdout: '', stderr: `Error: ${message}\n` });
    });

    it('does not repeat the password of an address', async () => {
      const url = ['--timestamp-url', 'http://me:hunter2@tsa.example/x', '--timestamp-root-cert', 'tsa-root.crt'];
      const ran = await notation(['sign', ...url, await image('password')]);
      expect(ran).toMatchObject({ status: 1, stdout: '' });
      expect(ran.stderr).toMatch(/^Error: timestamp: Post "http:\/\/me:\*\*\*@tsa\.example\/x": /);
      expect(ran.stderr).not.toContain('hunter2');
    });

    it('says that an authority cannot be reached in the reference’s words [-TSA-06]', async () => {
      const url = await withAuthority({}, (gone) => Promise.resolve(gone));
      const ran = await notation(['sign', ...stamped(url), await image('gone')]);
      expect(ran.status).toBe(1);
      expect(ran.stderr).toContain(`Error: timestamp: Post "${url}": `);
    });
  });
});
