// Running a program to its end, bounded in time and output, as a process group that can be ended whole (OC-68).

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { findFormatError } from './executable-format.ts';
import { limits } from './limits.ts';

export interface RunProgramOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly input: Uint8Array;
  /** Of each of the two streams. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type Ending =
  | {
      readonly kind: 'ended';
      /** -1 where a signal ended it. */
      readonly status: number;
      readonly signal?: string;
      readonly stdout: Uint8Array;
      readonly stderr: Uint8Array;
    }
  | { readonly kind: 'not-started'; readonly cause: unknown }
  | { readonly kind: 'too-late'; readonly timeoutMs: number }
  | { readonly kind: 'too-much' };

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** @throws only what `signal` was aborted with */
export async function runProgram(file: string, args: readonly string[], options: RunProgramOptions): Promise<Ending> {
  const wrongFormat = await findFormatError(file);
  if (wrongFormat !== undefined) return { kind: 'not-started', cause: wrongFormat };
  for (let attempt = 0; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      const child = spawn(file, args, {
        env: options.env,
        shell: false,
        // On POSIX it leads a new session, hence a group; on Windows this would open a console window.
        detached: process.platform !== 'win32',
        windowsHide: true,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      return await converse(child, options);
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      // Errors that are not reported by an event, such as a format the system cannot execute.
      if (!isBusy(cause) || attempt >= limits.busyRetries) return { kind: 'not-started', cause };
      await delay(limits.busyRetryMs);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETXTBSY';
}

function converse(child: Child, options: RunProgramOptions): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const stdout = collector(options.maxBytes);
    const stderr = collector(options.maxBytes);
    let drain: NodeJS.Timeout | undefined;

    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(drain);
      options.signal?.removeEventListener('abort', onAbort);
      // A child of the plugin may hold them open for ever.
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stop = (ending: Ending): void => {
      endGroup(child);
      settle();
      resolve(ending);
    };
    const onAbort = (): void => {
      endGroup(child);
      settle();
      reject(options.signal?.reason);
    };
    const finish = (status: number | null, signal: NodeJS.Signals | null): void => {
      settle();
      resolve({
        kind: 'ended',
        status: status ?? -1,
        ...(signal === null ? {} : { signal }),
        stdout: stdout.bytes(),
        stderr: stderr.bytes(),
      });
    };
    const timer = setTimeout(() => stop({ kind: 'too-late', timeoutMs: options.timeoutMs }), options.timeoutMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });

    child.on('error', (cause) => stop({ kind: 'not-started', cause }));
    child.stdout.on('data', (part: Uint8Array) => {
      if (!stdout.add(part)) stop({ kind: 'too-much' });
    });
    child.stderr.on('data', (part: Uint8Array) => {
      if (!stderr.add(part)) stop({ kind: 'too-much' });
    });
    child.on('close', finish);
    child.on('exit', (status, signal) => {
      drain = setTimeout(() => {
        endGroup(child);
        finish(status, signal);
      }, limits.drainMs);
    });
    // A plugin that does not read its input closes the pipe; what counts is how it ends.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  });
}

/** Ends the plugin and its children. SIGKILL, since a plugin that had its time has no claim on more. */
function endGroup(child: Child): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' }).on('error', () =>
      child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

interface Collector {
  /** @returns false once there is more than allowed. */
  add(part: Uint8Array): boolean;
  bytes(): Uint8Array;
}

/** Parts are copied into one buffer: kept as they come, parts of a byte each would cost a hundred times their size. */
function collector(maxBytes: number): Collector {
  let buffer = new Uint8Array();
  let length = 0;
  return {
    add: (part) => {
      const end = length + part.length;
      if (end > maxBytes) return false;
      if (end > buffer.length) {
        const larger = new Uint8Array(Math.min(Math.max(end, buffer.length * 2), maxBytes));
        larger.set(buffer);
        buffer = larger;
      }
      buffer.set(part, length);
      length = end;
      return true;
    },
    bytes: () => buffer.slice(0, length),
  };
}
