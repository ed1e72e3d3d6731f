// Reading JWS envelopes: the flattened JSON serialization of RFC 7515, as docs/spec-map.md section 3 narrows it.

import {
  type Mutable,
  encodeAscii,
  isNv2Error,
  type JsonObject,
  type JsonValue,
  parseBase64,
  parseBase64Url,
  parseJson,
  quoteText,
} from '@nv2/base';
import { type AlgorithmName, builtinAlgorithms } from '@nv2/pki';
import { attributeNames as names, signedAttributeNames } from '../attribute-names.ts';
import type {
  AttributeValue,
  EnvelopeContent,
  UnsignedAttributes,
  UnverifiedEnvelope,
  WrittenTimes,
} from '../envelope.ts';
import { malformed, tooLarge, unsupported } from '../errors.ts';
import { maxDepth, maxEnvelopeBytes, maxProtectedBytes, maxTimestampBytes, maxValues } from '../limits.ts';
import type { ParseOptions } from './format.ts';
import { findDateTime } from '../rfc3339.ts';
import { type HeaderRules, type Label, parseSignedAttributes, type ProtectedHeader } from '../signed-attributes.ts';
import { checkCertificateSize, checkChainLength, findSigningAgent } from '../unsigned-attributes.ts';
import { findResembledHeader, jwsMediaType, registeredJwsHeaders } from './jws-names.ts';

const algorithms: ReadonlyMap<string, AlgorithmName> = new Map(builtinAlgorithms.map(({ name }) => [name, name]));

const rules: HeaderRules = {
  contentType: 'SIG-JWS-08',
  critical: 'SIG-JWS-09',
  criticalRegistered: 'SIG-JWS-10',
  criticalExists: 'SIG-JWS-11',
  time: 'SIG-JWS-12',
  timePresence: 'SIG-JWS-13',
};

/** @throws EnvelopeError `ENVELOPE_MALFORMED`, `ENVELOPE_UNSUPPORTED`, `ENVELOPE_LIMIT` */
export function parseJws(bytes: Uint8Array, options: ParseOptions = {}): UnverifiedEnvelope {
  const members = parseMembers(bytes);
  const payloadText = parseText(members, 'payload');
  const protectedText = parseText(members, 'protected');
  const payload = decodeBase64Url(payloadText, 'payload');
  const protectedBytes = decodeBase64Url(protectedText, 'protected');
  const signature = decodeBase64Url(parseText(members, 'signature'), 'signature');
  if (payload.length === 0) throw malformed('PAY-10', 'payload is empty');
  if (protectedBytes.length > maxProtectedBytes) {
    throw tooLarge(`protected header of ${protectedBytes.length} bytes is larger than ${maxProtectedBytes} bytes`);
  }

  const { algorithm, header } = parseProtected(protectedBytes);
  const signed = parseSignedAttributes(header);
  const content: EnvelopeContent = {
    mediaType: jwsMediaType,
    payload,
    algorithm,
    signed,
    unsigned: parseUnsigned(members['header'], signed.signingScheme !== 'notary.x509', options),
    writtenTimes: writtenTimes(header),
    // SIG-JWS-05: the strings as found. Both passed the base64url check, so neither holds a dot (SIG-JWS-23).
    signedBytes: encodeAscii(`${protectedText}.${payloadText}`),
    signature,
  };
  // Every header rule was checked above: this is what the brand says.
  return content as UnverifiedEnvelope;
}

// SIG-JWS-02, SIG-JWS-03: one object, four members, no other, none twice, none in another case.
function parseMembers(bytes: Uint8Array): JsonObject {
  const members = parseObject(bytes, 'envelope', 'SIG-JWS-02', maxEnvelopeBytes);
  for (const name of Object.keys(members)) {
    if (name === 'payload' || name === 'protected' || name === 'header' || name === 'signature') continue;
    throw malformed(name === 'signatures' ? 'SIG-JWS-02' : 'SIG-JWS-03', `unknown member ${quoteText(name)}`);
  }
  return members;
}

function parseText(members: JsonObject, name: string): string {
  const text = members[name];
  if (typeof text !== 'string') throw malformed('SIG-JWS-02', `member "${name}" is not a string`);
  return text;
}

// SIG-JWS-04, OC-11, OC-60
function decodeBase64Url(text: string, name: string): Uint8Array {
  try {
    return parseBase64Url(text);
  } catch (cause) {
    throw malformed('SIG-JWS-04', `member "${name}" is not base64url`, cause);
  }
}

function parseProtected(bytes: Uint8Array): { algorithm: AlgorithmName; header: ProtectedHeader } {
  const members = parseObject(bytes, 'protected header', 'SIG-JWS-20', maxProtectedBytes);
  const attributes = new Map<Label, AttributeValue>();
  for (const name of Object.keys(members)) {
    if (name === 'alg' || name === 'cty' || name === 'crit') continue;
    refuseCaseVariant(name);
    attributes.set(name, members[name] ?? null);
  }
  return {
    algorithm: parseAlgorithm(members['alg']),
    header: {
      contentType: parseContentType(members['cty']),
      critical: parseCritical(members['crit']),
      attributes,
      isRegistered,
      findTime,
      rules,
    },
  };
}

/** The texts that parseSignedAttributes has read as times. */
function writtenTimes({ attributes }: ProtectedHeader): WrittenTimes {
  const text = (name: string): string | undefined => {
    const value = attributes.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const expiry = text(names.expiry);
  const signingTime = text(names.signingTime) ?? text(names.authenticSigningTime) ?? '';
  return expiry === undefined ? { signingTime } : { signingTime, expiry };
}

function isRegistered(label: Label): boolean {
  return registeredJwsHeaders.has(label);
}

function findTime(value: AttributeValue): Date | undefined {
  return typeof value === 'string' ? findDateTime(value) : undefined;
}

// SIG-JWS-06, ALG-01: names outside the six, `none` and HMAC included, end here, before any key is looked at.
function parseAlgorithm(value: JsonValue | undefined): AlgorithmName {
  if (typeof value !== 'string') throw malformed('SIG-JWS-06', 'protected header "alg" is not a string');
  const algorithm = algorithms.get(value);
  if (algorithm === undefined) throw unsupported('SIG-JWS-06', `algorithm ${quoteText(value)} is not supported`);
  return algorithm;
}

function parseContentType(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw malformed('SIG-JWS-08', 'protected header "cty" is not a string');
  return value;
}

function parseCritical(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length === 0)
    throw malformed('SIG-JWS-09', 'protected header "crit" is not a non-empty array');
  const items: readonly unknown[] = value;
  return items.map((item) => {
    if (typeof item !== 'string')
      throw malformed('SIG-JWS-09', 'protected header "crit" holds something other than strings');
    return item;
  });
}

// SIG-JWS-20: names match exactly. A reader that ignores case would take this one for the real thing, so nobody gets it.
function refuseCaseVariant(name: string): void {
  if (signedAttributeNames.has(name)) return;
  const known = findResembledHeader(name);
  if (known !== undefined) throw malformed('SIG-JWS-20', `header ${quoteText(name)} resembles "${known}"`);
}

// SIG-JWS-16, SIG-JWS-17, SIG-JWS-21: only these three are looked at, and none of them can stand in for a protected header.
function parseUnsigned(
  value: JsonValue | undefined,
  ignoreTimestamp: boolean,
  options: ParseOptions,
): UnsignedAttributes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('SIG-JWS-02', 'member "header" is not an object');
  }
  // It is neither null nor an array, but Array.isArray does not narrow readonly arrays.
  const header = value as JsonObject;
  const signingAgent = findSigningAgent(header[names.signingAgent]);
  // ATTR-15: a token means nothing under the signing-authority scheme.
  const timestamp = ignoreTimestamp ? undefined : parseTimestamp(header[names.timestampSignature]);
  const unsigned: Mutable<UnsignedAttributes> = { certificateChain: parseChain(header['x5c'], options) };
  if (timestamp !== undefined) unsigned.timestampSignature = timestamp;
  if (signingAgent !== undefined) unsigned.signingAgent = signingAgent;
  return unsigned;
}

// SIG-JWS-14, ATTR-14
function parseChain(value: JsonValue | undefined, { cache }: ParseOptions): readonly Uint8Array[] {
  if (!Array.isArray(value) || value.length === 0) throw malformed('SIG-JWS-14', '"x5c" is not a non-empty array');
  const items: readonly unknown[] = value;
  checkChainLength(items.length);
  return items.map((item, index) => {
    const known = typeof item === 'string' ? cache?.findDer(item) : undefined;
    if (known !== undefined) return known;
    const der = decodeBase64(item, 'SIG-JWS-14', `certificate ${index + 1} of ${items.length}`);
    checkCertificateSize(der.length, index);
    return der;
  });
}

// SIG-JWS-15
function parseTimestamp(value: JsonValue | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const token = decodeBase64(value, 'SIG-JWS-15', 'timestamp signature');
  if (token.length > maxTimestampBytes) throw tooLarge(`timestamp signature is larger than ${maxTimestampBytes} bytes`);
  return token.length === 0 ? undefined : token;
}

function decodeBase64(value: unknown, rule: string, what: string): Uint8Array {
  if (typeof value !== 'string') throw malformed(rule, `${what} is not a string`);
  try {
    return parseBase64(value);
  } catch (cause) {
    throw malformed(rule, `${what} is not base64`, cause);
  }
}

function parseObject(bytes: Uint8Array, what: string, rule: string, maxBytes: number): JsonObject {
  let value: JsonValue;
  try {
    value = parseJson(bytes, { maxBytes, maxDepth, maxValues, refuseCaseVariants: true });
  } catch (cause) {
    if (isNv2Error(cause, 'JSON_LIMIT')) throw tooLarge(`${what} passes a bound`, cause);
    throw malformed(rule, `${what} is not JSON as it must be`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(rule, `${what} is not a JSON object`);
  // It is neither null nor an array, but Array.isArray does not narrow readonly arrays.
  return value as JsonObject;
}
