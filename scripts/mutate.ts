// `npm run mutate`: changes the decision code in small ways and asks whether a test notices. Not part of continuous integration.
//
//   npm run mutate                       every area, in the order of the table, until an hour is over
//   npm run mutate -- notary-checks      one area
//   npm run mutate -- --minutes 20       another limit
//
// Works on a copy of the tree in .cache/mutate, so the sources are never touched. The tool is fetched there at a pinned version:
// it is large, and nothing else needs it. What survived is listed in .cache/mutate/report.json, that of a stopped run too;
// docs/mutation.md says what was run.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { runQuiet, runVisible } from './process.ts';
import { filesBelow } from './workspace.ts';

/** Sources whose mutants are tried, and the tests that must notice: those of the package itself. */
interface Area {
  readonly name: string;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

const areas: readonly Area[] = [
  area('notary-policy', 'notary', ['apply-policy', 'judge-signature']),
  area('notary-session', 'notary', ['trust', 'session']),
  area('notary-checks', 'notary', ['checks/']),
  area('envelope-integrity', 'envelope', ['check-integrity', 'signed-attributes', 'unprocessed-attributes']),
  area('trust-policy', 'trust', ['policy/', 'identity/', 'store/']),
  area('pki-chains', 'pki', ['check-chain', 'certificate-rules', 'issuance', 'validity', 'critical-extensions']),
  area(
    'pki-revocation',
    'pki',
    below('revocation', ['create-checker', 'crl', 'crl-facts', 'distribution-point', 'address-class']),
  ),
  area(
    'pki-revocation-judging',
    'pki',
    below('revocation', ['judge-ocsp', 'judge-crl', 'ocsp', 'ocsp-store', 'prove-ocsp', 'revocation-reason']),
  ),
  area(
    'pki-timestamps',
    'pki',
    below('timestamp', ['check-signer', 'check-timestamp', 'find-path', 'signed-attributes', 'signing-certificate']),
  ),
  area('envelope-formats', 'envelope', ['formats/']),
  area(
    'pki-revocation-rest',
    'pki',
    below('revocation', [
      'cert-id',
      'crl-source',
      'crl-store',
      'fetch-answer',
      'memory',
      'ocsp-request',
      'offline',
      'parse-crl',
      'parse-ocsp',
      'revocation-data',
      'scan-crl-entries',
      'sources',
    ]),
  ),
  area(
    'pki-timestamps-rest',
    'pki',
    below('timestamp', [
      'ber',
      'parse-token',
      'request',
      'request-timestamp',
      'response',
      'signed-data',
      'signer-info',
      'tst-info',
    ]),
  ),
];

/** Tests that try thousands of inputs would be most of the time, and what they notice is what the rule tests are for. */
const excluded = [
  '**/node_modules/**',
  '**/*.interop.test.ts',
  'packages/notary/test/hostile.test.ts',
  'packages/pki/test/timestamp-properties.test.ts',
];

const tool = { '@stryker-mutator/core': '9.5.1', '@stryker-mutator/vitest-runner': '9.5.1', vitest: '4.1.12' };
const base = resolve('.cache/mutate');

interface Mutant {
  readonly fileName: string;
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

interface Outcome {
  readonly planned: number;
  readonly tried: readonly Mutant[];
}

const { names, minutes } = readArguments(process.argv.slice(2));
const chosen = areas.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.length === 0) throw new Error(`no area of that name; there are ${areas.map(({ name }) => name).join(', ')}`);
installTool();
copyTree();
const end = Date.now() + minutes * 60_000;
const survivors: { readonly file: string; readonly line: number; readonly change: string; readonly status: string }[] =
  [];
const summaries: {
  readonly area: string;
  readonly planned: number;
  readonly tried: number;
  readonly noticed: number;
}[] = [];
for (const each of chosen) {
  if (Date.now() > end) {
    console.log(`not tried, the time is over: ${each.name}`);
    process.exitCode = 1;
    continue;
  }
  const { planned, tried } = runArea(each, end - Date.now());
  // What no test can reach because it runs while modules load, or what is no program any more, says nothing about tests.
  const left = tried.filter(({ status }) => status === 'Ignored' || status === 'CompileError').length;
  let noticed = 0;
  for (const { fileName, status, mutatorName, replacement, location } of tried) {
    if (status === 'Ignored' || status === 'CompileError') continue;
    if (status === 'Killed' || status === 'Timeout') noticed += 1;
    else {
      const change = `${mutatorName}: ${(replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)}`;
      survivors.push({ file: relative(join(base, 'tree'), fileName), line: location.start.line, change, status });
    }
  }
  const summary = { area: each.name, planned: planned - left, tried: tried.length - left, noticed };
  summaries.push(summary);
  if (summary.tried === 0 || summary.tried < summary.planned) process.exitCode = 1;
  console.log(`${each.name}: ${summary.planned} mutants, ${summary.tried} tried, ${noticed} noticed`);
  writeFileSync(join(base, 'report.json'), JSON.stringify({ summaries, survivors }, undefined, 2));
}
for (const { file, line, change, status } of survivors) console.log(`${status}: ${file}:${line} ${change}`);
console.log('the same, for programs: .cache/mutate/report.json');

function area(name: string, folder: string, parts: readonly string[]): Area {
  const root = `packages/${folder}/src`;
  const sources = filesBelow(root, '.ts').filter(
    (file) =>
      !file.endsWith('.test.ts') &&
      parts.some((part) => (part.endsWith('/') ? file.startsWith(`${root}/${part}`) : file === `${root}/${part}.ts`)),
  );
  return { name, sources, tests: [`packages/${folder}/**/*.test.ts`] };
}

function below(folder: string, files: readonly string[]): readonly string[] {
  return files.map((file) => `${folder}/${file}`);
}

function readArguments(words: readonly string[]): { readonly names: readonly string[]; readonly minutes: number } {
  const at = words.indexOf('--minutes');
  const given = at < 0 ? 60 : Number(words[at + 1]);
  if (!(given > 0)) throw new Error('--minutes takes a number above 0');
  return { names: words.filter((_, index) => at < 0 || (index !== at && index !== at + 1)), minutes: given };
}

function installTool(): void {
  const place = join(base, 'tool');
  if (existsSync(join(place, 'node_modules/@stryker-mutator/core/package.json'))) return;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ private: true, dependencies: tool }));
  const words = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--no-package-lock', '--prefix', place];
  if (runVisible('npm', words) !== 0) throw new Error('the tool could not be fetched');
}

/** The tracked and new files, with the workspace's own packages linked to the copy. */
function copyTree(): void {
  const tree = join(base, 'tree');
  rmSync(tree, { recursive: true, force: true });
  const listed = runQuiet('git', ['ls-files', '--cached', '--others', '--exclude-standard']).stdout.split('\n');
  for (const file of listed.filter((each) => each !== '' && existsSync(each))) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(file, join(tree, file));
  }
  mkdirSync(join(tree, 'node_modules/@nv2'), { recursive: true });
  for (const entry of readdirSync('node_modules')) {
    if (entry !== '@nv2') symlinkSync(resolve('node_modules', entry), join(tree, 'node_modules', entry));
  }
  for (const top of ['packages', 'apps']) {
    for (const folder of readdirSync(join(tree, top)))
      symlinkSync(join(tree, top, folder), join(tree, 'node_modules/@nv2', folder));
  }
}

function runArea({ name, sources, tests }: Area, milliseconds: number): Outcome {
  const tree = join(base, 'tree');
  const lines = join(base, `${name}.jsonl`);
  writeFileSync(lines, '');
  const conditions = `{ conditions: ['source', 'node', 'import', 'default'] }`;
  writeFileSync(
    join(tree, 'vitest.mutate.config.ts'),
    `export default { resolve: ${conditions}, ssr: { resolve: ${conditions} }, test: { include: ${JSON.stringify(tests)}, exclude: ${JSON.stringify(excluded)}, isolate: false, testTimeout: 20000 } };\n`,
  );
  const config = {
    testRunner: 'vitest',
    plugins: [
      join(base, 'tool/node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'),
      join(tree, 'scripts/mutate-reporter.mjs'),
    ],
    mutate: sources,
    vitest: { configFile: 'vitest.mutate.config.ts', related: false },
    reporters: ['lines', 'progress-append-only'],
    coverageAnalysis: 'perTest',
    concurrency: Math.max(1, availableParallelism()),
    inPlace: true,
    allowEmpty: false,
    timeoutMS: 30_000,
    ignoreStatic: true,
    // Words in messages are not decisions.
    mutator: { excludedMutations: ['StringLiteral'] },
  };
  writeFileSync(join(tree, 'stryker.json'), JSON.stringify(config));
  const program = join(base, 'tool/node_modules/@stryker-mutator/core/bin/stryker.js');
  const limit = `${Math.ceil(milliseconds / 1000)}s`;
  const env = { ...process.env, NV2_MUTATE_LINES: lines };
  runVisible('timeout', [limit, process.execPath, program, 'run', 'stryker.json'], { cwd: tree, env });
  const records = readFileSync(lines, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Mutant | Pick<Outcome, 'planned'>);
  const tried = records.filter((record): record is Mutant => 'status' in record);
  const plan = records.find((record): record is Pick<Outcome, 'planned'> => 'planned' in record);
  return { planned: plan?.planned ?? 0, tried };
}
