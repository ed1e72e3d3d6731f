// `npm run build`: the libraries with tsc into packages/*/dist, the two faces of the CLI with esbuild.

import { cpSync, existsSync, rmSync } from 'node:fs';
import { buildCli } from './build-cli.ts';
import { runVisible } from './process.ts';
import { workspaceFolders } from './workspace.ts';

rmSync('.build', { recursive: true, force: true });
const status = runVisible('node', ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.build.json']);
if (status === 0) {
  let copied = 0;
  for (const folder of workspaceFolders()) {
    rmSync(`${folder}/dist`, { recursive: true, force: true });
    if (!existsSync(`.build/${folder}/src`)) continue;
    cpSync(`.build/${folder}/src`, `${folder}/dist`, { recursive: true });
    copied += 1;
  }
  rmSync('.build', { recursive: true, force: true });
  await buildCli();
  console.log(`built ${copied} packages and the command line tools`);
}
process.exitCode = status;
