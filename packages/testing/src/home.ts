import { mkdir } from 'node:fs/promises';
import { type Directories, resolveDirectories } from '@nv2/config';
import { temporaryDirectory } from './temporary-directory.ts';

export interface TemporaryHome extends AsyncDisposable {
  /** The home directory itself, empty but for what `directories` names. */
  readonly path: string;
  readonly directories: Directories;
  /** Makes a child process use this home: HOME, PATH and the variables that move each directory. */
  readonly env: Readonly<Record<string, string>>;
}

/** A home of its own for one test, with its directories created: `await using home = await temporaryHome()`. */
export async function temporaryHome(): Promise<TemporaryHome> {
  const directory = await temporaryDirectory();
  const directories = resolveDirectories({}, 'linux', directory.path);
  for (const path of Object.values(directories)) await mkdir(path, { recursive: true, mode: 0o700 });
  const env = {
    HOME: directory.path,
    PATH: process.env['PATH'] ?? '',
    NOTATION_CONFIG: directories.notationConfig,
    NOTATION_CACHE: directories.notationCache,
    NOTATION_LIBEXEC: directories.notationLibexec,
    NV2_CONFIG: directories.nv2Config,
    NV2_CACHE: directories.nv2Cache,
  };
  return { path: directory.path, directories, env, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}
