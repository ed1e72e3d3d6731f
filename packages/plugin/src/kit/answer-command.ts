// One command of a plugin, from the bytes of its request to those of its answer.

import { encodeBase64, isNv2Error, type JsonObject, parseJson, parseObject } from '@nv2/base';
import { limits } from '../limits.ts';
import { contractVersion, type PluginCapability } from '../metadata.ts';
import { builtinAlgorithms } from '@nv2/pki';
import { type KitOpinion, type KitVerification, type PluginDefinition, PluginFault } from './definition.ts';
import {
  checkContractVersion,
  parseEnvelopeRequest,
  parseKeyRequest,
  parseSignatureRequest,
  parseVerifyRequest,
} from './requests.ts';

/** How the process has to end (PLUG-07, PLUG-08). */
export type CommandAnswer =
  | { readonly status: 0; readonly stdout: string }
  | { readonly status: 1; readonly stderr: string };

export async function answerCommand(
  plugin: PluginDefinition,
  command: string,
  input: Uint8Array,
): Promise<CommandAnswer> {
  // PLUG-29: for people; it reads nothing.
  if (command === 'version')
    return { status: 0, stdout: `${plugin.name} - ${plugin.description}\nVersion: ${plugin.version}\n` };
  try {
    const answer = await run(plugin, command, parseRequest(input));
    return { status: 0, stdout: `${JSON.stringify(answer)}\n` };
  } catch (error) {
    // Whatever happens, the caller gets an error of the protocol.
    return { status: 1, stderr: `${JSON.stringify(toFailure(error))}\n` };
  }
}

function parseRequest(input: Uint8Array): JsonObject {
  const { maxOutputBytes: maxBytes, maxOutputDepth: maxDepth, maxOutputValues: maxValues } = limits;
  try {
    return parseObject(parseJson(input, { maxBytes, maxDepth, maxValues }), '$');
  } catch (error) {
    // Said as it is: the request is the caller's own.
    throw new PluginFault('VALIDATION_ERROR', `Input is not a valid JSON: ${messageOf(error)}`);
  }
}

async function run(plugin: PluginDefinition, command: string, request: JsonObject): Promise<object> {
  // PLUG-12: the one command that may come without a version.
  if (command === 'get-plugin-metadata') return metadataOf(plugin);
  checkContractVersion(request);
  switch (command) {
    case 'describe-key': {
      if (plugin.describeKey === undefined) break;
      const key = parseKeyRequest(request);
      return { keyId: key.keyId, keySpec: await plugin.describeKey(key) };
    }
    case 'generate-signature': {
      if (plugin.generateSignature === undefined) break;
      const asked = parseSignatureRequest(request);
      const { signature, certificateChain } = await plugin.generateSignature(asked);
      return {
        keyId: asked.keyId,
        signature: encodeBase64(signature),
        signingAlgorithm: builtinAlgorithms.find(({ keySpec }) => keySpec === asked.keySpec)?.pluginName,
        certificateChain: certificateChain.map(encodeBase64),
      };
    }
    case 'generate-envelope': {
      if (plugin.generateEnvelope === undefined) break;
      const asked = parseEnvelopeRequest(request);
      const { envelope, annotations } = await plugin.generateEnvelope(asked);
      return {
        signatureEnvelope: encodeBase64(envelope),
        signatureEnvelopeType: asked.signatureEnvelopeType,
        ...(annotations === undefined ? {} : { annotations }),
      };
    }
    case 'verify-signature':
      return verify(plugin, request);
    default:
  }
  throw new PluginFault('VALIDATION_ERROR', `this plugin has no command ${JSON.stringify(command)}`);
}

/** PLUG-20 */
function metadataOf(plugin: PluginDefinition): object {
  const { name, description, version, url } = plugin;
  const capabilities = capabilitiesOf(plugin);
  return { name, description, version, url, supportedContractVersions: [contractVersion], capabilities };
}

/** PLUG-14: what is there says what the plugin can do. */
function capabilitiesOf(plugin: PluginDefinition): readonly PluginCapability[] {
  const { describeKey, generateSignature, generateEnvelope, checkIdentity, checkRevocation } = plugin;
  const can: readonly (readonly [PluginCapability, boolean])[] = [
    ['SIGNATURE_GENERATOR.RAW', describeKey !== undefined && generateSignature !== undefined],
    ['SIGNATURE_GENERATOR.ENVELOPE', generateEnvelope !== undefined],
    ['SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB', describeKey !== undefined && generateEnvelope !== undefined],
    ['SIGNATURE_VERIFIER.TRUSTED_IDENTITY', checkIdentity !== undefined],
    ['SIGNATURE_VERIFIER.REVOCATION_CHECK', checkRevocation !== undefined],
  ];
  return can.flatMap(([capability, has]) => (has ? [capability] : []));
}

async function verify(plugin: PluginDefinition, request: JsonObject): Promise<object> {
  const { signature, wanted, unprocessed } = parseVerifyRequest(request);
  const opinions: [string, KitOpinion][] = [];
  for (const capability of wanted) opinions.push([capability, await ask(plugin, capability, signature)]);
  const known = plugin.criticalAttributes ?? [];
  return {
    verificationResults: Object.fromEntries(opinions),
    processedAttributes: unprocessed.filter((name) => known.includes(name)),
  };
}

async function ask(plugin: PluginDefinition, capability: string, signature: KitVerification): Promise<KitOpinion> {
  if (capability === 'SIGNATURE_VERIFIER.TRUSTED_IDENTITY' && plugin.checkIdentity !== undefined) {
    return plugin.checkIdentity(signature);
  }
  if (capability === 'SIGNATURE_VERIFIER.REVOCATION_CHECK' && plugin.checkRevocation !== undefined) {
    return plugin.checkRevocation(signature);
  }
  throw new PluginFault('VALIDATION_ERROR', `this plugin does not have the capability ${JSON.stringify(capability)}`);
}

function toFailure(error: unknown): object {
  if (error instanceof PluginFault) {
    const { errorCode, message: errorMessage, errorMetadata } = error;
    return { errorCode, errorMessage, ...(Object.keys(errorMetadata).length === 0 ? {} : { errorMetadata }) };
  }
  const errorCode = isNv2Error(error) ? 'VALIDATION_ERROR' : 'ERROR';
  return { errorCode, errorMessage: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
