// Which file of a package is the plugin (PLUG-62): exactly one named `notation-{name}` that may be executed.

import { findPluginOfFile, type PluginName } from '../plugin-name.ts';
import { PluginInstallError } from './install-errors.ts';
import type { PackageFile } from './package-files.ts';

export interface ChosenExecutable {
  readonly file: PackageFile;
  readonly plugin: PluginName;
  /** False where the permission was lacking, and there was only one file it could be about. */
  readonly hadPermission: boolean;
}

/** @throws PluginInstallError `PLUGIN_PACKAGE_EXECUTABLE` */
export function chooseExecutable(files: readonly PackageFile[]): ChosenExecutable {
  const candidates = files.flatMap((file) => {
    const plugin = findPluginOfFile(file.name);
    return plugin === undefined ? [] : [{ file, plugin, hadPermission: (file.mode & 0o100) !== 0 }];
  });
  // Windows has no such permission: there, the name is all.
  const executables =
    process.platform === 'win32' ? candidates : candidates.filter(({ hadPermission }) => hadPermission);
  const choice = executables.length === 0 ? candidates : executables;
  const [only, ...others] = choice;
  if (only === undefined) throw refuse('has no file named `notation-{name}`', 0);
  if (others.length === 0) return only;
  const names = choice.map(({ file }) => file.name).toSorted();
  const what =
    executables.length === 0 ? 'files that may be the executable, none of them with the permission' : 'executables';
  throw refuse(`has ${choice.length} ${what}: ${names.slice(0, 5).join(', ')}`, executables.length);
}

/** @param executables how many there are */
function refuse(what: string, executables: number): PluginInstallError {
  const message = `the package ${what}; a plugin has exactly one executable`;
  return new PluginInstallError('PLUGIN_PACKAGE_EXECUTABLE', message, { details: { executables } });
}
