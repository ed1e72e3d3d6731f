// Where plugins are: `{directory}/{name}/notation-{name}` (PLUG-01 … PLUG-03). Nothing here runs one.

import type { Dirent, Stats } from 'node:fs';
import { constants } from 'node:fs';
import { access, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { plainText } from '@nv2/base';
import { PluginError } from './errors.ts';
import { limits } from './limits.ts';
import { executableName, findPluginName, type PluginName } from './plugin-name.ts';

/** Directories of installations that are under way; where there is no other place for them they lie beside the plugins. */
export const stagingPrefix = '.nv2-plugin-';

/**
 * The names of what is installed, sorted: real directories only, no links to some (PLUG-02). Whether each works is another
 * question. A missing plugin directory is an empty one.
 *
 * @throws PluginError `PLUGIN_DIRECTORY_UNREADABLE`
 */
export async function readPluginNames(directory: string): Promise<readonly PluginName[]> {
  const names: PluginName[] = [];
  for (const entry of await readEntries(directory)) {
    const isPlugin = entry.isDirectory() && !entry.name.startsWith(stagingPrefix);
    const name = isPlugin ? findPluginName(entry.name) : undefined;
    if (name !== undefined) names.push(name);
  }
  return names.toSorted().slice(0, limits.maxPlugins);
}

/**
 * The executable of a plugin, looked at without following links (PLUG-03, OC-09).
 *
 * @throws PluginError `PLUGIN_NOT_FOUND`, `PLUGIN_NOT_EXECUTABLE`, `PLUGIN_DIRECTORY_UNREADABLE`
 */
export async function readPluginFile(directory: string, name: PluginName): Promise<string> {
  const home = join(directory, name);
  const file = join(home, executableName(name));
  const [homeStats, stats] = [await findStats(home, name), await findStats(file, name)];
  if (homeStats?.isDirectory() === false) throw notExecutable(name, 'its directory is a link or no directory');
  if (stats === undefined) {
    const message = `there is no plugin ${name}: ${plainText(file, limits.maxErrorMessageChars)} does not exist`;
    throw new PluginError('PLUGIN_NOT_FOUND', message, { details: { plugin: name, path: file } });
  }
  if (!stats.isFile()) throw notExecutable(name, 'its executable is a link or no regular file');
  if (!(await isExecutable(file))) throw notExecutable(name, 'its executable may not be executed');
  return file;
}

async function readEntries(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw unreadable(directory, cause);
  }
}

async function findStats(path: string, name: PluginName): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw unreadable(path, cause, name);
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    // Whatever the reason, the system would not start it.
    return false;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function notExecutable(name: PluginName, why: string): PluginError {
  return new PluginError('PLUGIN_NOT_EXECUTABLE', `plugin ${name} cannot be used: ${why}`, {
    details: { plugin: name },
  });
}

function unreadable(path: string, cause: unknown, name?: PluginName): PluginError {
  const message = `cannot look into ${plainText(path, limits.maxErrorMessageChars)}`;
  return new PluginError('PLUGIN_DIRECTORY_UNREADABLE', message, {
    cause,
    ...(name === undefined ? {} : { details: { plugin: name } }),
  });
}
