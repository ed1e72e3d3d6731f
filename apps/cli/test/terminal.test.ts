// At a terminal and in a shell: progress, readers that go away, interruption, input that ends, completion.

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseArgv } from '../src/argv.ts';
import { builtinCommands } from '../src/commands/builtin.ts';
import { commandGroups } from '../src/commands/groups.ts';
import { collectCandidates, renderCompletion } from '../src/completion.ts';
import { proxyFront } from './support/fronts.ts';
import { runHere, testIo } from './support/run-cli.ts';
import { run } from '../src/index.ts';
import { openStage, type Stage } from './support/stage.ts';

const bundle = join(import.meta.dirname, '../dist/nv2.cjs');

describe('nv2 at a terminal', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.image('app', 'v1');
    await runHere(stage, ['sign', '-k', 'wabbit.key', `${stage.registry}/app:v1`]);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(() => vi.useRealTimers());

  /** Runs a command while seconds pass quickly. */
  async function runSlowly(args: readonly string[], isTerminal: boolean): Promise<string> {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { io, out } = testIo(stage, { isTerminal, env: { NO_COLOR: '1' } });
    const left = { isRunning: true };
    const ran = run(args, io).finally(() => (left.isRunning = false));
    while (left.isRunning) {
      vi.advanceTimersByTime(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ran, out.stderr).toBe(0);
    return out.stderr;
  }

  it('says what it is doing once that takes longer than a second, and cleans the line up', async () => {
    const args = ['copy', `${stage.registry}/app:v1`, `${stage.registry}/slow:v1`];
    const shown = await runSlowly(args, true);
    expect(shown).toContain(`\r\u001b[2Kresolving ${stage.registry}/app:v1`);
    expect(shown.replaceAll('\r\u001b[2K', '\n')).toMatch(/^copying: \d+ contents, \d+ bytes/m);
    expect(shown.replaceAll('\r\u001b[2K', '\n')).toMatch(/^nv2: \S+: done$/m);
    expect(await runSlowly([...args.slice(0, 2), `${stage.registry}/slow2:v1`], false)).not.toContain('\u001b');
  });

  it('shows no progress of what is quick', async () => {
    const ran = await runHere(stage, ['copy', `${stage.registry}/app:v1`, `${stage.registry}/quick:v1`], {
      isTerminal: true,
      env: { NO_COLOR: '1' },
    });
    expect(ran.stderr).not.toContain('\u001b');
  });

  it('ends quietly when its reader has gone', () => {
    const line = `'${process.execPath}' '${bundle}' help verify | head -0; echo "\${PIPESTATUS[0]}"`;
    const ran = spawnSync('bash', ['-c', line], { cwd: stage.work, env: stage.home.env, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(ran.stdout.trim()).toBe('0');
  });

  it('takes a closed standard input for an empty one', () => {
    const line = `'${process.execPath}' '${bundle}' sign -k wabbit.key -o none.sig - <&-`;
    const ran = spawnSync('bash', ['-c', line], { cwd: stage.work, env: stage.home.env, encoding: 'utf8' });
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^nv2: .*standard input/);
  });

  it('stops in the middle of a copy with 1, no stack trace and no tag', async () => {
    await using slow = await proxyFront(stage.registry, { isStuck: (line) => line.includes('/blobs/') });
    const child = spawn(
      process.execPath,
      [bundle, 'copy', '--from-plain-http', '--to-plain-http', 'registry.test:5000/app:v1', 'oci-archive:stopped.tar'],
      { cwd: stage.work, env: { ...stage.home.env, HTTP_PROXY: `http://${slow.host}` } },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await vi.waitFor(() => expect(slow.seen.some((line) => line.includes('/blobs/'))).toBe(true), 15_000);
    child.kill('SIGINT');
    expect(await ended, said).toBe(1);
    expect(said).toMatch(/^nv2: stopped before the end\nnext: /m);
    expect(said).not.toMatch(/^\s+at /m);
    expect(readdirSync(stage.work).filter((file) => file.startsWith('stopped'))).toEqual([]);
  });

  const shells = ['bash', 'zsh', 'fish'].filter((shell) => spawnSync(shell, ['--version']).status === 0);

  it('prints completion scripts that the shells of this machine accept', () => {
    expect(shells).toContain('bash');
    const nv2 = { program: 'nv2', candidates: collectCandidates(builtinCommands) };
    for (const shell of shells) {
      const script = renderCompletion(shell as 'bash', nv2);
      const ran = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
      expect(ran.stderr, shell).toBe('');
      expect(ran.status).toBe(0);
    }
  });

  const table = { name: 'nv2', description: '', commands: builtinCommands, groups: commandGroups };

  it.each([
    [['help'], 'help'],
    [['help', 'exit-codes'], 'help'],
    [['help', 'verify'], 'help'],
    [['help', 'ls'], 'help'],
    [['help', 'key'], 'help'],
    [['help', 'key', 'add'], 'help'],
    [['help', 'cert', 'rm'], 'help'],
    [['help', 'nonsense'], 'usage'],
    [['help', 'add'], 'usage'],
    [['help', 'key', 'nonsense'], 'usage'],
    [['help', 'key', 'add', 'more'], 'usage'],
    [['help', 'verify', 'more'], 'usage'],
  ])('answers %j with %s', (words, kind) => expect(parseArgv(words, table).kind).toBe(kind));

  it('gives examples that are real command lines', () => {
    for (const { examples } of builtinCommands) {
      for (const example of examples) {
        const words = Array.from(
          example.replace(/ [<>] .*$/, '').matchAll(/'([^']*)'|(\S+)/g),
          ([, a, b]) => a ?? b ?? '',
        );
        expect(parseArgv(words, table), example).toMatchObject({ kind: 'run' });
      }
    }
  });
});
