// What is installed under a name before something else is, and whether that may take its place (PLUG-65).

import { type BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNv2Error } from '@nv2/base';
import { compareSemanticVersions, isSemanticVersion } from '@nv2/envelope';
import { type PluginMetadata, type ReadMetadataOptions, readPluginMetadata } from '../metadata.ts';
import { readPluginFile } from '../plugin-directory.ts';
import type { PluginName } from '../plugin-name.ts';
import { fileStep, findErrno, PluginInstallError } from './install-errors.ts';

export type InstalledPlugin =
  /** Also a directory without an executable, which installing is the cure for. */
  | { readonly state: 'absent'; readonly identity: string | undefined }
  | { readonly state: 'working'; readonly identity: string | undefined; readonly metadata: PluginMetadata }
  | { readonly state: 'broken'; readonly identity: string | undefined; readonly error: unknown };

/**
 * Runs the installed plugin to ask for its version.
 *
 * @throws PluginInstallError `PLUGIN_INSTALL_FAILED`; `PLUGIN_CHANGED_MEANWHILE` when it failed because it was just taken away
 */
export async function readInstalled(
  directory: string,
  name: PluginName,
  options: ReadMetadataOptions,
): Promise<InstalledPlugin> {
  const path = join(directory, name);
  const identity = await findIdentity(path);
  try {
    const file = await readPluginFile(directory, name);
    return { state: 'working', identity, metadata: await readPluginMetadata(file, options) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if ((await findIdentity(path)) !== identity) throw changedMeanwhile(name);
    if (isNv2Error(error, 'PLUGIN_NOT_FOUND')) return { state: 'absent', identity };
    return { state: 'broken', identity, error };
  }
}

/**
 * Whether the new version may take the place of what is there. Only called without `force`.
 *
 * @throws PluginInstallError `PLUGIN_INSTALLED_BROKEN`, `PLUGIN_VERSION_INVALID`, `PLUGIN_DOWNGRADE`, `PLUGIN_ALREADY_INSTALLED`
 */
export function checkUpgrade({ name, version }: PluginMetadata, installed: InstalledPlugin): void {
  if (installed.state === 'absent') return;
  if (installed.state === 'broken') {
    throw new PluginInstallError('PLUGIN_INSTALLED_BROKEN', `plugin ${name} is installed and does not work`, {
      cause: installed.error,
      details: { plugin: name },
    });
  }
  const existing = installed.metadata.version;
  const details = { plugin: name, version, installedVersion: existing };
  for (const text of [version, existing]) {
    if (isSemanticVersion(text)) continue;
    throw new PluginInstallError('PLUGIN_VERSION_INVALID', `plugin ${name} calls its version ${JSON.stringify(text)}`, {
      details,
    });
  }
  const order = compareSemanticVersions(version, existing);
  if (order > 0) return;
  if (order === 0) {
    const message = `plugin ${name} with version ${existing} already exists`;
    throw new PluginInstallError('PLUGIN_ALREADY_INSTALLED', message, { details });
  }
  const message = `version ${version} of plugin ${name} is lower than the installed version ${existing}`;
  throw new PluginInstallError('PLUGIN_DOWNGRADE', message, { details });
}

/** Somebody else was there first. */
export function changedMeanwhile(name: PluginName): PluginInstallError {
  const message = `plugin ${name} was installed or removed by another program at the same time`;
  return new PluginInstallError('PLUGIN_CHANGED_MEANWHILE', message, { details: { plugin: name } });
}

/** Tells one thing under a name from the next: `undefined` when there is none. Links are not followed. */
export async function findIdentity(path: string): Promise<string | undefined> {
  const stats = await fileStep(`looking at ${path}`, () => findStats(path));
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}

async function findStats(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (cause) {
    if (findErrno(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}
