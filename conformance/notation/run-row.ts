// Runs one row on one build and says what was not as expected.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { prepare } from './prepare.ts';
import type { Expected, Row, Run } from './row.ts';
import { giveAway, nobody, openStage, type Registries, type Stage } from './stage.ts';

/** A program that is to behave as the rows say. */
export interface Build {
  readonly name: string;
  /** The program and the words before a command line. */
  readonly program: readonly [string, ...string[]];
}

/** A row that does not start a server of its own takes milliseconds; a build that hangs must not stop the suite. */
const runTimeoutMs = 60_000;

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @returns every difference, with what was found; none when the row holds */
export async function runRow(row: Row, build: Build, registries: Registries): Promise<readonly string[]> {
  await using stage = await openStage(registries);
  try {
    await prepare(stage, row.given ?? []);
    for (const run of row.runs) {
      const problems = await checkRun(run, build, stage);
      // What follows a command that failed says nothing.
      if (problems.length > 0) return [`$ ${stage.fill(run.command)}`, ...problems];
    }
    return [];
  } catch (error) {
    return [`the row could not be run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

async function checkRun(run: Run, build: Build, stage: Stage): Promise<readonly string[]> {
  if (run.given !== undefined) await prepare(stage, run.given);
  if (run.asNobody === true) await giveAway(stage.home.path);
  if (run.waitMs !== undefined) await setTimeout(run.waitMs);
  const ran = await start(run, build, stage);
  const { exit = 0, stdout, stderr, files = {}, absent = [], names = {} } = run;
  const problems = [
    ...(ran.exit === exit ? [] : [`exit code ${ran.exit}, expected ${exit}`]),
    ...compare('standard output', ran.stdout, stdout, stage),
    ...compare('standard error', ran.stderr, stderr, stage),
  ];
  for (const [path, expected] of Object.entries(files)) problems.push(...(await compareFile(path, expected, stage)));
  for (const path of absent) if (existsSync(stage.path(path))) problems.push(`${stage.fill(path)} is there`);
  if (problems.length > 0 && ran.exit !== exit) problems.push(...quoted(ran.stderr || ran.stdout));
  for (const [name, pattern] of Object.entries(names)) {
    const [, found] = new RegExp(pattern, 'm').exec(ran.stdout) ?? [];
    if (found === undefined) problems.push(`standard output has nothing like ${pattern}`, ...quoted(ran.stdout));
    else stage.names.set(name, found);
  }
  return problems;
}

function start({ command, env, input, asNobody }: Run, build: Build, stage: Stage): Promise<Ran> {
  const [program, ...first] = build.program;
  const [, ...words] = splitWords(command).map((word) => stage.fill(word));
  const filled = Object.entries(env ?? {}).map(([name, value]) => [name, stage.fill(value)] as const);
  const child = spawn(program, [...first, ...words], {
    cwd: stage.work,
    env: { ...stage.home.env, PATH: `${stage.bin}:${stage.home.env['PATH']}`, ...Object.fromEntries(filled) },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: runTimeoutMs,
    ...(asNobody === true && process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}),
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (out.stderr += text));
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stage.fill(input ?? ''));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ exit: code ?? -1, ...out }));
  });
}

/** Words as a shell reads them, single quotes being the only quoting. */
export function splitWords(line: string): readonly string[] {
  return Array.from(line.matchAll(/(?:'[^']*'|[^\s'])+/g), ([word]) => word.replaceAll("'", ''));
}

function compare(what: string, found: string, expected: Expected | undefined, stage: Stage): readonly string[] {
  if (expected === undefined) return [];
  if (typeof expected === 'string') {
    const whole = stage.fill(expected);
    if (found === whole) return [];
    return [`${what} differs`, ...quoted(whole, '-'), ...quoted(found, '+')];
  }
  // As the reference's own suite: words are words in whatever case.
  const text = found.toLowerCase();
  const missing = (expected.has ?? [])
    .map((words) => stage.fill(words))
    .filter((words) => !text.includes(words.toLowerCase()));
  const unwanted = (expected.lacks ?? [])
    .map((words) => stage.fill(words))
    .filter((words) => text.includes(words.toLowerCase()));
  if (missing.length + unwanted.length === 0) return [];
  return [
    ...missing.map((words) => `${what} lacks ${JSON.stringify(words)}`),
    ...unwanted.map((words) => `${what} has ${JSON.stringify(words)}`),
    ...quoted(found, '+'),
  ];
}

async function compareFile(path: string, expected: Expected, stage: Stage): Promise<readonly string[]> {
  const found = await readFile(stage.path(path), 'utf8').catch(() => undefined);
  return found === undefined ? [`${stage.fill(path)} is not there`] : compare(stage.fill(path), found, expected, stage);
}

function quoted(text: string, mark = '|'): readonly string[] {
  return text.split('\n').map((line) => `  ${mark} ${line}`);
}
