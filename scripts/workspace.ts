// The folders of the workspace.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `packages/base`, `apps/cli`, …: every folder with a package.json, in a stable order. */
export function workspaceFolders(): readonly string[] {
  return ['packages', 'apps']
    .flatMap((top) => readdirSync(top).map((name) => `${top}/${name}`))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .toSorted();
}

/** Every file below `folder` whose name ends with `ending`, build output and dependencies left out. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return ['node_modules', 'dist', '.cache', '.build'].includes(entry.name) ? [] : filesBelow(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .toSorted();
}
