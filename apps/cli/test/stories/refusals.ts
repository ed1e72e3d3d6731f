// What every failing command must look like.

import { expect } from 'vitest';
import type { CommandResult } from './world.ts';

/** Secrets that stories use; none may ever be printed. */
export const secrets = { password: 'hunter2-secret', token: 'bearer-token-secret' } as const;

/** A verification that said no: verdict by digest, at least one reason and one way forward, nothing on standard output. */
export function expectVerdict(ran: CommandResult, code: number, verdict: string): void {
  expect(ran, ran.stderr).toMatchObject({ status: code, stdout: '' });
  const lines = linesOf(ran);
  expect(lines[0]).toMatch(/^nv2: \S+@sha256:[0-9a-f]{64}: /);
  expect(lines[0]).toContain(`: ${verdict}`);
  expect(lines.filter((line) => line.startsWith('why: ')).length, ran.stderr).toBeGreaterThan(0);
  expectReadable(ran);
}

/** A command that could not decide or act: what it was doing and what was found, and one way forward. */
export function expectFailure(ran: CommandResult, code: number, message: RegExp): void {
  expect(ran, ran.stderr).toMatchObject({ status: code, stdout: '' });
  expect(linesOf(ran)[0]).toMatch(/^nv2: /);
  expect(ran.stderr).toMatch(message);
  expectReadable(ran);
}

function expectReadable(ran: CommandResult): void {
  expect(nextLines(ran).length, ran.stderr).toBeGreaterThan(0);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  expect(ran.stderr).not.toMatch(/undefined|\[object |NaN/);
  for (const secret of Object.values(secrets)) expect(ran.stderr + ran.stdout).not.toContain(secret);
  // Plain text: neither colour nor other control characters in a pipe.
  // oxlint-disable-next-line no-control-regex
  expect(ran.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  expect(
    linesOf(ran).every((line) => /^(nv2: | {2}|why: |next: )/.test(line)),
    ran.stderr,
  ).toBe(true);
}

/** Lines of standard error without the warnings. */
export function linesOf(ran: CommandResult): readonly string[] {
  return ran.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('nv2: warning: '));
}

/** What stands behind `next:`. */
export function nextLines(ran: CommandResult): readonly string[] {
  return linesOf(ran).flatMap((line) => (line.startsWith('next: ') ? [line.slice('next: '.length)] : []));
}

/** Words of a command line as a shell reads it, for what we print: plain words and single quotes. */
export function shellWords(line: string): readonly string[] {
  return Array.from(line.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g), ([word]) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
  );
}
