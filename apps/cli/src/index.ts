import type { Io } from './io.ts';

export { type ExitCode, exitCodeMeanings } from './exit-codes.ts';
export type { Io, Output } from './io.ts';
export { processIo } from './process-io.ts';
export { version } from './version.ts';

// A process is one of the two faces, and does not load the other.

/** Runs one command of the `nv2` face. Never throws: whatever goes wrong is printed and becomes the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  return (await import('./run.ts')).run(argv, io);
}

/** Runs one command of the `notation` face, as {@link run} does. */
export async function runNotation(argv: readonly string[], io: Io): Promise<number> {
  return (await import('./notation/run.ts')).runNotation(argv, io);
}
