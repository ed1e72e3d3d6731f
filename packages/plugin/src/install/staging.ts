// The private place where a plugin is put together before it is installed: on the file system of the plugin directory, so that
// it can be moved in by renaming, and gone afterwards whatever happens.

import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stagingPrefix } from '../plugin-directory.ts';
import { fileStep } from './install-errors.ts';

export interface Staging extends AsyncDisposable {
  /** Only its owner can look into it. */
  readonly path: string;
}

/** @throws PluginInstallError `PLUGIN_INSTALL_FAILED` */
export async function openStaging(directory: string): Promise<Staging> {
  const { parent, made } = await fileStep(`making room beside ${directory}`, () => makeParent(directory));
  try {
    const path = await fileStep(`making a temporary directory in ${parent}`, () =>
      mkdtemp(join(parent, stagingPrefix)),
    );
    return {
      path,
      [Symbol.asyncDispose]: async () => {
        await removeTree(path);
        await removeEmpty(parent, made);
      },
    };
  } catch (error) {
    await removeEmpty(parent, made);
    throw error;
  }
}

/**
 * Beside the plugin directory, since what is inside it is taken for a plugin by others. Inside all the same, where beside is
 * another file system, as with a mounted plugin directory, or must not be written to.
 */
async function makeParent(directory: string): Promise<{ readonly parent: string; readonly made: string | undefined }> {
  const real = await realpath(directory).catch(() => undefined);
  if (real === undefined) {
    const parent = dirname(directory);
    return { parent, made: await mkdir(parent, { recursive: true, mode: 0o700 }) };
  }
  const parent = dirname(real);
  const [inside, beside] = await Promise.all([stat(real), stat(parent)]);
  const isWritable = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  return { parent: inside.dev === beside.dev && isWritable ? parent : real, made: undefined };
}

/** Directories in packages may be without permissions for their owner; those of staged ones are ours. */
async function removeTree(path: string): Promise<void> {
  await chmod(path, 0o700).catch(() => undefined);
  await fileStep(`removing ${path}`, () => rm(path, { recursive: true, force: true, maxRetries: 3 }));
}

/** Removes directories that were made, the innermost first, as far as nothing came to be in them. */
export async function removeEmpty(parent: string, made: string | undefined): Promise<void> {
  if (made === undefined) return;
  for (let path = parent; path.startsWith(made); path = dirname(path)) {
    const isGone = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}
