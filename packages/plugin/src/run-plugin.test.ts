import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isNv2Error } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { printJson, writeNodePlugin, writeShellPlugin } from '../test/write-plugin.ts';
import type { PluginEvent } from './events.ts';
import { runPlugin, type RunPluginOptions } from './run-plugin.ts';

const env = process.env;
const ask = { command: 'describe-key', request: { contractVersion: '1.0', keyId: 'k' } } as const;

async function runShell(script: string, options: Partial<RunPluginOptions> = {}) {
  await using home = await temporaryDirectory();
  return await runPlugin(await writeShellPlugin(home.path, 'test', script), ask, { env, ...options });
}

/** The code of the failure, with its details. */
async function failureOf(run: Promise<unknown>): Promise<{ code: string; message: string; details: unknown }> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isNv2Error(error)) throw error ?? new Error('nothing failed');
  return { code: error.code, message: error.message, details: error.details };
}

describe('a command of a plugin', () => {
  it('gets its name as argument and its request on standard input, and answers on standard output [+PLUG-07]', async () => {
    await using home = await temporaryDirectory();
    const body = `
      const chunks = [];
      process.stdin.on('data', (c) => chunks.push(c)).on('end', () => {
        process.stdout.write(JSON.stringify({ argv: process.argv.slice(2), request: JSON.parse(Buffer.concat(chunks)) }));
      });`;
    const file = await writeNodePlugin(home.path, 'com.example.echo', body);
    expect(await runPlugin(file, ask, { env })).toEqual({ argv: ['describe-key'], request: ask.request });
  });

  it('is not heard where anything follows its answer [-PLUG-07]', async () => {
    const { code } = await failureOf(runShell(`echo '{"keyId":"k"}'; echo done`));
    expect(code).toBe('PLUGIN_OUTPUT_INVALID');
  });

  it.each([
    ['nothing', 'exit 0'],
    ['text', 'echo hello'],
    ['an array', 'echo "[1]"'],
    ['half of an object', `printf '{"a":'`],
    ['the same member twice', `echo '{"a":1,"a":2}'`],
    ['bytes that are no text', `printf '{"a":"\\377"}'`],
    ['a hundred levels of nesting', `printf '{"a":'; for i in $(seq 100); do printf '['; done`],
  ])('is not heard when it answers %s [-PLUG-07]', async (_what, script) => {
    const { code, details } = await failureOf(runShell(script));
    expect(code).toBe('PLUGIN_OUTPUT_INVALID');
    expect(details).toEqual({ plugin: 'test', command: 'describe-key' });
  });

  it('may write what it likes on standard error as long as it succeeds [+PLUG-09]', async () => {
    expect(await runShell(`echo '{"errorCode":"ERROR"}' >&2; echo '{"keyId":"k"}'`)).toEqual({ keyId: 'k' });
  });

  it('may leave its input unread [+PLUG-07]', async () => {
    await using home = await temporaryDirectory();
    const file = await writeShellPlugin(home.path, 'test', `exec 0<&-\n${printJson({ keyId: 'k' })}`);
    const request = { contractVersion: '1.0', payload: 'x'.repeat(1_000_000) };
    expect(await runPlugin(file, { command: 'describe-key', request }, { env })).toEqual({ keyId: 'k' });
  });

  it('inherits the environment, without credentials of registries and passphrases [+PLUG-17]', async () => {
    const environment = {
      ...env,
      AWS_PROFILE: 'release',
      NOTATION_USERNAME: 'u',
      notation_password: 'p',
      NV2_USERNAME: 'u',
      NV2_PASSWORD: 'p',
      NV2_KEY_PASSPHRASE: 's',
    };
    const script = `
      found=$(env | grep -ciE '^(notation|nv2)_(username|password|key_passphrase)=')
      echo "{\\"profile\\":\\"$AWS_PROFILE\\",\\"secrets\\":$found}"`;
    expect(await runShell(script, { env: environment })).toEqual({ profile: 'release', secrets: 0 });
  });

  it('is never read by a shell: neither its path nor its argument means anything but itself [+OC-68]', async () => {
    await using home = await temporaryDirectory();
    const root = join(home.path, `a b; touch $(echo x) '"`);
    const file = await writeShellPlugin(root, 'test', printJson({ keyId: 'k' }));
    expect(await runPlugin(file, ask, { env })).toEqual({ keyId: 'k' });
    expect(existsSync(join(home.path, 'x'))).toBe(false);
  });

  it('is shown to whoever watches: request and answer as they went [+PLUG-07]', async () => {
    const events: PluginEvent[] = [];
    await runShell(`echo ' {"keyId": "k"}'`, { onEvent: (event) => events.push(event) });
    expect(events).toEqual([
      {
        type: 'plugin-asked',
        plugin: 'test',
        command: 'describe-key',
        request: '{"contractVersion":"1.0","keyId":"k"}',
      },
      { type: 'plugin-answered', plugin: 'test', command: 'describe-key', response: ' {"keyId": "k"}\n' },
    ]);
  });
});

describe('the failure of a plugin', () => {
  it.each([
    ['VALIDATION_ERROR', 'PLUGIN_REQUEST_REFUSED', false],
    ['UNSUPPORTED_CONTRACT_VERSION', 'PLUGIN_CONTRACT_REFUSED', false],
    ['ACCESS_DENIED', 'PLUGIN_ACCESS_DENIED', false],
    ['TIMEOUT', 'PLUGIN_BUSY', true],
    ['THROTTLED', 'PLUGIN_BUSY', true],
    ['ERROR', 'PLUGIN_FAILED', false],
    ['SOMETHING_NEW', 'PLUGIN_FAILED', false],
  ])('%s has a code of its own, and says whether it passes [+PLUG-08 +PLUG-10]', async (errorCode, code, transient) => {
    const answer = JSON.stringify({ errorCode, errorMessage: 'no key "x"', errorMetadata: { region: 'eu' } });
    const failure = await failureOf(runShell(`echo '${answer}' >&2; exit 1`));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(`${errorCode}: no key "x"`);
    expect(failure.details).toEqual({
      plugin: 'test',
      command: 'describe-key',
      errorCode,
      errorMessage: 'no key "x"',
      errorMetadata: ['region=eu'],
      ...(transient ? { transient: true } : {}),
    });
  });

  it.each([
    ['a code alone', '{"errorCode":"ACCESS_DENIED"}', 'PLUGIN_ACCESS_DENIED'],
    ['a message alone', '{"errorMessage":"no"}', 'PLUGIN_FAILED'],
    ['members that are null', '{"errorCode":"ERROR","errorMessage":null,"errorMetadata":null}', 'PLUGIN_FAILED'],
    ['members that nobody knows', '{"errorCode":"ERROR","more":[1]}', 'PLUGIN_FAILED'],
  ])('is understood with %s, whatever status it ends with [+PLUG-08 +PLUG-13]', async (_what, text, code) => {
    expect(await failureOf(runShell(`echo '${text}' >&2; exit 37`))).toMatchObject({ code });
  });

  it.each([
    ['none of the three members', '{"code":"ERROR"}'],
    ['an empty object', '{}'],
    ['a code that is a number', '{"errorCode":1}'],
    ['metadata that is no text', '{"errorCode":"ERROR","errorMetadata":{"a":1}}'],
    ['a stack trace', 'panic: runtime error'],
  ])('is malformed with %s [-PLUG-08 +PLUG-09]', async (_what, text) => {
    const { code, message } = await failureOf(runShell(`echo '${text}' >&2; exit 1`));
    expect(code).toBe('PLUGIN_OUTPUT_INVALID');
    expect(message).not.toContain('panic');
  });

  it.each([
    ['a status', 'exit 3', /ended with status 3/],
    ['a signal', 'kill -SEGV $$', /was ended by SIGSEGV/],
  ])('without a word is the failure of an executable, by %s [-PLUG-09]', async (_how, script, message) => {
    const failure = await failureOf(runShell(script));
    expect(failure).toMatchObject({ code: 'PLUGIN_START_FAILED', message: expect.stringMatching(message) });
  });

  it('is to be absent, or no program [-PLUG-07]', async () => {
    await using home = await temporaryDirectory();
    const missing = runPlugin(join(home.path, 'notation-missing'), ask, { env });
    expect(await failureOf(missing)).toMatchObject({ code: 'PLUGIN_START_FAILED', details: { plugin: 'missing' } });
    const directory = runPlugin(home.path, ask, { env });
    expect(await failureOf(directory)).toMatchObject({ code: 'PLUGIN_START_FAILED' });
  });

  it('is to hold commands and name no interpreter: the C library would hand it to the shell [-OC-68]', async () => {
    await using home = await temporaryDirectory();
    const file = await writeShellPlugin(home.path, 'test', '');
    for (const content of [`touch ${home.path}/ran`, '', '\u007fEL', 'MZ']) {
      await writeFile(file, content);
      await expect(runPlugin(file, ask, { env })).rejects.toMatchObject({
        code: 'PLUGIN_START_FAILED',
        cause: { code: 'ENOEXEC' },
      });
    }
    expect(existsSync(join(home.path, 'ran'))).toBe(false);
  });

  it('shows control characters of the plugin in no message [-PLUG-10]', async () => {
    const text = JSON.stringify({ errorCode: 'ERROR\u001b[31m', errorMessage: `\u202e${'x'.repeat(5000)}` });
    const { message } = await failureOf(runShell(`cat >&2 <<'E'\n${text}\nE\nexit 1`));
    expect(message).not.toContain('\u001b');
    expect(message).not.toContain('\u202e');
    expect(message.length).toBeLessThan(1000);
  });
});

describe('a plugin that does not end', () => {
  /** Waits for a file that a child of the plugin writes. */
  async function pidIn(file: string): Promise<number> {
    for (let turn = 0; turn < 500 && !existsSync(file); turn += 1) await delay(10);
    return Number(await readFile(file, 'utf8'));
  }

  async function hasEnded(pid: number): Promise<boolean> {
    for (let turn = 0; turn < 500; turn += 1) {
      if (!isRunning(pid)) return true;
      await delay(10);
    }
    return false;
  }

  function isRunning(pid: number): boolean {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    // In a container nobody may collect it; what is dead and not collected does not run.
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  }

  it('is ended when its time is up, though it ignores SIGTERM, and its children with it [-OC-68]', async () => {
    await using home = await temporaryDirectory();
    const script = `trap '' TERM INT HUP\nsh -c 'trap "" TERM HUP; echo $$ > ${home.path}/pid.new; mv ${home.path}/pid.new ${home.path}/pid; while :; do sleep 1; done' &\nwhile :; do sleep 1; done`;
    const file = await writeShellPlugin(home.path, 'test', script);
    const run = failureOf(runPlugin(file, ask, { env, timeoutMs: 1500 }));
    const child = await pidIn(join(home.path, 'pid'));
    expect(isRunning(child)).toBe(true);
    expect(await run).toMatchObject({ code: 'PLUGIN_TIMEOUT', message: expect.stringContaining('1500 ms') });
    expect(await hasEnded(child)).toBe(true);
  });

  it('is ended when the caller gives up [-OC-68]', async () => {
    await using home = await temporaryDirectory();
    const file = await writeShellPlugin(
      home.path,
      'test',
      `echo $$ > ${home.path}/pid.new; mv ${home.path}/pid.new ${home.path}/pid; exec sleep 60`,
    );
    const abort = new AbortController();
    const run = runPlugin(file, ask, { env, signal: abort.signal });
    const pid = await pidIn(join(home.path, 'pid'));
    abort.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(await hasEnded(pid)).toBe(true);
  });

  it('is not started when the caller has given up already [-OC-68]', async () => {
    await using home = await temporaryDirectory();
    const file = await writeShellPlugin(home.path, 'test', `touch ${home.path}/started; ${printJson({})}`);
    await expect(runPlugin(file, ask, { env, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    expect(existsSync(join(home.path, 'started'))).toBe(false);
  });

  it.each([
    ['standard output', ''],
    ['standard error', '>&2'],
  ])('is ended once it has written 64 MiB on %s [-PLUG-11]', async (_stream, to) => {
    const { code } = await failureOf(runShell(`exec cat /dev/zero ${to}`));
    expect(code).toBe('PLUGIN_OUTPUT_LIMIT');
  });

  it('may take its time with a long answer [+PLUG-11]', async () => {
    const script = `printf '{"keyId":"'; head -c 8388608 /dev/zero | tr '\\0' a; sleep 0.1; printf '"}'`;
    const answer = await runShell(script);
    expect(answer['keyId']).toHaveLength(8 * 1024 * 1024);
  });

  it('is heard all the same when only a child of it holds the output open [+PLUG-07]', async () => {
    const answer = await runShell(`sleep 60 &\n${printJson({ keyId: 'k' })}`);
    expect(answer).toEqual({ keyId: 'k' });
  });
});
