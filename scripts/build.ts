// `npm run build`: the libraries with tsc into packages/*/dist, the two faces of the CLI with esbuild.

import { buildCli } from './build-cli.ts';
import { buildLibraries } from './build-libraries.ts';

const { folders, problems } = buildLibraries({ clean: true });
if (problems.length === 0) {
  await buildCli();
  console.log(`built ${folders.length} packages and the command line tools`);
} else {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
