// Where `config` (which key, which directory) and `plugin` (how to run one) meet. The plugin package is loaded when the first plugin
// is needed: most runs need none.

import { join } from 'node:path';
import type { Config, SigningKeyEntry } from '@nv2/config';
import type { EnvelopeSigner, VerificationPlugins } from '@nv2/notary';
import type { RemoteKey } from '@nv2/pki';
import type { PluginEvent, Plugins } from '@nv2/plugin';
import type { Io } from '../io.ts';

/** A key that a plugin knows. */
export interface PluginKey {
  readonly plugin: string;
  readonly id: string;
  /** What messages call it; default: id and plugin. */
  readonly name?: string;
  readonly pluginConfig: Readonly<Record<string, string>>;
}

export type SigningPurpose = 'artifact' | 'blob';

export interface PluginParts {
  readonly io: Io;
  readonly config: () => Promise<Config>;
  readonly onEvent: (event: PluginEvent) => void;
}

/** PLUG-17: secrets have left the environment by the time that the configuration is open. */
export async function openInstalledPlugins({ io, config, onEvent }: PluginParts): Promise<Plugins> {
  const [{ openPlugins }, { directories }] = await Promise.all([import('@nv2/plugin'), config()]);
  return openPlugins({ directory: join(directories.notationLibexec, 'plugins'), env: io.env, onEvent });
}

/** @throws PluginError */
export async function openPluginKey(
  { plugin: name, id, name: keyName, pluginConfig }: PluginKey,
  purpose: SigningPurpose,
  parts: PluginParts,
): Promise<RemoteKey | EnvelopeSigner> {
  const { openPluginSigner } = await import('@nv2/plugin');
  const plugin = await (await openInstalledPlugins(parts)).open(name);
  const { signal } = parts.io;
  return openPluginSigner(plugin, {
    keyId: id,
    pluginConfig,
    purpose,
    signal,
    ...(keyName === undefined ? {} : { keyName }),
  });
}

/** PLUG-28: what is stored with the key, and what the command line says over it. */
export function pluginKeyOf(
  { name, id, pluginName, pluginConfig }: Extract<SigningKeyEntry, { readonly kind: 'plugin' }>,
  given: Readonly<Record<string, string>>,
): PluginKey {
  return { plugin: pluginName, id, name, pluginConfig: { ...pluginConfig, ...given } };
}

/** For verifications: nothing is loaded or looked up until a signature demands a plugin. */
export function lazyVerificationPlugins(
  pluginConfig: Readonly<Record<string, string>>,
  parts: PluginParts,
): VerificationPlugins {
  return {
    open: async (name) => {
      const { verificationPlugins } = await import('@nv2/plugin');
      return verificationPlugins(await openInstalledPlugins(parts), { pluginConfig }).open(name);
    },
  };
}
