// Registries as processes of their own, so that what they use of the processor can be read.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where the benches put the Node build they measure, out of the way of whoever builds meanwhile. */
export const built = '.cache/bench';
export const bundle = `${built}/nv2.cjs`;

export interface Server extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** Our registry from the Node build, on a free loopback port. */
export async function startOwnRegistry(directory: string): Promise<Server> {
  const args = [bundle, 'serve', 'registry', '--dir', directory, '--port', '0'];
  const child = spawn(process.execPath, args, { env: plainEnv(), stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await firstLine(child);
  return { port: Number(new URL(url).port), pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) };
}

/** The environment without what slows down every start of Node 20. */
export function plainEnv(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}

/** The first line a process prints. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (bytes: Uint8Array) => {
      text += bytes.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`bench: a server ended with ${code} before it answered`)));
  });
}

/** Ends a process that was started here. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

/** Seconds of processor time, user and system, all threads (proc(5)); Linux only. */
export function cpuSeconds(pid: number): number {
  // The second field is the program's name in brackets and may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks / 100;
}
