// A key behind a plugin, as something that signs (PLUG-21 to PLUG-28). Only the protocol is judged here: that the plugin answers
// about what it was asked. What it made is judged by @nv2/envelope and @nv2/notary, as if a stranger had made it.

import { isNv2Error, type JsonObject, plainText, quoteText } from '@nv2/base';
import type { EnvelopeSigner } from '@nv2/notary';
import type { RemoteKey, SignatureAlgorithm } from '@nv2/pki';
import { PluginError } from './errors.ts';
import type { PluginCapability, PluginMetadata } from './metadata.ts';
import type { Plugin, PluginCallOptions } from './plugins.ts';
import { invalidAnswer, type PluginCall } from './run-plugin.ts';
import {
  describeKeyCall,
  generateEnvelopeCall,
  generateSignatureCall,
  type KeyRequest,
  parseEnvelopeAnswer,
  parseKeyDescription,
  parseSignatureAnswer,
} from './signing-messages.ts';

export interface OpenPluginSignerOptions extends PluginCallOptions {
  /** What the plugin calls the key. */
  readonly keyId: string;
  /** What messages call it. Default: `keyId` and the plugin. */
  readonly keyName?: string;
  /** Blobs need a plugin that says what kind of key it has (BLOB-09). */
  readonly purpose: 'artifact' | 'blob';
}

/**
 * Asks a plugin what it can do and makes a signer of it: raw signatures where it offers both (PLUG-27).
 *
 * @throws PluginError `PLUGIN_CAPABILITY_MISSING`, `PLUGIN_RESPONSE_MISMATCH`, and what running a plugin throws; so do the methods of
 * the signer
 */
export async function openPluginSigner(
  plugin: Plugin,
  options: OpenPluginSignerOptions,
): Promise<RemoteKey | EnvelopeSigner> {
  const { pluginConfig, signal, keyId, purpose } = options;
  const call = { ...(pluginConfig ? { pluginConfig } : {}), ...(signal ? { signal } : {}) };
  const metadata = await plugin.readMetadata(call);
  const session: Session = {
    plugin,
    key: { keyId, ...(pluginConfig ? { pluginConfig } : {}) },
    name: options.keyName ?? `${plainText(keyId, 120)} of plugin ${plugin.name}`,
  };
  switch (chooseCapability(metadata, purpose)) {
    case 'SIGNATURE_GENERATOR.RAW':
      return rawSigner(session, metadata, await describeKey(session, signal));
    case 'SIGNATURE_GENERATOR.ENVELOPE':
      return envelopeSigner(session);
    case 'SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB':
      return { ...envelopeSigner(session), algorithm: await describeKey(session, signal) };
    default:
      throw new PluginError(
        'PLUGIN_CAPABILITY_MISSING',
        `plugin ${plugin.name} cannot sign ${purpose === 'blob' ? 'blobs' : 'artifacts'}; it offers ${offer(metadata)}`,
        { details: { plugin: plugin.name } },
      );
  }
}

interface Session {
  readonly plugin: Plugin;
  readonly key: KeyRequest;
  readonly name: string;
}

/** PLUG-14, PLUG-27, in the order of preference. */
const preferences = {
  artifact: ['SIGNATURE_GENERATOR.RAW', 'SIGNATURE_GENERATOR.ENVELOPE'],
  blob: ['SIGNATURE_GENERATOR.RAW', 'SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB'],
} as const satisfies Record<string, readonly PluginCapability[]>;

function chooseCapability({ capabilities }: PluginMetadata, purpose: keyof typeof preferences) {
  return preferences[purpose].find((capability) => capabilities.includes(capability));
}

function offer({ capabilities }: PluginMetadata): string {
  const shown = capabilities.slice(0, 8).map((capability) => plainText(capability, 60));
  return shown.join(', ');
}

/** PLUG-21 */
async function describeKey({ plugin, key }: Session, signal: AbortSignal | undefined): Promise<SignatureAlgorithm> {
  const call = describeKeyCall(key);
  const answer = await ask(plugin, call, parseKeyDescription, signal);
  assertEcho(plugin, call, { member: 'keyId', asked: key.keyId, answered: answer.keyId });
  return answer.algorithm;
}

function rawSigner({ plugin, key, name }: Session, metadata: PluginMetadata, algorithm: SignatureAlgorithm): RemoteKey {
  return {
    name,
    algorithm,
    // SIGN-11
    agent: `${metadata.name}/${metadata.version}`,
    signWithChain: async (data, { signal } = {}) => {
      const call = generateSignatureCall(key, algorithm, data);
      const answer = await ask(plugin, call, parseSignatureAnswer, signal);
      assertEcho(plugin, call, { member: 'keyId', asked: key.keyId, answered: answer.keyId });
      // PLUG-23. The signature itself is verified with the algorithm of the leaf.
      assertEcho(plugin, call, {
        member: 'signingAlgorithm',
        asked: algorithm.pluginName,
        answered: answer.algorithm.pluginName,
      });
      return { signature: answer.signature, chain: answer.chain };
    },
  };
}

/** PLUG-25 */
function envelopeSigner({ plugin, key, name }: Session): EnvelopeSigner {
  return {
    name,
    generateEnvelope: async ({ payload, payloadType, mediaType, expirySeconds, signal }) => {
      const expiry = expirySeconds === undefined ? {} : { expirySeconds };
      const call = generateEnvelopeCall({ ...key, payload, payloadType, mediaType, ...expiry });
      const answer = await ask(plugin, call, parseEnvelopeAnswer, signal);
      assertEcho(plugin, call, { member: 'signatureEnvelopeType', asked: mediaType, answered: answer.mediaType });
      return { envelope: answer.envelope, annotations: answer.annotations };
    },
  };
}

async function ask<T>(
  plugin: Plugin,
  call: PluginCall,
  parse: (answer: JsonObject) => T,
  signal: AbortSignal | undefined,
): Promise<T> {
  const answer = await plugin.run(call, signal ? { signal } : {});
  try {
    return parse(answer);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw invalidAnswer(plugin.name, call.command, cause);
  }
}

interface Echo {
  readonly member: string;
  readonly asked: string;
  readonly answered: string;
}

/** An answer about another key is the answer to another question. */
function assertEcho(plugin: Plugin, { command }: PluginCall, { member, asked, answered }: Echo): void {
  if (asked === answered) return;
  throw new PluginError(
    'PLUGIN_RESPONSE_MISMATCH',
    `plugin ${plugin.name} answered ${command} with ${member} ${quoteText(answered)}, asked was ${quoteText(asked)}`,
    { details: { plugin: plugin.name, command, member, asked, answered: plainText(answered, 500) } },
  );
}
