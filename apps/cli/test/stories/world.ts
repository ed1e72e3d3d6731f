// The world of a story: a temporary home, registries on free loopback ports whose wire can be watched and cut, and the built command line
// as a child process. Everything disappears when the world is disposed.

import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { vi } from 'vitest';
import { openStoryRegistry, type StoryRegistry, type StoryRegistryOptions } from './story-registry.ts';

/** A story runs a dozen processes, several stories run at once, and a machine may be busy with other things. */
export function allowBusyMachine(): void {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
}

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World extends AsyncDisposable {
  /** Home and working directory of every command. */
  readonly directory: string;
  /** The publisher's registry. */
  readonly wabbit: StoryRegistry;
  /** The consumer's registry, another process as far as anybody can tell. */
  readonly acme: StoryRegistry;
  /** Runs `nv2` with these arguments. Never throws for a failing command. */
  nv2(...args: readonly string[]): Promise<CommandResult>;
  /** Runs `nv2` with other variables or standard input, or so that it can be killed. */
  nv2With(options: RunOptions, ...args: readonly string[]): Promise<CommandResult>;
  /** Starts one more registry. */
  registry(options?: StoryRegistryOptions): Promise<StoryRegistry>;
  /** Writes a file below the home and returns its path. */
  write(name: string, content: Uint8Array | string, mode?: number): Promise<string>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** Aborting it is a power failure: the program ends at once and cleans nothing up. */
  readonly kill?: AbortSignal;
}

export async function openWorld(options: StoryRegistryOptions = {}): Promise<World> {
  const home = await temporaryDirectory();
  const closers: (() => Promise<void>)[] = [];
  let count = 0;
  const registry = async (own: StoryRegistryOptions = options): Promise<StoryRegistry> => {
    count += 1;
    const opened = await openStoryRegistry(join(home.path, `registry-${count}`), own);
    closers.push(opened.close);
    return opened.registry;
  };
  const directory = join(home.path, 'home');
  await mkdir(directory);
  const [wabbit, acme] = [await registry(), await registry()];
  const nv2With = (run: RunOptions, ...args: readonly string[]): Promise<CommandResult> => runCli(directory, run, args);
  return {
    directory,
    wabbit,
    acme,
    nv2: (...args) => nv2With({}, ...args),
    nv2With,
    registry,
    write: async (name, content, mode = 0o644) => {
      const path = join(directory, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { mode });
      await chmod(path, mode);
      return path;
    },
    async [Symbol.asyncDispose]() {
      for (const close of closers) await close();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** The command under test: the Node bundle, or what `NV2_BIN` names (the stand-alone executable). */
function command(): readonly [string, ...string[]] {
  const binary = process.env['NV2_BIN'];
  return binary === undefined ? [process.execPath, join(import.meta.dirname, '../../dist/nv2.cjs')] : [binary];
}

function runCli(home: string, options: RunOptions, args: readonly string[]): Promise<CommandResult> {
  const [program, ...first] = command();
  const child = spawn(program, [...first, ...args], {
    cwd: options.cwd ?? home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      NV2_CONFIG: join(home, '.config/nv2'),
      NV2_CACHE: join(home, '.cache/nv2'),
      NOTATION_CONFIG: join(home, '.config/notation'),
      NOTATION_CACHE: join(home, '.cache/notation'),
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (out.stderr += text));
  options.kill?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, ...out }));
  });
}
