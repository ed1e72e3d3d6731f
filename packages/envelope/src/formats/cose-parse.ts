// Reading COSE envelopes: COSE_Sign1_Tagged of RFC 9052, as docs/spec-map.md section 4 narrows it.

import {
  type Mutable,
  type CborMap,
  type CborValue,
  copyBytes,
  decodeCbor,
  isCborArray,
  isCborMap,
  isNv2Error,
} from '@nv2/base';
import { type AlgorithmName, builtinAlgorithms } from '@nv2/pki';
import { attributeNames as names } from '../attribute-names.ts';
import type { AttributeValue, EnvelopeContent, UnsignedAttributes, UnverifiedEnvelope } from '../envelope.ts';
import { malformed, tooLarge, unsupported } from '../errors.ts';
import { maxDepth, maxEnvelopeBytes, maxProtectedBytes, maxTimestampBytes, maxValues } from '../limits.ts';
import { type HeaderRules, type Label, parseSignedAttributes, type ProtectedHeader } from '../signed-attributes.ts';
import { checkCertificateSize, checkChainLength, findSigningAgent } from '../unsigned-attributes.ts';
import { coseLabels, coseMediaType, counterSignatureLabels, isCommonLabel } from './cose-names.ts';
import { toAttributeValue } from './cose-values.ts';
import { encodeSigStructure } from './cose-sig-structure.ts';

const algorithms: ReadonlyMap<number, AlgorithmName> = new Map(
  builtinAlgorithms.map(({ coseId, name }) => [coseId, name]),
);

const rules: HeaderRules = {
  contentType: 'SIG-COSE-08',
  critical: 'SIG-COSE-07',
  criticalRegistered: 'SIG-COSE-07',
  criticalExists: 'SIG-COSE-07',
  time: 'SIG-COSE-09',
  timePresence: 'SIG-COSE-10',
};

/** @throws EnvelopeError `ENVELOPE_MALFORMED`, `ENVELOPE_UNSUPPORTED`, `ENVELOPE_LIMIT` */
export function parseCose(bytes: Uint8Array): UnverifiedEnvelope {
  const message = parseMessage(bytes);
  const protectedMap = parseProtectedMap(message.protectedBytes);
  checkHeaderMaps(protectedMap, message.unprotectedMap);
  const signed = parseSignedAttributes(parseProtected(protectedMap));
  const content: EnvelopeContent = {
    mediaType: coseMediaType,
    payload: message.payload,
    algorithm: parseAlgorithm(protectedMap.get(coseLabels.algorithm)),
    signed,
    unsigned: parseUnsigned(message.unprotectedMap, signed.signingScheme !== 'notary.x509'),
    signedBytes: encodeSigStructure(message.protectedBytes, message.payload),
    signature: message.signature,
  };
  // Every header rule was checked above: this is what the brand says.
  return content as UnverifiedEnvelope;
}

interface Message {
  readonly protectedBytes: Uint8Array;
  readonly unprotectedMap: CborMap;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

// SIG-COSE-02, SIG-COSE-03, SIG-COSE-14
function parseMessage(bytes: Uint8Array): Message {
  if (bytes.length > maxEnvelopeBytes)
    throw tooLarge(`envelope of ${bytes.length} bytes is larger than ${maxEnvelopeBytes} bytes`);
  if (bytes[0] !== 0xd2 || bytes[1] !== 0x84)
    throw malformed('SIG-COSE-02', 'envelope is not a tagged COSE_Sign1 message');
  // Everything taken out below is a view of this copy, so nobody can change it afterwards (a Buffer's slice is no copy).
  const array = decode(copyBytes(bytes.subarray(1)), [], 'envelope', 'SIG-COSE-14');
  const [protectedBytes, unprotectedMap, payload, signature] = isCborArray(array) ? array : [];
  if (!(protectedBytes instanceof Uint8Array)) throw malformed('SIG-COSE-04', 'protected header is not a byte string');
  if (!isCborMap(unprotectedMap)) throw malformed('SIG-COSE-03', 'unprotected header is not a map');
  // PAY-10
  if (!(payload instanceof Uint8Array) || payload.length === 0)
    throw malformed('SIG-COSE-03', 'payload is not attached');
  if (!(signature instanceof Uint8Array) || signature.length === 0)
    throw malformed('SIG-COSE-03', 'signature is missing');
  if (protectedBytes.length > maxProtectedBytes) {
    throw tooLarge(`protected header of ${protectedBytes.length} bytes is larger than ${maxProtectedBytes} bytes`);
  }
  return { protectedBytes, unprotectedMap, payload, signature };
}

// SIG-COSE-04: an empty byte string is legal CBOR for "no headers".
function parseProtectedMap(bytes: Uint8Array): CborMap {
  if (bytes.length === 0) return new Map();
  const map = decode(bytes, [1], 'protected header', 'SIG-COSE-04');
  if (!isCborMap(map)) throw malformed('SIG-COSE-04', 'protected header is not a map');
  return map;
}

function checkHeaderMaps(protectedMap: CborMap, unprotectedMap: CborMap): void {
  if (unprotectedMap.has(coseLabels.critical))
    throw malformed('SIG-COSE-16', 'critical list is in the unprotected header');
  for (const label of counterSignatureLabels) {
    if (protectedMap.has(label))
      throw malformed('SIG-COSE-16', `counter-signature label ${label} is in the protected header`);
  }
  const has = (label: number): boolean => protectedMap.has(label) || unprotectedMap.has(label);
  if (has(coseLabels.iv) && has(coseLabels.partialIv))
    throw malformed('SIG-COSE-17', 'IV and Partial IV are both present');
}

// SIG-COSE-12: an x5chain in here is an extended attribute like any other.
function parseProtected(map: CborMap): ProtectedHeader {
  const attributes = new Map<Label, AttributeValue>();
  for (const [label, value] of map) {
    if (label === coseLabels.algorithm || label === coseLabels.critical || label === coseLabels.contentType) continue;
    attributes.set(label, toAttributeValue(value));
  }
  return {
    contentType: parseContentType(map.get(coseLabels.contentType)),
    critical: parseCritical(map.get(coseLabels.critical)),
    attributes,
    isRegistered: isCommonLabel,
    findTime,
    rules,
  };
}

// Only tag 1 becomes a Date (SIG-COSE-09).
function findTime(value: AttributeValue): Date | undefined {
  return value instanceof Date ? value : undefined;
}

// SIG-COSE-06, ALG-01
function parseAlgorithm(value: CborValue | undefined): AlgorithmName {
  if (typeof value !== 'number') throw malformed('SIG-COSE-06', 'algorithm is not an integer');
  const algorithm = algorithms.get(value);
  if (algorithm === undefined) throw unsupported('SIG-COSE-06', `algorithm ${value} is not supported`);
  return algorithm;
}

// SIG-COSE-08
function parseContentType(value: CborValue | undefined): string {
  if (typeof value !== 'string') throw malformed('SIG-COSE-08', 'content type is not text');
  return value;
}

// SIG-COSE-07, OC-14
function parseCritical(value: CborValue | undefined): readonly Label[] {
  if (!isCborArray(value) || value.length === 0)
    throw malformed('SIG-COSE-07', 'critical list is not a non-empty array');
  return value.map((label) => {
    if (typeof label !== 'string' && typeof label !== 'number')
      throw malformed('SIG-COSE-07', 'critical list holds something other than labels');
    return label;
  });
}

// SIG-COSE-11, SIG-COSE-13: everything else in this map is ignored.
function parseUnsigned(map: CborMap, ignoreTimestamp: boolean): UnsignedAttributes {
  const signingAgent = findSigningAgent(map.get(names.signingAgent));
  // ATTR-15: a token means nothing under the signing-authority scheme.
  const timestamp = ignoreTimestamp ? undefined : map.get(names.timestampSignature);
  if (timestamp instanceof Uint8Array && timestamp.length > maxTimestampBytes) {
    throw tooLarge(`timestamp signature is larger than ${maxTimestampBytes} bytes`);
  }
  const unsigned: Mutable<UnsignedAttributes> = { certificateChain: parseChain(map.get(coseLabels.x5chain)) };
  if (timestamp instanceof Uint8Array && timestamp.length > 0) unsigned.timestampSignature = timestamp;
  if (signingAgent !== undefined) unsigned.signingAgent = signingAgent;
  return unsigned;
}

// ATTR-14
function parseChain(value: CborValue | undefined): readonly Uint8Array[] {
  if (!isCborArray(value) || value.length === 0) throw malformed('SIG-COSE-11', 'x5chain is not a non-empty array');
  checkChainLength(value.length);
  return value.map((der, index) => {
    if (!(der instanceof Uint8Array)) throw malformed('SIG-COSE-11', `certificate ${index + 1} is not a byte string`);
    checkCertificateSize(der.length, index);
    return der;
  });
}

// SIG-COSE-05, SIG-COSE-18: only writers owe the shortest forms. What is hashed are the bytes of the protected header as
// they are, and lengths outside it as Sig_structure writes them.
function decode(bytes: Uint8Array, tags: readonly number[], what: string, rule: string): CborValue {
  try {
    return decodeCbor(bytes, { maxBytes: maxEnvelopeBytes, maxDepth, maxItems: maxValues, tags, allowLongHeads: true });
  } catch (cause) {
    if (isNv2Error(cause, 'CBOR_LIMIT')) throw tooLarge(`${what} passes a bound`, cause);
    throw malformed(rule, `${what} is not CBOR as it must be`, cause);
  }
}
