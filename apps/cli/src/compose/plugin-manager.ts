// Installing, listing and removing plugins in the user's plugin directory, with what the process has.

import { join } from 'node:path';
import type { ListedPlugin, PluginEvent, PluginInstallation, PluginInstallEvent, PluginName } from '@nv2/plugin';
import type { Transport } from '@nv2/base';
import type { Io } from '../io.ts';

export interface PluginManager {
  /** `plugins` under the program directory. */
  readonly directory: string;
  /** Each plugin is asked what it is. */
  list(): Promise<readonly ListedPlugin[]>;
  /** From a path of a file or directory, or an https URL. */
  install(source: InstallSource, options?: InstallOptions): Promise<PluginInstallation>;
  /** @throws PluginError `PLUGIN_NAME_INVALID` */
  has(name: string): Promise<boolean>;
  uninstall(name: string): Promise<void>;
}

export type InstallSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

export interface InstallOptions {
  readonly sha256?: string;
  readonly force?: boolean;
  readonly onEvent?: (event: PluginInstallEvent) => void;
}

export interface PluginManagerParts {
  readonly io: Io;
  /** Holds `plugins`. */
  readonly libexec: string;
  readonly userAgent: string;
  readonly openTransport: () => Promise<Transport>;
  readonly onEvent: (event: PluginEvent) => void;
}

export function createPluginManager({
  io,
  libexec,
  userAgent,
  openTransport,
  onEvent,
}: PluginManagerParts): PluginManager {
  const directory = join(libexec, 'plugins');
  const run = { env: io.env, signal: io.signal, onEvent };
  const parseName = async (name: string): Promise<PluginName> => (await import('@nv2/plugin')).parsePluginName(name);
  return {
    directory,
    list: async () => (await import('@nv2/plugin')).listPlugins(directory, run),
    install: async (source, { onEvent: onInstallEvent, ...options } = {}) => {
      const { installPlugin } = await import('@nv2/plugin');
      const from = source.kind === 'path' ? source : { ...source, userAgent, transport: await openTransport() };
      return installPlugin(from, {
        ...run,
        ...options,
        directory,
        ...(onInstallEvent === undefined ? {} : { onInstallEvent }),
      });
    },
    has: async (name) => (await import('@nv2/plugin')).hasPlugin(directory, await parseName(name)),
    uninstall: async (name) => (await import('@nv2/plugin')).uninstallPlugin(directory, await parseName(name)),
  };
}
