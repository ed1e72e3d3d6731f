// Requests and answers of signing (PLUG-21, PLUG-22, PLUG-25). Bytes are base64 with padding; members that nobody knows are
// ignored, and `null` counts as absent, as writers in other languages leave it (PLUG-13).

import {
  encodeBase64,
  type JsonObject,
  parseArray,
  parseBase64,
  parseOptional,
  parseString,
  parseStringMap,
  quoteText,
} from '@nv2/base';
import { builtinAlgorithms, type SignatureAlgorithm } from '@nv2/pki';
import { PluginError } from './errors.ts';
import { configMember, contractVersion } from './metadata.ts';
import type { PluginCall } from './run-plugin.ts';

export interface KeyRequest {
  readonly keyId: string;
  readonly pluginConfig?: Readonly<Record<string, string>>;
}

export function describeKeyCall({ keyId, pluginConfig }: KeyRequest): PluginCall {
  return { command: 'describe-key', request: { contractVersion, keyId, ...configMember(pluginConfig) } };
}

export interface KeyDescription {
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
}

/** @throws BaseError `JSON_TYPE`, PluginError `PLUGIN_OUTPUT_INVALID` */
export function parseKeyDescription(answer: JsonObject): KeyDescription {
  const keySpec = parseString(answer['keySpec'], '$.keySpec');
  const algorithm = builtinAlgorithms.find((candidate) => candidate.keySpec === keySpec);
  if (algorithm === undefined) throw unknown('$.keySpec', keySpec, 'a kind of key');
  return { keyId: parseString(answer['keyId'], '$.keyId'), algorithm };
}

/** PLUG-22: the plugin hashes `data` itself. */
export function generateSignatureCall(
  request: KeyRequest,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
): PluginCall {
  const { keyId, pluginConfig } = request;
  const hashAlgorithm = algorithm.hash.toUpperCase().replace('SHA', 'SHA-');
  const { keySpec } = algorithm;
  const payload = encodeBase64(data);
  return {
    command: 'generate-signature',
    request: { contractVersion, keyId, keySpec, hashAlgorithm, payload, ...configMember(pluginConfig) },
  };
}

export interface SignatureAnswer {
  readonly keyId: string;
  readonly signature: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** DER, leaf first, as it came. */
  readonly chain: readonly Uint8Array[];
}

/** PLUG-23 @throws BaseError `JSON_TYPE`, `BASE64_MALFORMED`, PluginError `PLUGIN_OUTPUT_INVALID` */
export function parseSignatureAnswer(answer: JsonObject): SignatureAnswer {
  const name = parseString(answer['signingAlgorithm'], '$.signingAlgorithm');
  const algorithm = builtinAlgorithms.find((candidate) => candidate.pluginName === name);
  if (algorithm === undefined) throw unknown('$.signingAlgorithm', name, 'a signing algorithm');
  // A missing chain is for whoever checks the signature to tell.
  const chain = parseOptional(answer['certificateChain'] ?? undefined, '$.certificateChain', parseArray) ?? [];
  return {
    keyId: parseString(answer['keyId'], '$.keyId'),
    signature: parseBytes(answer, 'signature'),
    algorithm,
    chain: chain.map((item, index) => parseBase64(parseString(item, `$.certificateChain[${index}]`))),
  };
}

export interface EnvelopeCall extends KeyRequest {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly mediaType: string;
  /** Whole seconds, more than 0. */
  readonly expirySeconds?: number;
}

export function generateEnvelopeCall(request: EnvelopeCall): PluginCall {
  const { keyId, pluginConfig, payload, payloadType, mediaType, expirySeconds } = request;
  return {
    command: 'generate-envelope',
    request: {
      contractVersion,
      keyId,
      payloadType,
      signatureEnvelopeType: mediaType,
      payload: encodeBase64(payload),
      ...(expirySeconds === undefined ? {} : { expiryDurationInSeconds: expirySeconds }),
      ...configMember(pluginConfig),
    },
  };
}

export interface EnvelopeAnswer {
  readonly envelope: Uint8Array;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** @throws BaseError `JSON_TYPE`, `BASE64_MALFORMED` */
export function parseEnvelopeAnswer(answer: JsonObject): EnvelopeAnswer {
  return {
    envelope: parseBytes(answer, 'signatureEnvelope'),
    mediaType: parseString(answer['signatureEnvelopeType'], '$.signatureEnvelopeType'),
    annotations: parseOptional(answer['annotations'] ?? undefined, '$.annotations', parseStringMap) ?? {},
  };
}

function parseBytes(answer: JsonObject, member: string): Uint8Array {
  return parseBase64(parseString(answer[member], `$.${member}`));
}

function unknown(path: string, found: string, what: string): PluginError {
  return new PluginError(
    'PLUGIN_OUTPUT_INVALID',
    `${path} is ${quoteText(found)}, which is not ${what} of the protocol`,
  );
}
