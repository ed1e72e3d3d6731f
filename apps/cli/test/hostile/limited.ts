// Running the built program where the system refuses to write: with a file-size limit, and as somebody without rights.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ran } from '../support/run-cli.ts';
import type { Stage } from '../support/stage.ts';

const program: readonly string[] =
  process.env['NV2_BIN'] === undefined
    ? [process.execPath, join(import.meta.dirname, '../../dist/nv2.cjs')]
    : [process.env['NV2_BIN']];

/** Whether this system can limit the size of files a program writes, which is how a full disk looks to it. */
export const canLimitFiles = spawnSync('sh', ['-c', 'ulimit -f 1']).status === 0;

export interface Limits {
  /** No file may grow beyond this; a multiple of 512. */
  readonly fileBytes?: number;
  /** Run as a user to whom nothing but its own files belongs. */
  readonly asNobody?: boolean;
}

/** `nobody` on every system. Only the superuser can become somebody else, and only the superuser needs to. */
const nobody = 65_534;
const isSuperuser = process.getuid?.() === 0;

export function startLimited(stage: Stage, args: readonly string[], limits: Limits): ChildProcess {
  const { fileBytes, asNobody = false } = limits;
  // POSIX counts in blocks of 512 bytes. Node ignores SIGXFSZ, so the write fails instead of the program.
  const limit = fileBytes === undefined ? '' : `ulimit -f ${fileBytes / 512} && `;
  return spawn('sh', ['-c', `${limit}exec "$0" "$@"`, ...program, ...args], {
    cwd: stage.work,
    env: stage.home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(asNobody && isSuperuser ? { uid: nobody, gid: nobody } : {}),
  });
}

export function runLimited(stage: Stage, args: readonly string[], limits: Limits): Promise<Ran> {
  const child = startLimited(stage, args, limits);
  const out = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => void (out.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void (out.stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, ...out }));
  });
}

/** Gives a tree to whom {@link runLimited} runs as. */
export async function giveAway(path: string): Promise<void> {
  if (!isSuperuser) return;
  for (const entry of await readdir(path, { recursive: true })) await chown(join(path, entry), nobody, nobody);
  await chown(path, nobody, nobody);
}

/** Every file below a directory, as paths relative to it. */
export async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted();
}
