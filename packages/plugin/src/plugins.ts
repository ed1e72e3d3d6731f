// Installed plugins, ready to be asked (docs/spec-map.md section 18.1).

import type { JsonObject } from '@nv2/base';
import type { PluginEventListener } from './events.ts';
import { type PluginMetadata, readPluginMetadata } from './metadata.ts';
import { readPluginFile, readPluginNames } from './plugin-directory.ts';
import { parsePluginName, type PluginName } from './plugin-name.ts';
import { type Environment, type PluginCall, runPlugin } from './run-plugin.ts';

export interface OpenPluginsOptions {
  /** `{NOTATION_LIBEXEC}/plugins`; need not exist. */
  readonly directory: string;
  /** See {@link RunPluginOptions}. */
  readonly env: Environment;
  /** Of each command that is run. Default 120 s, for `get-plugin-metadata` 30 s. */
  readonly timeoutMs?: number;
  readonly onEvent?: PluginEventListener;
}

/** An installed executable. Nothing has run yet. */
export interface Plugin {
  readonly name: PluginName;
  readonly file: string;
  readMetadata(options?: PluginCallOptions): Promise<PluginMetadata>;
  run(call: PluginCall, options?: { readonly signal?: AbortSignal }): Promise<JsonObject>;
}

export interface PluginCallOptions {
  /** The key's own configuration with that of the call over it (PLUG-28). */
  readonly pluginConfig?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Plugins {
  readonly directory: string;
  /** Names of directories that can be plugins, sorted; what is wrong with one shows when it is opened. */
  list(): Promise<readonly PluginName[]>;
  /** @throws PluginError `PLUGIN_NAME_INVALID`, `PLUGIN_NOT_FOUND`, `PLUGIN_NOT_EXECUTABLE`, `PLUGIN_DIRECTORY_UNREADABLE` */
  open(name: string): Promise<Plugin>;
}

/** Reads the disk at each call. */
export function openPlugins(options: OpenPluginsOptions): Plugins {
  const { directory } = options;
  return {
    directory,
    list: () => readPluginNames(directory),
    open: async (text) => {
      // PLUG-04, OC-08: before any path is made of it.
      const name = parsePluginName(text);
      return toPlugin(name, await readPluginFile(directory, name), options);
    },
  };
}

function toPlugin(name: PluginName, file: string, options: OpenPluginsOptions): Plugin {
  const { env, timeoutMs, onEvent } = options;
  const shared = {
    env,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onEvent === undefined ? {} : { onEvent }),
  };
  return {
    name,
    file,
    readMetadata: (call = {}) => readPluginMetadata(file, { ...shared, ...call }),
    run: (call, { signal } = {}) => runPlugin(file, call, { ...shared, ...(signal ? { signal } : {}) }),
  };
}
