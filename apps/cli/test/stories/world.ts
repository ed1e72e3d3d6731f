// The world of a story: a temporary home, registries on free loopback ports whose wire can be watched and cut, and the built command line
// as a child process. Everything disappears when the world is disposed.

import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transport, TransportRequest, TransportResponse } from '@nv2/base';
import { createRegistry } from '@nv2/registry-server';
import { temporaryDirectory } from '@nv2/testing';
import { listen } from '@nv2/transport';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WireRecord {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
}

/** What a test does to the wire: answers in the registry's place, or lets it answer. */
export type Interceptor = (request: TransportRequest, answer: Transport) => Promise<TransportResponse>;

export interface StoryRegistry {
  /** `localhost:PORT`. */
  readonly host: string;
  /** Requests in the order in which they were answered. */
  readonly wire: WireRecord[];
  readonly handler: Transport;
  /** Replaces the interceptor; `undefined` lets everything through. */
  intercept(interceptor: Interceptor | undefined): void;
}

export interface WorldOptions {
  /** Whether the registries have the referrers API; without it clients use the tag schema. Default true. */
  readonly referrersApi?: boolean;
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
  /** Runs `nv2` with other variables or standard input. */
  nv2With(options: RunOptions, ...args: readonly string[]): Promise<CommandResult>;
  /** Starts one more registry. */
  registry(options?: WorldOptions): Promise<StoryRegistry>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const home = await temporaryDirectory();
  const closers: (() => Promise<void>)[] = [];
  let count = 0;
  const registry = async (own: WorldOptions = options): Promise<StoryRegistry> => {
    count += 1;
    const opened = await openRegistry(join(home.path, `registry-${count}`), own);
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
    async [Symbol.asyncDispose]() {
      for (const close of closers) await close();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function openRegistry(
  directory: string,
  options: WorldOptions,
): Promise<{ registry: StoryRegistry; close: () => Promise<void> }> {
  await mkdir(directory, { recursive: true });
  const registry = await createRegistry({
    directory,
    referrersApi: options.referrersApi ?? true,
    durability: 'off',
    now: () => new Date(),
  });
  const wire: WireRecord[] = [];
  let interceptor: Interceptor | undefined;
  const handler: Transport = async (request) => {
    const response = await (interceptor === undefined
      ? registry.handler(request)
      : interceptor(request, registry.handler));
    wire.push({ method: request.method, path: request.url, status: response.status });
    return response;
  };
  const listener = await listen(handler, { host: '127.0.0.1', port: 0 });
  return {
    registry: {
      host: `localhost:${listener.port}`,
      wire,
      handler: registry.handler,
      intercept: (next) => {
        interceptor = next;
      },
    },
    close: async () => {
      await listener.close();
      await registry.close();
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
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, stdout, stderr }));
  });
}

/** Writes a file below the world's home and returns its path. */
export async function writeHomeFile(world: World, name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(world.directory, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  return path;
}
