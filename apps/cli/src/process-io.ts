// The real process as an Io.

import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { isatty } from 'node:tty';
import type { Io, Output } from './io.ts';

/** The process's own streams, environment, clock and signals. */
export function processIo(): Io & { exit(code: number): never } {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return {
    stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
    stdout: fileOutput(1, () => process.stdout.columns),
    stderr: fileOutput(2, () => process.stderr.columns),
    env: process.env,
    cwd: process.cwd(),
    homedir: homedir(),
    platform: process.platform,
    now: () => new Date(),
    signal: stop.signal,
    ...(isTerminal(0) ? { ask } : {}),
    // Every write was synchronous, so nothing is lost, and not waiting for idle sockets saves milliseconds.
    exit: (code) => process.exit(code),
  };
}

// Looking at process.stdin or process.stdout makes a stream, and node:tty loads networking: milliseconds for nothing where
// the descriptor is a file, a pipe or the null device.
function isTerminal(fd: number): boolean {
  const status = fstatSync(fd);
  return status.isCharacterDevice() && status.rdev !== statSync(devNull).rdev && isatty(fd);
}

function fileOutput(fd: number, findColumns: () => number | undefined): Output {
  const isShown = isTerminal(fd);
  const columns = isShown ? findColumns() : undefined;
  return {
    isTerminal: isShown,
    ...(columns === undefined ? {} : { columns }),
    write: (text) => writeFully(fd, Buffer.from(text)),
  };
}

/** A pipe that is full answers EAGAIN; a reader that went away answers EPIPE, and then nobody wants the rest. */
function writeFully(fd: number, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

async function ask(question: string, options: { readonly secret: boolean }): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  const { Writable } = await import('node:stream');
  process.stderr.write(question);
  // readline echoes through its output: for a secret that goes nowhere.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: options.secret ? silent : process.stderr,
    terminal: true,
  });
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(undefined));
    });
  } finally {
    lines.close();
    if (options.secret) process.stderr.write('\n');
  }
}
