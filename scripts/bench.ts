// `npm run bench [-- --quick] [part …]`: measures what docs/benchmarks.md shows, and rewrites the tables there when every
// part ran. Nothing here is a test: other work on the machine makes every figure worse.

import { benchCli } from '../bench/cli.ts';
import { type LoadPlan, runLoad } from '../bench/load.ts';
import { benchMemory, runMemory } from '../bench/memory.ts';
import { benchManySignatures, type ManyPlan, runMany } from '../bench/many-signatures.ts';
import { benchRegistry } from '../bench/registry.ts';
import { benchRevocation, runCrl } from '../bench/revocation.ts';
import { benchSigning } from '../bench/signing.ts';
import { benchVerifying } from '../bench/verifying.ts';
import { renderSection, renderTargets, type Section, writeTables } from '../bench/report.ts';
import { benchStart } from '../bench/start.ts';

type Part = (options: { readonly quick: boolean }) => Promise<readonly Section[]>;

const parts: Readonly<Record<string, Part>> = {
  verify: benchVerifying,
  memory: benchMemory,
  revocation: benchRevocation,
  sign: benchSigning,
  cli: benchCli,
  many: benchManySignatures,
  start: benchStart,
  registry: benchRegistry,
};

const args = process.argv.slice(2);
// The benches start this file again for what has to run in a process of its own.
if (args[0] === '--load') await runLoad(JSON.parse(args[1] ?? '') as LoadPlan);
else if (args[0] === '--many') await runMany(JSON.parse(args[1] ?? '') as ManyPlan);
else if (args[0] === '--memory') await runMemory();
else if (args[0] === '--crl') await runCrl(args[1] ?? '');
else await runBenches();

async function runBenches(): Promise<void> {
  const quick = args.includes('--quick');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const unknown = wanted.find((name) => parts[name] === undefined);
  if (unknown !== undefined) throw new Error(`bench: no part ${unknown}; there are ${Object.keys(parts).join(', ')}`);
  const sections: Section[] = [];
  for (const [name, bench] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    sections.push(...(await bench({ quick })));
  }
  console.log(sections.map(renderSection).join('\n\n'));
  console.log(`\n${renderTargets(sections.flatMap(({ targets }) => targets))}`);
  if (wanted.length === 0) writeTables(sections, `npm run bench${quick ? ' -- --quick' : ''}`);
}
