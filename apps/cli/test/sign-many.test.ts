// Several artifacts in one run, and signing only what is not signed yet.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

describe('signing several artifacts in one run', () => {
  let stage: Stage;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);
  const reference = (name: string): string => `${stage.registry}/${name}:v1`;

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.key('other');
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await stage.image(name, 'v1');
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it('prints a signature for each, in the order of the command line', async () => {
    const ran = await nv2(['sign', '-k', 'wabbit.key', reference('c'), reference('a'), reference('b'), reference('a')]);
    expect(ran.status).toBe(0);
    expect(ran.stdout.split('\n').map((line) => /\/([a-f])@/.exec(line)?.[1] ?? '')).toEqual(['c', 'a', 'b', '']);
    for (const name of ['a', 'b', 'c']) {
      expect(await nv2(['verify', '-k', 'wabbit.crt', reference(name)])).toMatchObject({ status: 0 });
    }
  });

  it('asks for the passphrase of the key once', async () => {
    const { createPrivateKey } = await import('node:crypto');
    const { readFile } = await import('node:fs/promises');
    const pem = await readFile(`${stage.work}/wabbit.key`, 'utf8');
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
    await stage.write('locked.key', createPrivateKey(pem).export(options), 0o600);
    await stage.write('locked.crt', await readFile(`${stage.work}/wabbit.crt`));
    // A second question would get no answer.
    const ran = await nv2(['sign', '-k', 'locked.key', reference('a'), reference('b')], { answers: ['secret'] });
    expect(ran).toMatchObject({ status: 0 });
  });

  it('signs the others when one cannot be, and tells by the exit code of the worst', async () => {
    const ran = await nv2(['sign', '-k', 'wabbit.key', reference('d'), reference('nowhere'), reference('e')]);
    expect(ran.status).toBe(20);
    expect(ran.stdout.trim().split('\n')).toHaveLength(2);
    expect(ran.stderr).toContain('1 of 3 artifacts could not be signed');
    expect(ran.stderr).toContain(`${reference('nowhere')}: failed: ${reference('nowhere')} does not exist`);
    expect(await nv2(['verify', '-k', 'wabbit.crt', reference('e')])).toMatchObject({ status: 0 });
  });

  it('signs nothing when one of them is not even a reference', async () => {
    const ran = await nv2(['sign', '-k', 'other.key', reference('f'), 'local-name:dev']);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(await nv2(['verify', '-k', 'other.crt', reference('f')])).toMatchObject({ status: 10 });
  });

  it('warns once about tags that can be moved', async () => {
    const ran = await nv2(['sign', '-k', 'wabbit.key', reference('a'), reference('b')]);
    expect(ran.stderr.match(/can be moved/g)).toHaveLength(1);
  });

  it.each([
    ['one file for several signatures', ['-o', 'one.sig', 'A', 'B'], '-o writes one signature'],
    ['one file for an index and its images', ['-o', 'one.sig', '--recursive', 'A'], '-o writes one signature'],
    ['a file of what is stored', ['-o', 'one.sig', '--if-missing', 'A'], '--if-missing looks at stored signatures'],
    ['a manifest that is in no store among others', ['A', 'file:x'], 'can only be written to a file'],
    ['-r beside artifacts', ['-r', 'A', 'B', 'C'], '-r beside a subject'],
    ['one password for two registries', ['-u', 'me', '-p', 'pw', 'A', 'localhost:1/b:v1'], 'for one registry'],
  ])('does not take %s', async (_, words, message) => {
    const args = words.map((word) => (/^[A-C]$/.test(word) ? reference(word.toLowerCase()) : word));
    const ran = await nv2(['sign', '-k', 'wabbit.key', ...args]);
    expect(ran).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('signing what is missing', () => {
  let stage: Stage;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.key('other');
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  async function signOnce(name: string, ...more: readonly string[]): Promise<readonly string[]> {
    await stage.image(name, 'v1');
    const reference = `${stage.registry}/${name}:v1`;
    const first = await nv2(['sign', '-k', 'wabbit.key', ...more, reference]);
    expect(first.status).toBe(0);
    return [reference, first.stdout];
  }

  it('does nothing when a signature of the key is there, and prints that one', async () => {
    const [reference = '', first] = await signOnce('same');
    const again = await nv2(['sign', '-k', 'wabbit.key', '--if-missing', reference]);
    expect(again).toMatchObject({ status: 0, stdout: first, stderr: expect.stringContaining('signed already') });
    const json = await nv2(['sign', '-k', 'wabbit.key', '--if-missing', '--format', 'json', reference]);
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'present', signature: first?.trim() });
  });

  it('signs when only another key has signed', async () => {
    const [reference = ''] = await signOnce('another');
    const ran = await nv2(['sign', '-k', 'other.key', '--if-missing', reference]);
    expect(ran.stderr).toContain(': signed\n');
  });

  it('signs when what is there has expired', async () => {
    const now = new Date(Date.now() - 3_600_000);
    await stage.image('expired', 'v1');
    const reference = `${stage.registry}/expired:v1`;
    expect((await nv2(['sign', '-k', 'wabbit.key', '-e', '1m', reference], { now })).status).toBe(0);
    const ran = await nv2(['sign', '-k', 'wabbit.key', '--if-missing', reference]);
    expect(ran.stderr).toContain(': signed\n');
  });

  it('signs when what is there does not state the metadata that is asked for', async () => {
    const [reference = ''] = await signOnce('metadata', '--user-metadata', 'build=1');
    const same = await nv2(['sign', '-k', 'wabbit.key', '--if-missing', '--user-metadata', 'build=1', reference]);
    expect(same.stderr).toContain('signed already');
    const other = await nv2(['sign', '-k', 'wabbit.key', '--if-missing', '--user-metadata', 'build=2', reference]);
    expect(other.stderr).toContain(': signed\n');
  });
});
