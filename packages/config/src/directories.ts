// Where things are (docs/spec-map.md section 19): what the Notary Project defines, shared with its other tools, and ours beside it.

import { type PlatformPath, posix, win32 } from 'node:path';
import { quoteText } from '@nv2/base';
import { ConfigError } from './errors.ts';

/** Absolute unless the user's own override is not. None of them needs to exist. */
export interface Directories {
  /** Trust policies, trust store, key list, config.json. */
  readonly notationConfig: string;
  readonly notationCache: string;
  /** Holds `plugins/`; the configuration directory unless moved. */
  readonly notationLibexec: string;
  /** What is ours alone: credentials kept on request, local signatures. */
  readonly nv2Config: string;
  readonly nv2Cache: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

type Kind = 'config' | 'cache';

/**
 * DIR-01, DIR-02: `NOTATION_CONFIG`, `NOTATION_CACHE`, `NOTATION_LIBEXEC`, `NV2_CONFIG` and `NV2_CACHE` replace a directory
 * each; else the platform's convention decides.
 *
 * DIR-03: where that gives nothing, or a relative path, there is no fallback to the working directory: a policy that lies
 * where somebody unpacked an archive must not be found.
 *
 * @throws ConfigError `CONFIG_DIRECTORY_UNKNOWN`
 */
export function resolveDirectories(env: Environment, platform: NodeJS.Platform, homedir: string): Directories {
  const base = (kind: Kind): string => baseDirectory(kind, env, platform, homedir);
  const syntax = platform === 'win32' ? win32 : posix;
  const notationConfig = override(env, 'NOTATION_CONFIG') ?? syntax.join(base('config'), 'notation');
  return {
    notationConfig,
    notationCache: override(env, 'NOTATION_CACHE') ?? syntax.join(base('cache'), 'notation'),
    notationLibexec: override(env, 'NOTATION_LIBEXEC') ?? notationConfig,
    nv2Config: override(env, 'NV2_CONFIG') ?? syntax.join(base('config'), 'nv2'),
    nv2Cache: override(env, 'NV2_CACHE') ?? syntax.join(base('cache'), 'nv2'),
  };
}

// An empty variable counts as unset, as everywhere in this convention.
function override(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

function baseDirectory(kind: Kind, env: Environment, platform: NodeJS.Platform, homedir: string): string {
  if (platform === 'win32') {
    const name = kind === 'config' ? 'AppData' : 'LocalAppData';
    return absolute(name, findIgnoringCase(env, name), win32);
  }
  if (platform === 'darwin') {
    const home = absolute('HOME', homedir, posix);
    return posix.join(home, 'Library', kind === 'config' ? 'Application Support' : 'Caches');
  }
  const name = kind === 'config' ? 'XDG_CONFIG_HOME' : 'XDG_CACHE_HOME';
  const xdg = override(env, name);
  if (xdg !== undefined) return absolute(name, xdg, posix);
  return posix.join(absolute('HOME', homedir, posix), kind === 'config' ? '.config' : '.cache');
}

function absolute(name: string, path: string | undefined, syntax: PlatformPath): string {
  if (path !== undefined && syntax.isAbsolute(path)) return path;
  const found = path === undefined || path === '' ? 'nothing' : quoteText(path);
  throw new ConfigError(
    'CONFIG_DIRECTORY_UNKNOWN',
    `finding the user's directories: expected an absolute path in ${name}, found ${found}`,
  );
}

// Names of environment variables have no case on Windows; an object of ours does.
function findIgnoringCase(env: Environment, wanted: string): string | undefined {
  const name = Object.keys(env).find((key) => key.toLowerCase() === wanted.toLowerCase());
  return name === undefined ? undefined : env[name];
}
