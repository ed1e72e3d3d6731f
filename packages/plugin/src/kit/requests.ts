// Requests as a plugin gets them, from whatever caller (PLUG-13): unknown members are ignored, and what the reference writes where it
// has nothing to say (`null` for a list, the year 1 for no expiry, PLUG-42) is read as nothing.

import {
  type JsonObject,
  type JsonValue,
  parseArray,
  parseBase64,
  parseObject,
  parseSize,
  parseString,
  parseStringArray,
  parseStringMap,
} from '@nv2/base';
import { builtinAlgorithms } from '@nv2/pki';
import { contractVersion } from '../metadata.ts';
import type { KeySpec, KitEnvelopeRequest, KitKeyRequest, KitSignatureRequest, KitVerification } from './definition.ts';
import { PluginFault } from './definition.ts';

/** PLUG-12, PLUG-15 @throws PluginFault */
export function checkContractVersion(request: JsonObject): void {
  const version = request['contractVersion'] ?? '';
  if (version === '') throw new PluginFault('VALIDATION_ERROR', 'contractVersion cannot be empty');
  if (version === contractVersion) return;
  throw new PluginFault('UNSUPPORTED_CONTRACT_VERSION', `contract version ${contractVersion} is supported alone`);
}

/** @throws BaseError `JSON_TYPE` */
export function parseKeyRequest(request: JsonObject): KitKeyRequest {
  return { keyId: parseString(request['keyId'], '$.keyId'), pluginConfig: parseConfig(request) };
}

/** @throws BaseError `JSON_TYPE`, `BASE64_MALFORMED`, PluginFault for a kind of key that is none */
export function parseSignatureRequest(request: JsonObject): KitSignatureRequest {
  const keySpec = parseString(request['keySpec'], '$.keySpec');
  const algorithm = builtinAlgorithms.find((candidate) => candidate.keySpec === keySpec);
  if (algorithm === undefined) throw new PluginFault('VALIDATION_ERROR', '$.keySpec is no kind of key');
  return {
    ...parseKeyRequest(request),
    // Both are spelt by the table of algorithms.
    keySpec: algorithm.keySpec as KeySpec,
    hashAlgorithm: algorithm.hash.toUpperCase().replace('SHA', 'SHA-') as KitSignatureRequest['hashAlgorithm'],
    payload: parseBytes(request['payload'], '$.payload'),
  };
}

/** @throws BaseError `JSON_TYPE`, `BASE64_MALFORMED` */
export function parseEnvelopeRequest(request: JsonObject): KitEnvelopeRequest {
  const expiry = request['expiryDurationInSeconds'] ?? 0;
  const expirySeconds = parseSize(expiry, '$.expiryDurationInSeconds');
  return {
    ...parseKeyRequest(request),
    payload: parseBytes(request['payload'], '$.payload'),
    payloadType: parseString(request['payloadType'], '$.payloadType'),
    signatureEnvelopeType: parseString(request['signatureEnvelopeType'], '$.signatureEnvelopeType'),
    ...(expirySeconds === 0 ? {} : { expirySeconds }),
  };
}

export interface VerifyRequest {
  readonly signature: KitVerification;
  /** Names of capabilities to use. */
  readonly wanted: readonly string[];
  /** Names of attributes that somebody has to process. */
  readonly unprocessed: readonly string[];
}

/** @throws BaseError `JSON_TYPE`, `BASE64_MALFORMED` */
export function parseVerifyRequest(request: JsonObject): VerifyRequest {
  const signature = parseObject(request['signature'], '$.signature');
  const critical = parseObject(signature['criticalAttributes'], '$.signature.criticalAttributes');
  const policy = parseObject(request['trustPolicy'], '$.trustPolicy');
  const expiry = findTime(critical['expiry'], '$.signature.criticalAttributes.expiry');
  const time = findTime(critical['authenticSigningTime'], '$.signature.criticalAttributes.authenticSigningTime');
  const chain = parseArray(signature['certificateChain'] ?? [], '$.signature.certificateChain');
  return {
    signature: {
      contentType: parseString(critical['contentType'], '$.signature.criticalAttributes.contentType'),
      signingScheme: parseString(critical['signingScheme'], '$.signature.criticalAttributes.signingScheme'),
      ...(expiry === undefined ? {} : { expiry }),
      ...(time === undefined ? {} : { authenticSigningTime: time }),
      extendedAttributes: parseAttributes(critical['extendedAttributes'] ?? {}),
      certificateChain: chain.map((item, index) => parseBytes(item, `$.signature.certificateChain[${index}]`)),
      trustedIdentities: parseStringArray(policy['trustedIdentities'] ?? [], '$.trustPolicy.trustedIdentities'),
      pluginConfig: parseConfig(request),
    },
    wanted: parseStringArray(policy['signatureVerification'] ?? [], '$.trustPolicy.signatureVerification'),
    unprocessed: parseStringArray(signature['unprocessedAttributes'] ?? [], '$.signature.unprocessedAttributes'),
  };
}

function parseConfig(request: JsonObject): Readonly<Record<string, string>> {
  return parseStringMap(request['pluginConfig'] ?? {}, '$.pluginConfig');
}

function parseBytes(value: JsonValue | undefined, path: string): Uint8Array {
  return parseBase64(parseString(value, path));
}

/** ATTR-17: what is no string, number or null cannot be critical and is of no use here. */
function parseAttributes(value: JsonValue): Readonly<Record<string, string | number | null>> {
  const path = '$.signature.criticalAttributes.extendedAttributes';
  const attributes: Record<string, string | number | null> = Object.create(null);
  for (const [name, attribute] of Object.entries(parseObject(value, path))) {
    if (attribute === null || typeof attribute === 'string' || typeof attribute === 'number')
      attributes[name] = attribute;
  }
  return attributes;
}

const timeForm = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

function findTime(value: JsonValue | undefined, path: string): Date | undefined {
  const text = parseString(value ?? '', path);
  if (text === '' || text.startsWith('0001-01-01T')) return undefined;
  const time = new Date(timeForm.test(text) ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new PluginFault('VALIDATION_ERROR', `${path} is not a time`);
}
