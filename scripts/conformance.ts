// `npm run conformance:notation`: the rows of conformance/notation on both builds of the drop-in, the Node bundle and the
// stand-alone executable. Says which rows do not hold and how, and how many do.
//
//   npm run conformance:notation                       all rows, both builds
//   npm run conformance:notation -- 'cert add'         only rows whose name has these words
//   NOTATION_BIN=FILE npm run conformance:notation -- --reference
//                                                      the same rows on the reference tool: what it answers alike. For information:
//                                                      rows that its version does not know are left out, nothing fails; with
//                                                      --successor too, where the program is the line after 1.3.2

import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Row } from '../conformance/notation/row.ts';
import { builtinRows } from '../conformance/notation/rows/builtin.ts';
import type { Build } from '../conformance/notation/run-row.ts';
import { runRows, type Tally } from '../conformance/notation/run-rows.ts';
import { openRegistries } from '../conformance/notation/stage.ts';
import { buildCli } from './build-cli.ts';

const concurrency = 3;
const words = process.argv.slice(2);
const isReference = words.includes('--reference');
const isSuccessor = words.includes('--successor');
const wanted = words
  .filter((word) => !word.startsWith('--'))
  .join(' ')
  .toLowerCase();
const rows = builtinRows.filter(({ name }) => name.toLowerCase().includes(wanted));
const repeated = rows.find((row, at) => rows.findIndex(({ name }) => name === row.name) !== at);

// NODE_EXTRA_CA_CERTS costs every child process 70 ms on Node 20 and no row needs it.
delete process.env['NODE_EXTRA_CA_CERTS'];

if (rows.length === 0 || repeated !== undefined) {
  console.error(repeated === undefined ? `no row has the words ${wanted}` : `two rows are called ${repeated.name}`);
  process.exit(2);
}
await using registries = await openRegistries();
process.exitCode = await (isReference ? runReference() : runOurs());

async function runOurs(): Promise<number> {
  await buildCli();
  const builds: Build[] = [
    { name: 'Node build', program: [process.execPath, resolve('apps/notation/dist/notation.cjs')] },
  ];
  const skipped: string[] = [];
  const executable = linkExecutable();
  if (executable === undefined) skipped.push('the stand-alone executable (npm run build:binary makes it)');
  else builds.push({ name: 'stand-alone executable', program: [executable] });
  let [passed, failed] = [0, 0];
  for (const build of builds) {
    const tally = await runOn(build, rows);
    passed += tally.holding.length;
    failed += tally.failing.length;
  }
  for (const name of skipped) console.log(`skipped: ${name}`);
  console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
}

async function runReference(): Promise<number> {
  const program = process.env['NOTATION_BIN'];
  if (program === undefined) {
    console.error('NOTATION_BIN names no program');
    return 2;
  }
  const known = rows.filter(({ since }) => since === undefined || isSuccessor);
  await runOn({ name: `reference ${program}`, program: [program] }, known);
  console.log(`${rows.length - known.length} rows are of its successor and were left out`);
  return 0;
}

async function runOn(build: Build, some: readonly Row[]): Promise<Tally> {
  const tally = await runRows(some, build, {
    registries,
    concurrency,
    onFailure: (row, problems) =>
      console.log(`FAIL ${row.name} [${row.mark}]\n${problems.map((line) => `     ${line}`).join('\n')}`),
  });
  const held = (mark: Row['mark']): string =>
    `${tally.holding.filter((row) => row.mark === mark).length} of ${some.filter((row) => row.mark === mark).length}`;
  console.log(
    `${build.name}: ${tally.holding.length} of ${some.length} rows hold: ${held('E=')} that the reference's suite compares as a whole, ${held('E')} by keyword, ${held('unasserted')} that it leaves out`,
  );
  return tally;
}

/** The executable is both faces: started as `notation` it is the drop-in. */
function linkExecutable(): string | undefined {
  if (!existsSync('apps/cli/dist/nv2')) return undefined;
  const link = resolve('.cache/executable/notation');
  mkdirSync('.cache/executable', { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(resolve('apps/cli/dist/nv2'), link);
  return link;
}
