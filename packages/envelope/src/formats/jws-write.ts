// Writing JWS envelopes, in the reference's order so that equal requests give equal bytes (SIG-JWS-22).

import { encodeBase64, encodeBase64Url, encodeUtf8, parseJson, quoteText } from '@nv2/base';
import { attributeNames as names } from '../attribute-names.ts';
import { checkDraft } from '../draft.ts';
import type { AttributeValue, SignedAttributes, UnsignedAttributes } from '../envelope.ts';
import { notWritable } from '../errors.ts';
import { maxDepth, maxEnvelopeBytes } from '../limits.ts';
import { formatDateTime } from '../rfc3339.ts';
import type { EnvelopeDraft, PreparedEnvelope } from './format.ts';
import { findResembledHeader, foldCase, registeredJwsHeaders } from './jws-names.ts';

/** @throws EnvelopeError `ENVELOPE_REQUEST_INVALID` */
export function prepareJws(draft: EnvelopeDraft): PreparedEnvelope {
  checkDraft(draft, (label) => typeof label !== 'string' || registeredJwsHeaders.has(label));
  checkNames(draft.signed);
  checkPayload(draft.payload);
  const protectedText = encodeBase64Url(encodeUtf8(renderObject(protectedMembers(draft), 0)));
  const payloadText = encodeBase64Url(draft.payload);
  return {
    signedBytes: encodeUtf8(`${protectedText}.${payloadText}`),
    seal: (signature, unsigned) =>
      encodeUtf8(
        JSON.stringify({
          payload: payloadText,
          protected: protectedText,
          header: unprotectedHeader(unsigned),
          signature: encodeBase64Url(signature),
        }),
      ),
  };
}

// SIG-JWS-20: our reader, and every other that tells names by case, would refuse the result.
function checkNames({ extended }: SignedAttributes): void {
  const folded = new Set<string>();
  for (const name of extended.map(({ key }) => String(key))) {
    const fold = foldCase(name);
    if (folded.has(fold) || findResembledHeader(name) !== undefined) {
      throw notWritable('SIG-JWS-20', `attribute ${quoteText(name)} differs from another header only in case`);
    }
    folded.add(fold);
  }
}

// PAY-12: the reference reads JWS payloads through a JWT library. The bytes themselves are signed as given (PAY-11).
function checkPayload(payload: Uint8Array): void {
  try {
    const value = parseJson(payload, { maxBytes: maxEnvelopeBytes });
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  } catch {
    // Whatever is wrong with it, what matters here is that it is not an object.
  }
  throw notWritable('PAY-12', 'the payload of a JWS envelope must be a JSON object');
}

function protectedMembers({ algorithm, signed }: EnvelopeDraft): ReadonlyMap<string, AttributeValue> {
  const isAuthority = signed.signingScheme === 'notary.x509.signingAuthority';
  const members = new Map<string, AttributeValue>([
    ['alg', algorithm.name],
    ['crit', criticalNames(signed)],
    ['cty', signed.contentType],
    [names.signingScheme, signed.signingScheme],
    [isAuthority ? names.authenticSigningTime : names.signingTime, formatDateTime(signed.signingTime)],
  ]);
  if (signed.expiry !== undefined) members.set(names.expiry, formatDateTime(signed.expiry));
  if (signed.verificationPlugin !== undefined) members.set(names.verificationPlugin, signed.verificationPlugin);
  if (signed.verificationPluginMinVersion !== undefined) {
    members.set(names.verificationPluginMinVersion, signed.verificationPluginMinVersion);
  }
  for (const { key, value } of signed.extended) members.set(String(key), value);
  return members;
}

function criticalNames(signed: SignedAttributes): readonly string[] {
  return [
    names.signingScheme,
    ...(signed.verificationPlugin === undefined ? [] : [names.verificationPlugin]),
    ...(signed.verificationPluginMinVersion === undefined ? [] : [names.verificationPluginMinVersion]),
    ...signed.extended.filter(({ isCritical }) => isCritical).map(({ key }) => String(key)),
    ...(signed.signingScheme === 'notary.x509.signingAuthority' ? [names.authenticSigningTime] : []),
    ...(signed.expiry === undefined ? [] : [names.expiry]),
  ];
}

// The reference's order of members.
function unprotectedHeader(unsigned: UnsignedAttributes): Record<string, unknown> {
  return {
    ...(unsigned.timestampSignature ? { [names.timestampSignature]: encodeBase64(unsigned.timestampSignature) } : {}),
    x5c: unsigned.certificateChain.map(encodeBase64),
    ...(unsigned.signingAgent === undefined ? {} : { [names.signingAgent]: unsigned.signingAgent }),
  };
}

// JSON.stringify would put members that look like integers first, whatever their order.
function renderObject(members: ReadonlyMap<string, AttributeValue>, depth: number): string {
  const sorted = Array.from(members).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${renderValue(value, depth + 1)}`).join(',')}}`;
}

function renderValue(value: AttributeValue, depth: number): string {
  if (depth >= maxDepth) throw notWritable('ATTR-09', `attribute value is nested deeper than ${maxDepth} levels`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: AttributeValue) => renderValue(item, depth + 1)).join(',')}]`;
  if (isPlainObject(value)) return renderObject(new Map(Object.entries(value)), depth);
  throw notWritable('ATTR-09', `JSON has no form for an attribute value of type ${typeName(value)}`);
}

function isPlainObject(value: AttributeValue): value is { readonly [name: string]: AttributeValue } {
  const isObject = typeof value === 'object' && value !== null;
  return (
    isObject && !(value instanceof Uint8Array || value instanceof Date || value instanceof Map || Array.isArray(value))
  );
}

function typeName(value: AttributeValue): string {
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Date) return 'date';
  return value instanceof Map ? 'map' : typeof value;
}
