export { type ExitCode, exitCodeMeanings } from './exit-codes.ts';
export type { Io, Output } from './io.ts';
export { runNotation } from './notation/run.ts';
export { processIo } from './process-io.ts';
export { run } from './run.ts';
export { version } from './version.ts';
