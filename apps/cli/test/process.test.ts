// How the program behaves as a process: streams, secrets, interruption, and failures of its surroundings.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../src/index.ts';
import { runChild, runHere, type RunSettings, testIo } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

describe('the program', () => {
  let stage: Stage;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);
  const reference = (): string => `${stage.registry}/net-monitor:v1`;

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.image('net-monitor', 'v1');
    await nv2(['sign', '-k', 'wabbit.key', reference()]);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it('takes secrets out of its environment before it opens anything', async () => {
    const env = {
      NV2_USERNAME: 'me',
      NV2_PASSWORD: 'hunter2-secret',
      NOTATION_PASSWORD: 'other',
      NV2_KEY_PASSPHRASE: 'third',
    };
    const { io } = testIo(stage, { env });
    await run(['list', reference()], io);
    for (const name of Object.keys(env)) expect(io.env).not.toHaveProperty(name);
  });

  it('never prints a secret, with --debug either', async () => {
    const ran = await nv2(['list', '--debug', '-u', 'me', '-p', 'hunter2-secret', reference()], {
      env: { NV2_PASSWORD: 'another-secret' },
    });
    expect(ran.stderr).toContain('debug: request 1: ');
    expect(ran.stdout + ran.stderr).not.toMatch(/hunter2-secret|another-secret/);
  });

  it('shows no stack trace unless --debug asks for it', async () => {
    const args = ['verify', '-k', 'missing.crt', reference()];
    expect((await nv2(args)).stderr).not.toMatch(/^\s+at /m);
    expect((await nv2([...args, '--debug'])).stderr).toMatch(/^\s+at /m);
  });

  it('colours for terminals only, and not where NO_COLOR is set', async () => {
    const args = ['verify', '-k', 'wabbit.crt', reference()];
    expect((await nv2(args)).stderr).not.toContain('\u001b[');
    expect((await nv2(args, { isTerminal: true })).stderr).toContain('\u001b[32m');
    expect((await nv2(args, { isTerminal: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\u001b[3');
  });

  it('stops when it is asked to, with code 1 (CLI_INTERRUPTED)', async () => {
    const stop = new AbortController();
    stop.abort();
    const ran = await nv2(['verify', '-k', 'wabbit.crt', '--format', 'json', reference()], { signal: stop.signal });
    expect(ran).toMatchObject({ status: 1 });
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'CLI_INTERRUPTED' } });
  });

  it('serves a registry until it gets SIGTERM, then ends cleanly with 0', async () => {
    const bundle = process.env['NV2_BIN'] ?? join(import.meta.dirname, '../dist/nv2.cjs');
    const [command, ...first] = bundle.endsWith('.cjs') ? [process.execPath, bundle] : [bundle];
    const child = spawn(command ?? '', [...first, 'serve', 'registry', '--dir', 'served', '--port', '0'], {
      cwd: stage.work,
      env: stage.home.env,
    });
    const url = await new Promise<string>((resolve) =>
      child.stdout.setEncoding('utf8').once('data', (line: string) => resolve(line.trim())),
    );
    const { port } = new URL(url);
    const copied = await nv2(['copy', reference(), `localhost:${port}/net-monitor`]);
    expect(copied.status).toBe(0);
    expect((await nv2(['verify', '-k', 'wabbit.crt', `localhost:${port}/net-monitor:v1`])).status).toBe(0);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });

  it('prints only the reference in a pipe, however much it has to say', async () => {
    const ran = await runChild(stage, ['verify', '-k', 'wabbit.crt', reference()]);
    expect(ran).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^localhost:\d+\/net-monitor@sha256:[0-9a-f]{64}\n$/),
    });
  });

  it.each<readonly [string, readonly string[], string]>([
    ['CLI_USAGE', ['verify', '--format', 'xml', 'localhost:1/a:v1'], '--format takes text or json'],
    ['CLI_FILE_UNREADABLE', ['verify', '-c', 'missing.crt', 'localhost:1/a:v1'], 'it does not exist'],
    ['CLI_FILE_UNREADABLE', ['verify', '-c', 'served', 'localhost:1/a:v1'], 'is a directory and not a file'],
    ['CLI_FILE_UNWRITABLE', ['sign', '-k', 'wabbit.key', '-o', 'nowhere/x.jws', 'file:manifest.json'], 'cannot write'],
    ['CLI_FILE_EXISTS', ['cert', 'generate-test', 'wabbit'], 'would be overwritten'],
    ['CLI_NO_SIGNING_KEY', ['sign', 'localhost:1/a:v1'], 'no key was named'],
    ['CLI_SUBJECT_UNSUPPORTED', ['sign', '-k', 'wabbit.key', 'blob:x'], 'not supported'],
    ['CLI_NO_CREDENTIALS', ['list', '-u', 'me', 'localhost:1/a:v1'], 'without a password'],
    ['CLI_NO_CREDENTIALS', ['login', 'localhost:1'], 'nothing to sign in with'],
    ['CLI_USAGE', ['login', 'http://x'], 'expected a registry'],
  ])('raises %s for %j, says why and what next', async (code, args, message) => {
    mkdirSync(join(stage.work, 'served'), { recursive: true });
    const manifest = await stage.repository('net-monitor').findManifest('v1');
    await stage.write('manifest.json', manifest?.bytes ?? '');
    const ran = await nv2([...args, ...(args.includes('--format') ? [] : ['--format', 'json'])]);
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toMatch(/^next: /m);
    if (!args.includes('--format')) expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code } });
  });

  it('says CLI_SUBJECT_NOT_FOUND for a tag that is not there, and CLI_SUBJECT_CHANGED for a copy under another digest', async () => {
    const missing = await nv2(['sign', '-k', 'wabbit.key', '--format', 'json', `${stage.registry}/net-monitor:v9`]);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'CLI_SUBJECT_NOT_FOUND' }, exitCode: 20 });
    const other = `${stage.registry}/copy@sha256:${'0'.repeat(64)}`;
    const changed = await nv2(['copy', '--format', 'json', reference(), other]);
    expect(JSON.parse(changed.stdout)).toMatchObject({ error: { code: 'CLI_SUBJECT_CHANGED' }, exitCode: 11 });
  });

  it('keeps a password in a file of mode 0600 only when that was asked for', async () => {
    const env = { PATH: '' };
    const args = ['login', stage.registry, '-u', 'me', '--password-stdin'];
    const refused = await nv2(args, { env, input: 'hunter2-secret\n' });
    expect(refused.status).toBe(21);
    expect(refused.stderr).toContain('--insecure-storage');
    const kept = await nv2([...args, '--insecure-storage'], { env, input: 'hunter2-secret\n' });
    expect(kept.status).toBe(0);
    const path = join(stage.home.directories.nv2Config, 'credentials.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await nv2(['logout', stage.registry], { env });
    expect(readFileSync(path, 'utf8')).not.toContain(stage.registry);
  });

  it('asks for user name and password at a terminal', async () => {
    const ran = await nv2(['login', stage.registry, '--insecure-storage'], {
      env: { PATH: '' },
      answers: ['me', 'hunter2-secret'],
    });
    expect(ran.status).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain('hunter2');
  });

  it('signs with an encrypted key when the passphrase is in the environment or typed', async () => {
    const { createPrivateKey } = await import('node:crypto');
    const key = createPrivateKey(readFileSync(join(stage.work, 'wabbit.key')));
    const pem = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' });
    await stage.write('locked.key', String(pem), 0o600);
    await stage.write('locked.crt', readFileSync(join(stage.work, 'wabbit.crt')));
    const args = ['sign', '-k', 'locked.key', reference()];
    expect((await nv2(args, { env: { NV2_KEY_PASSPHRASE: 'open sesame' } })).status).toBe(0);
    expect((await nv2(args, { answers: ['open sesame'] })).status).toBe(0);
    expect((await nv2(args)).status).toBe(2);
    const wrong = await nv2(args, { env: { NV2_KEY_PASSPHRASE: 'wrong guess' } });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).not.toContain('wrong guess');
  });

  it('leaves nothing behind when a test certificate cannot be written', async () => {
    await stage.write('half.crt', 'mine');
    expect((await nv2(['cert', 'generate-test', 'half'])).status).toBe(2);
    expect(existsSync(join(stage.work, 'half.key'))).toBe(false);
    expect((await nv2(['key', 'list'])).stdout).not.toContain('half');
  });
});
