// What a plugin says about itself (PLUG-20). It is asked in every run and never remembered (PLUG-16).

import { basename } from 'node:path';
import { isNv2Error, type JsonObject, parseString, parseStringArray, quoteText } from '@nv2/base';
import { PluginError } from './errors.ts';
import { limits } from './limits.ts';
import { findPluginOfFile, type PluginName } from './plugin-name.ts';
import { runPlugin, type RunPluginOptions } from './run-plugin.ts';

/** PLUG-12, PLUG-15: the only version there is. A plugin that lists a higher minor version alone is refused. */
export const contractVersion = '1.0';

/** PLUG-14 */
export type PluginCapability =
  | 'SIGNATURE_GENERATOR.RAW'
  | 'SIGNATURE_GENERATOR.ENVELOPE'
  | 'SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB'
  | 'SIGNATURE_VERIFIER.TRUSTED_IDENTITY'
  | 'SIGNATURE_VERIFIER.REVOCATION_CHECK';

/** Free text of whoever wrote the plugin, the name apart. */
export interface PluginMetadata {
  readonly name: PluginName;
  readonly description: string;
  /** A semantic version, if its author kept to the rules. */
  readonly version: string;
  readonly url: string;
  readonly supportedContractVersions: readonly string[];
  /** Also holds capabilities that nobody here knows. */
  readonly capabilities: readonly string[];
}

export interface ReadMetadataOptions extends RunPluginOptions {
  readonly pluginConfig?: Readonly<Record<string, string>>;
}

/**
 * Runs `get-plugin-metadata`. The name that comes back is the one in the file's name (PLUG-06).
 *
 * @throws PluginError `PLUGIN_NAME_INVALID`, `PLUGIN_METADATA_INVALID`, `PLUGIN_CONTRACT_UNSUPPORTED`, and what
 * {@link runPlugin} throws
 */
export async function readPluginMetadata(file: string, options: ReadMetadataOptions): Promise<PluginMetadata> {
  const name = findPluginOfFile(basename(file));
  if (name === undefined) {
    throw new PluginError('PLUGIN_NAME_INVALID', `${quoteText(basename(file))} is not the file name of a plugin`);
  }
  const { pluginConfig, timeoutMs = limits.metadataTimeoutMs } = options;
  // PLUG-12: this request alone has no contract version.
  const call = { command: 'get-plugin-metadata', request: { ...configMember(pluginConfig) } } as const;
  const answer = await runPlugin(file, call, { ...options, timeoutMs });
  return checkMetadata(parseMetadataOf(name, answer), name);
}

/** PLUG-28: the member of a request that carries the configuration; absent where there is none. */
export function configMember(config: Readonly<Record<string, string>> = {}): {
  readonly pluginConfig?: Readonly<Record<string, string>>;
} {
  return Object.keys(config).length === 0 ? {} : { pluginConfig: config };
}

function parseMetadataOf(plugin: string, answer: JsonObject): Omit<PluginMetadata, 'name'> & { readonly name: string } {
  try {
    return parsePluginMetadata(answer);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new PluginError('PLUGIN_METADATA_INVALID', `what plugin ${plugin} says about itself is incomplete`, {
      details: { plugin, command: 'get-plugin-metadata' },
      cause,
    });
  }
}

/**
 * PLUG-13, PLUG-20: six members, all present and not empty; others are ignored.
 *
 * @throws BaseError `JSON_TYPE`, PluginError `PLUGIN_METADATA_INVALID`
 */
export function parsePluginMetadata(answer: JsonObject): Omit<PluginMetadata, 'name'> & { readonly name: string } {
  const text = (member: string): string => {
    const value = parseString(answer[member], `$.${member}`);
    if (value !== '') return value;
    throw new PluginError('PLUGIN_METADATA_INVALID', `$.${member} is empty`);
  };
  const texts = (member: string): readonly string[] => {
    const values = parseStringArray(answer[member], `$.${member}`);
    if (values.length > 0 && values.every((value) => value !== '')) return values;
    throw new PluginError('PLUGIN_METADATA_INVALID', `$.${member} is empty or holds an empty text`);
  };
  return {
    name: text('name'),
    description: text('description'),
    version: text('version'),
    url: text('url'),
    supportedContractVersions: texts('supportedContractVersions'),
    capabilities: texts('capabilities'),
  };
}

function checkMetadata(
  metadata: Omit<PluginMetadata, 'name'> & { readonly name: string },
  name: PluginName,
): PluginMetadata {
  const details = { plugin: name, command: 'get-plugin-metadata' };
  if (metadata.name !== name) {
    const message = `the plugin in ${name} says that it is ${quoteText(metadata.name)}`;
    throw new PluginError('PLUGIN_METADATA_INVALID', message, { details });
  }
  if (!metadata.supportedContractVersions.includes(contractVersion)) {
    const found = metadata.supportedContractVersions.slice(0, 5).map((version) => quoteText(version, 20));
    const message = `plugin ${name} supports ${found.join(', ')} of the protocol, not ${contractVersion}`;
    throw new PluginError('PLUGIN_CONTRACT_UNSUPPORTED', message, { details });
  }
  return { ...metadata, name };
}
