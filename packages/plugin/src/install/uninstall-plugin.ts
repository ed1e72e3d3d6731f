// Removing a plugin (PLUG-67). The name is checked before it becomes a path (PLUG-04), and a link is not a plugin (PLUG-02).

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginError } from '../errors.ts';
import type { PluginName } from '../plugin-name.ts';
import { fileStep, findErrno } from './install-errors.ts';
import { findIdentity } from './installed-plugin.ts';
import { moveAside } from './replace-plugin.ts';
import { openStaging } from './staging.ts';

/** Whether there is a directory that could be that plugin, working or not. */
export async function hasPlugin(directory: string, name: PluginName): Promise<boolean> {
  const path = join(directory, name);
  return await fileStep(`looking at ${path}`, async () => {
    try {
      return (await lstat(path)).isDirectory();
    } catch (cause) {
      if (findErrno(cause) === 'ENOENT' || findErrno(cause) === 'ENOTDIR') return false;
      throw cause;
    }
  });
}

/**
 * Removes a plugin with everything in its directory. It is moved away as a whole first, so there is no half of it at any time.
 *
 * @throws PluginError `PLUGIN_NOT_FOUND`, PluginInstallError `PLUGIN_CHANGED_MEANWHILE`, `PLUGIN_INSTALL_FAILED`
 */
export async function uninstallPlugin(directory: string, name: PluginName): Promise<void> {
  if (!(await hasPlugin(directory, name))) {
    throw new PluginError('PLUGIN_NOT_FOUND', `there is no plugin ${name}`, {
      details: { plugin: name },
      hint: 'See `nv2 plugin list`.',
    });
  }
  const identity = await findIdentity(join(directory, name));
  await using staging = await openStaging(directory);
  await moveAside({ directory, name, identity, staging });
}
