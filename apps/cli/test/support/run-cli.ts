// Running commands: the built program as a child process, or `run` in this process.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Io, run, runNotation } from '../../src/index.ts';
import type { Stage } from './stage.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Face = 'nv2' | 'notation';

export interface RunSettings {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly face?: Face;
  /** In process only. */
  readonly now?: Date;
  readonly isTerminal?: boolean;
  readonly signal?: AbortSignal;
  readonly answers?: readonly string[];
}

const bundles: Readonly<Record<Face, string>> = {
  nv2: join(import.meta.dirname, '../../dist/nv2.cjs'),
  notation: join(import.meta.dirname, '../../../notation/dist/notation.cjs'),
};

/** The Node bundle, or what NV2_BIN (NOTATION_FACE_BIN) names: the stand-alone executable. */
function program(face: Face): readonly [string, ...string[]] {
  const binary = process.env[face === 'nv2' ? 'NV2_BIN' : 'NOTATION_FACE_BIN'];
  return binary === undefined ? [process.execPath, bundles[face]] : [binary];
}

/** Starts the built program. */
export function runChild(stage: Stage, args: readonly string[], settings: RunSettings = {}): Promise<Ran> {
  const [command, ...first] = program(settings.face ?? 'nv2');
  const child = spawn(command, [...first, ...args], {
    cwd: stage.work,
    env: { ...stage.home.env, ...settings.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (out.stderr += text));
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(settings.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, ...out }));
  });
}

/** Runs in this process: no start-up, any clock. */
export async function runHere(stage: Stage, args: readonly string[], settings: RunSettings = {}): Promise<Ran> {
  const { io, out } = testIo(stage, settings);
  const status = settings.face === 'notation' ? await runNotation(args, io) : await run(args, io);
  return { status, ...out };
}

export function testIo(
  stage: Stage,
  settings: RunSettings,
): { readonly io: Io; readonly out: { stdout: string; stderr: string } } {
  const out = { stdout: '', stderr: '' };
  const { input = '', isTerminal = false, answers } = settings;
  const left = [...(answers ?? [])];
  const io: Io = {
    stdin: (async function* () {
      yield typeof input === 'string' ? new TextEncoder().encode(input) : input;
    })(),
    stdout: { isTerminal, write: (text) => void (out.stdout += text) },
    stderr: { isTerminal, write: (text) => void (out.stderr += text) },
    env: { ...stage.home.env, ...settings.env },
    cwd: stage.work,
    homedir: stage.home.path,
    platform: 'linux',
    now: () => settings.now ?? new Date(),
    signal: settings.signal ?? new AbortController().signal,
    ...(answers === undefined ? {} : { ask: async () => left.shift() }),
  };
  return { io, out };
}
