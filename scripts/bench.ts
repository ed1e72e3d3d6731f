// `npm run bench [-- --quick] [part …]`: measures what docs/benchmarks.md shows, and rewrites its tables. Nothing here
// is a test: other work on the machine makes every figure worse.

import { benchCli } from '../bench/cli.ts';
import { benchLibrary } from '../bench/library.ts';
import { renderSection, renderTargets, type Section } from '../bench/report.ts';

const parts: Readonly<Record<string, (options: { readonly quick: boolean }) => Promise<readonly Section[]>>> = {
  library: benchLibrary,
  cli: benchCli,
};

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));
for (const [name, bench] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const sections = await bench({ quick });
  console.log(sections.map(renderSection).join('\n\n'));
  console.log(renderTargets(sections.flatMap(({ targets }) => targets)));
}
