// The moment of an installation: what was there is moved aside, what is new takes the name, and what cannot be completed is undone.
// The specification removes the old directory first (PLUG-66); here a failure leaves it where it was.

import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginName } from '../plugin-name.ts';
import { fileStep, findErrno, PluginInstallError } from './install-errors.ts';
import { changedMeanwhile, findIdentity } from './installed-plugin.ts';
import { removeEmpty, type Staging } from './staging.ts';

export interface Replacement {
  readonly directory: string;
  readonly name: PluginName;
  /** What was under the name when it was decided that it may be replaced. */
  readonly identity: string | undefined;
  readonly staging: Staging;
}

/**
 * Puts a complete directory in the place of a plugin. Between two renames the name is free for an instant; a program that takes it
 * then, or did before, keeps it.
 *
 * @throws PluginInstallError `PLUGIN_CHANGED_MEANWHILE`, `PLUGIN_INSTALL_FAILED`; what was installed is then as it was
 */
export async function replacePlugin(path: string, replacement: Replacement): Promise<void> {
  const { directory, name } = replacement;
  const made = await fileStep(`making ${directory}`, () => mkdir(directory, { recursive: true, mode: 0o755 }));
  let aside: string | undefined;
  try {
    aside = await moveAside(replacement);
    await renameTo(path, join(directory, name), name);
  } catch (error) {
    if (aside !== undefined) await restore(aside, replacement);
    await removeEmpty(directory, made);
    throw error;
  }
}

/**
 * Takes what is under the name away, into the staging directory.
 *
 * @returns where it is now; `undefined` when there was nothing
 * @throws PluginInstallError `PLUGIN_CHANGED_MEANWHILE` when it is not what it was, `PLUGIN_INSTALL_FAILED`
 */
export async function moveAside(replacement: Replacement): Promise<string | undefined> {
  const { directory, name, identity, staging } = replacement;
  if (identity === undefined) return undefined;
  const aside = join(staging.path, 'replaced');
  try {
    await rename(join(directory, name), aside);
  } catch (cause) {
    if (findErrno(cause) === 'ENOENT') throw changedMeanwhile(name);
    throw new PluginInstallError('PLUGIN_INSTALL_FAILED', `moving plugin ${name} aside failed (${findErrno(cause)})`, {
      cause,
    });
  }
  // Looked at after the move: before it, another program could still have changed it.
  if ((await findIdentity(aside)) === identity) return aside;
  await restore(aside, replacement);
  throw changedMeanwhile(name);
}

async function renameTo(path: string, target: string, name: PluginName): Promise<void> {
  try {
    await rename(path, target);
  } catch (cause) {
    const code = findErrno(cause);
    // A directory with something in it, a file or a link took the name.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw changedMeanwhile(name);
    throw new PluginInstallError('PLUGIN_INSTALL_FAILED', `moving plugin ${name} to its place failed (${code})`, {
      cause,
    });
  }
}

/** Where the name was taken by another program since, that one's plugin stays. */
async function restore(aside: string, { directory, name }: Replacement): Promise<void> {
  await rename(aside, join(directory, name)).catch(() => undefined);
}
