// The public key of a certificate (RFC 3279 section 2.3, RFC 5480): the two kinds we compute with, all others as `other`.

import {
  BaseError,
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  type NamedCurve,
  parseDerBitOctets,
  parseDerNull,
  parseDerOid,
  parseDerUnsigned,
} from '@nv2/base';
import type { SubjectKey } from './certificate.ts';
import { maxCertificateBytes, maxRsaBits } from './limits.ts';
import { oids } from './oids.ts';

const curves: ReadonlyMap<string, { readonly curve: NamedCurve; readonly bits: number }> = new Map([
  ['1.2.840.10045.3.1.7', { curve: 'P-256', bits: 256 }],
  ['1.3.132.0.34', { curve: 'P-384', bits: 384 }],
  ['1.3.132.0.35', { curve: 'P-521', bits: 521 }],
]);

/** Reads a SubjectPublicKeyInfo. @throws BaseError `DER_MALFORMED` */
export function parseSubjectKey(spki: DerElement): SubjectKey {
  const members = spki.members();
  const algorithm = members.read(derTag.sequence, 'a key algorithm').members();
  const algorithmOid = parseDerOid(algorithm.read(derTag.oid, 'a key algorithm'));
  const key = members.read(derTag.bitString, 'key bits');
  members.readEnd('the public key');
  // ALG-03: a key restricted to RSA-PSS has an OID of its own and ends up under `other`.
  if (algorithmOid === oids.rsaEncryption) return parseRsaKey(algorithm, parseDerBitOctets(key));
  if (algorithmOid === oids.ecPublicKey) return parseEcKey(algorithm, parseDerBitOctets(key));
  return { kind: 'other', algorithmOid };
}

function parseRsaKey(algorithm: DerReader, bits: Uint8Array): SubjectKey {
  parseDerNull(algorithm.readAny('NULL'));
  algorithm.readEnd('the key algorithm');
  const element = decodeDer(bits, { maxBytes: maxCertificateBytes });
  if (element.tag !== derTag.sequence) throw new BaseError('DER_MALFORMED', 'RSA key is not a SEQUENCE');
  const members = element.members();
  const modulus = parseDerUnsigned(members.read(derTag.integer, 'a modulus'));
  const exponent = parseDerUnsigned(members.read(derTag.integer, 'an exponent'));
  members.readEnd('the RSA key');
  if (!isSaneRsaKey(modulus, exponent)) return { kind: 'other', algorithmOid: oids.rsaEncryption };
  return { kind: 'rsa', modulus, exponent, bits: bitLength(modulus) };
}

// An exponent of 1 accepts every signature, an even one has no inverse, a large one only costs time.
function isSaneRsaKey(modulus: Uint8Array, exponent: Uint8Array): boolean {
  const value = exponent.reduce((sum, octet) => sum * 256 + octet, 0);
  const isOdd = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 1;
  return isOdd(modulus) && bitLength(modulus) <= maxRsaBits && isOdd(exponent) && value >= 3 && value <= 0x7fff_ffff;
}

// OC-10: the exact length of the modulus, not its octets times eight.
function bitLength(unsigned: Uint8Array): number {
  const first = unsigned[0];
  return first === undefined ? 0 : unsigned.length * 8 - (Math.clz32(first) - 24);
}

function parseEcKey(algorithm: DerReader, point: Uint8Array): SubjectKey {
  const other: SubjectKey = { kind: 'other', algorithmOid: oids.ecPublicKey };
  const parameters = algorithm.readAny('a curve');
  algorithm.readEnd('the key algorithm');
  const named = parameters.tag === derTag.oid ? curves.get(parseDerOid(parameters)) : undefined;
  if (named === undefined) return other;
  const size = Math.ceil(named.bits / 8);
  // Only uncompressed points: RFC 5480 makes compressed ones optional, and nobody issues them.
  if (point.length !== 1 + 2 * size || point[0] !== 4) return other;
  return {
    kind: 'ec',
    curve: named.curve,
    bits: named.bits,
    x: point.subarray(1, 1 + size),
    y: point.subarray(1 + size),
  };
}
