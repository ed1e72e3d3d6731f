// Installed plugins as what @nv2/notary asks (PLUG-40 to PLUG-49). When a plugin is run, and what its word is worth, is decided there.

import { isNv2Error } from '@nv2/base';
import type { VerificationPlugin, VerificationPlugins } from '@nv2/notary';
import type { PluginMetadata } from './metadata.ts';
import type { Plugin, Plugins } from './plugins.ts';
import { invalidAnswer } from './run-plugin.ts';
import { parseVerifyAnswer, verifierCapabilities, verifySignatureCall } from './verify-message.ts';

export interface VerificationPluginOptions {
  /** Passed to every command (PLUG-28). */
  readonly pluginConfig?: Readonly<Record<string, string>>;
}

export function verificationPlugins(plugins: Plugins, options: VerificationPluginOptions = {}): VerificationPlugins {
  return {
    open: async (name) => {
      const plugin = await plugins.open(name);
      return {
        start: async (call) => toVerifier(plugin, await plugin.readMetadata({ ...options, ...call }), options),
      };
    },
  };
}

function toVerifier(
  plugin: Plugin,
  metadata: PluginMetadata,
  { pluginConfig }: VerificationPluginOptions,
): VerificationPlugin {
  return {
    name: metadata.name,
    version: metadata.version,
    capabilities: verifierCapabilities(metadata.capabilities),
    ask: async (question) => {
      const call = verifySignatureCall(question, pluginConfig);
      const answer = await plugin.run(call, question.signal ? { signal: question.signal } : {});
      try {
        return parseVerifyAnswer(answer);
      } catch (cause) {
        if (!isNv2Error(cause)) throw cause;
        throw invalidAnswer(plugin.name, call.command, cause);
      }
    },
  };
}
