// Packages of plugins that must not be installed: what becomes of one, in a directory of its own.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPlugin } from '@nv2/plugin';
import { temporaryDirectory } from '@nv2/testing';

/**
 * Installs a package; one that mail programs and virus scanners would stop is kept as base64.
 *
 * @returns `installed NAME`
 * @throws what `installPlugin` throws; an Error when a refused package left something behind
 */
export async function judgePackage(file: string): Promise<string> {
  await using home = await temporaryDirectory();
  const path = join(home.path, 'package');
  const bytes = await readFile(file);
  await writeFile(path, file.endsWith('.base64') ? Buffer.from(bytes.toString('ascii'), 'base64') : bytes);
  const directory = join(home.path, 'notation', 'plugins');
  try {
    const { plugin } = await installPlugin({ kind: 'path', path }, { directory, env: {} });
    return `installed ${plugin.name}`;
  } catch (error) {
    const left = await readdir(home.path);
    if (left.length > 1) throw new Error(`the refused package left ${left.join(', ')}`, { cause: error });
    throw error;
  }
}
