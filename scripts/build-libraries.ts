// The libraries with tsc into packages/*/dist and apps/*/dist.

import { cpSync, existsSync, rmSync } from 'node:fs';
import { runQuiet } from './process.ts';
import { workspaceFolders } from './workspace.ts';

export interface LibrariesBuild {
  /** Folders that now have a `dist`. */
  readonly folders: readonly string[];
  /** What the compiler said; empty when it succeeded. */
  readonly problems: readonly string[];
}

/** Compiles every package; nothing is replaced when the compiler finds an error. `clean` removes what earlier builds left. */
export function buildLibraries({ clean }: { readonly clean: boolean }): LibrariesBuild {
  rmSync('.build', { recursive: true, force: true });
  const result = runQuiet('node', ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.build.json']);
  if (result.status !== 0) return { folders: [], problems: [result.stdout + result.stderr] };
  const folders = workspaceFolders().filter((folder) => existsSync(`.build/${folder}/src`));
  if (clean) for (const folder of workspaceFolders()) rmSync(`${folder}/dist`, { recursive: true, force: true });
  for (const folder of folders) cpSync(`.build/${folder}/src`, `${folder}/dist`, { recursive: true });
  rmSync('.build', { recursive: true, force: true });
  return { folders, problems: [] };
}
