// Running other programs from chores.

import { spawnSync } from 'node:child_process';

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end with inherited streams; returns its exit status. */
export function runVisible(
  command: string,
  args: readonly string[],
  { env = process.env, cwd }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): number {
  const result = spawnSync(command, args, { stdio: 'inherit', env, ...(cwd === undefined ? {} : { cwd }) });
  if (result.error !== undefined) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Runs a program to its end and keeps what it printed. */
export function runQuiet(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): RunResult {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, ...options });
  return {
    status: result.status ?? 1,
    stdout: result.stdout ?? '',
    stderr: result.error === undefined ? (result.stderr ?? '') : `${command}: ${result.error.message}\n`,
  };
}
