// Where programs of others and ours meet: one home for all of them.

import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findPeer, type Peer, type PeerName, peerVariable, temporaryDirectory } from '@nv2/testing';
import { describe } from 'vitest';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `face` is our `notation`; the rest are programs of others. */
export type Program = 'nv2' | 'face' | PeerName;

const peers = new Map<PeerName, Peer | undefined>();

/** A program of others, looked up once. */
export function findProgram(name: PeerName): Peer | undefined {
  if (!peers.has(name)) peers.set(name, findPeer(name));
  return peers.get(name);
}

/** A suite that needs these programs: skipped, by name, where one is missing. */
export function describeWith(names: readonly PeerName[], title: string, body: () => void): void {
  const missing = names.filter((name) => findProgram(name) === undefined);
  const why = missing.map((name) => `no ${name} on PATH or in ${peerVariable(name)}`).join(', ');
  describe.skipIf(missing.length > 0)(missing.length > 0 ? `${title} (${why})` : title, body);
}

export interface Lab extends AsyncDisposable {
  /** Home and working directory of every program. */
  readonly directory: string;
  /** What NOTATION_CONFIG names, for the reference and for us. */
  readonly notationConfig: string;
  /** Runs a program to its end; never throws for a failing one. */
  run(program: Program, ...args: readonly string[]): Promise<Ran>;
  /** Standard output of a program that must succeed. */
  ok(program: Program, ...args: readonly string[]): Promise<string>;
  /** Writes a file below the home and returns its path. */
  write(name: string, content: Uint8Array | string, mode?: number): Promise<string>;
}

export async function openLab(env: Readonly<Record<string, string>> = {}): Promise<Lab> {
  const home = await temporaryDirectory();
  const directory = join(home.path, 'home');
  const notationConfig = join(directory, '.config/notation');
  await mkdir(join(directory, '.docker'), { recursive: true });
  await mkdir(notationConfig, { recursive: true, mode: 0o700 });
  const variables = {
    PATH: process.env['PATH'],
    HOME: directory,
    NV2_CONFIG: join(directory, '.config/nv2'),
    NV2_CACHE: join(directory, '.cache/nv2'),
    NOTATION_CONFIG: notationConfig,
    NOTATION_CACHE: join(directory, '.cache/notation'),
    DOCKER_CONFIG: join(directory, '.docker'),
    // Where skopeo keeps credentials.
    XDG_RUNTIME_DIR: join(directory, '.docker'),
    ...env,
  };
  const run = (program: Program, ...args: readonly string[]): Promise<Ran> =>
    runProgram([...commandOf(program), ...args], { cwd: directory, env: variables });
  return {
    directory,
    notationConfig,
    run,
    ok: async (program, ...args) => {
      const ran = await run(program, ...args);
      if (ran.status === 0) return ran.stdout;
      throw new Error(`${program} ${args.join(' ')} ended with ${ran.status}\n${ran.stdout}${ran.stderr}`);
    },
    write: async (name, content, mode = 0o644) => {
      const path = join(directory, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { mode });
      await chmod(path, mode);
      return path;
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

type Command = readonly [string, ...string[]];

const bundles = {
  nv2: { variable: 'NV2_BIN', path: join(import.meta.dirname, '../../dist/nv2.cjs') },
  face: { variable: 'NOTATION_FACE_BIN', path: join(import.meta.dirname, '../../../notation/dist/notation.cjs') },
} as const;

/** For our own, the Node bundle or what its variable names: the stand-alone executable. */
function commandOf(program: Program): Command {
  if (program !== 'nv2' && program !== 'face') return [findProgram(program)?.path ?? program];
  const { variable, path } = bundles[program];
  const binary = process.env[variable];
  return binary === undefined ? [process.execPath, path] : [binary];
}

function runProgram(
  [command = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (out.stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, ...out }));
  });
}
