// `npm run check`: format, lint, types, layers, dead code, generated documents. Each gate says how much it looked at and
// first has to find a planted violation (scripts/canary), so that a gate which stopped looking fails.

import { existsSync, readFileSync } from 'node:fs';
import { buildApiReference } from './api-reference.ts';
import { checkDocs } from './check-docs.ts';
import { checkPackages, lintManifest } from './check-packages.ts';
import { runQuiet } from './process.ts';
import { filesBelow } from './workspace.ts';

interface GateResult {
  readonly looked: number;
  readonly problems: readonly string[];
}

interface Gate {
  readonly name: string;
  readonly unit: string;
  /** Problems in the planted violations: must not be empty. */
  canary?(): GateResult | Promise<GateResult>;
  run(): GateResult | Promise<GateResult>;
}

const tsc = 'node_modules/typescript-7/bin/tsc';
const sources = (): number => ['packages', 'apps'].flatMap((top) => filesBelow(top, '.ts')).length;

const gates: readonly Gate[] = [
  {
    name: 'format',
    unit: 'files',
    canary: formatCanary,
    run: () => biome(['.', '--files-ignore-unknown=true']),
  },
  {
    name: 'lint',
    unit: 'files',
    canary: () => oxlint(['scripts/canary/lint.ts']),
    run: () =>
      oxlint([
        'packages',
        'apps',
        'scripts',
        'vectors',
        'fuzz',
        'examples',
        'bench',
        'conformance',
        '--ignore-pattern=scripts/canary/**',
      ]),
  },
  {
    name: 'types',
    unit: 'files',
    canary: () => types('scripts/canary/tsconfig.json'),
    run: () => types('tsconfig.json'),
  },
  { name: 'layers', unit: 'modules', canary: layersCanary, run: layers },
  { name: 'dead code', unit: 'files', run: knip },
  { name: 'packages', unit: 'packages', canary: packagesCanary, run: checkPackages },
  {
    name: 'api reference',
    unit: 'declarations',
    canary: () =>
      buildApiReference({
        entryPoints: ['scripts/canary/api/index.ts'],
        tsconfig: 'scripts/canary/api/tsconfig.json',
      }),
    run: () => buildApiReference(),
  },
  { name: 'documents', unit: 'documents', run: checkDocs },
];

const only = process.argv.slice(2);
let failed = 0;
let passed = 0;
for (const gate of gates.filter((each) => only.length === 0 || only.includes(each.name))) {
  const planted = await gate.canary?.();
  const result = await gate.run();
  const problems = [
    ...(planted !== undefined && planted.problems.length === 0
      ? ['the planted violation was not found: this gate looks at nothing']
      : []),
    ...(result.looked === 0 ? ['looked at nothing'] : []),
    ...result.problems,
  ];
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${gate.name}: ${result.looked} ${gate.unit}`);
  for (const problem of problems) console.log(problem);
  if (problems.length === 0) passed += 1;
  else failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function biome(args: readonly string[]): GateResult {
  const result = runQuiet('node', ['node_modules/@biomejs/biome/bin/biome', 'format', '--max-diagnostics=20', ...args]);
  const text = result.stdout + result.stderr;
  return { looked: Number(/Checked (\d+) file/.exec(text)?.[1] ?? 0), problems: result.status === 0 ? [] : [text] };
}

/** Biome leaves planted files alone when it walks the tree, so this one goes through standard input. */
function formatCanary(): GateResult {
  const planted = readFileSync('scripts/canary/format.ts', 'utf8');
  const args = ['node_modules/@biomejs/biome/bin/biome', 'format', '--stdin-file-path=canary.ts'];
  const result = runQuiet('node', args, { input: planted });
  return { looked: 1, problems: result.status === 0 && result.stdout !== planted ? ['reformatted'] : [] };
}

function oxlint(args: readonly string[]): GateResult {
  const result = runQuiet('node', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', ...args]);
  const text = result.stdout + result.stderr;
  return { looked: Number(/on (\d+) files?/.exec(text)?.[1] ?? 0), problems: result.status === 0 ? [] : [text] };
}

function types(project: string): GateResult {
  const result = runQuiet('node', [tsc, '-p', project]);
  const listed = runQuiet('node', [tsc, '-p', project, '--listFilesOnly']).stdout;
  const own = listed.split('\n').filter((file) => file !== '' && !file.includes('node_modules'));
  return { looked: own.length, problems: result.status === 0 ? [] : [result.stdout + result.stderr] };
}

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { rule: { name: string }; from: string; to: string }[];
  };
}

function cruise(base: string): Cruise {
  const config = `${process.cwd()}/.dependency-cruiser.cjs`;
  const bin = `${process.cwd()}/node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;
  const inBase = [
    '--input-type=module',
    '-e',
    `process.chdir(${JSON.stringify(base)});process.argv=['node','depcruise','packages','apps','--config',${JSON.stringify(config)},'-T','json'];await import(${JSON.stringify(bin)})`,
  ];
  return JSON.parse(runQuiet('node', inBase).stdout) as Cruise;
}

function layers(): GateResult {
  const { summary } = cruise('.');
  const problems = summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`);
  const expected = sources();
  if (summary.totalCruised < expected)
    problems.push(`cruised ${summary.totalCruised} modules, but there are ${expected} source files`);
  return { looked: summary.totalCruised, problems };
}

/** Every kind of rule has to fire on the planted tree. */
function layersCanary(): GateResult {
  const { summary } = cruise('scripts/canary');
  const fired = new Set(summary.violations.map((violation) => violation.rule.name));
  const wanted = [
    'layers: packages/base',
    'no cycles',
    'front door only',
    'never the own front door',
    'no node:* in values, domain, workflow and client',
    'tests only: testing',
    'one importer: commander',
    'third-party libraries are in the table',
  ];
  const silent = wanted.filter((name) => !fired.has(name));
  for (const name of silent) console.log(`canary: the rule "${name}" did not fire`);
  return { looked: summary.totalCruised, problems: silent.length === 0 ? [...fired] : [] };
}

/** A package whose entry point is not there. */
async function packagesCanary(): Promise<GateResult> {
  const folder = 'scripts/canary/package';
  return { looked: 1, problems: await lintManifest({ folder, manifest: { name: 'planted' } }) };
}

function knip(): GateResult {
  const result = runQuiet('node', ['node_modules/knip/bin/knip.js', '--no-progress']);
  const looked = existsSync('knip.json') && readFileSync('knip.json', 'utf8').includes('"workspaces"') ? sources() : 0;
  return { looked, problems: result.status === 0 ? [] : [result.stdout + result.stderr] };
}
