// X.501 names: as they are in a certificate (for equality), and as attributes (for identities and for people). Every
// attribute is kept, repeated ones too, so that nobody matches the first or last of several (ID-10); the display string
// that OpenSSL offers loses that (OC-64).

import { BaseError, type DerElement, derTag, encodeHex, encodeUtf8, parseDerOid } from '@nv2/base';
import { findCharacters } from './characters.ts';
import { maxListedItems } from './limits.ts';

export interface NameAttribute {
  readonly oid: string;
  /** Decoded characters; `undefined` when the value is not a known string type. */
  readonly value: string | undefined;
  /** The value as found, header included. */
  readonly der: Uint8Array;
}

export interface DistinguishedName {
  /** The whole Name, as found: issuer and subject match exactly when these bytes do (CERT-02). */
  readonly der: Uint8Array;
  /** RDNs in encoding order, each with one or more attributes. */
  readonly rdns: readonly (readonly NameAttribute[])[];
}

// ID-09 names the first nine. OC-24: the others are decoded as well, so that they can be shown and matched.
const shortNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.6', 'C'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.3', 'CN'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.5', 'SERIALNUMBER'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

/** The short name of an attribute type, `undefined` for one that is written as its OID. */
export function attributeShortName(oid: string): string | undefined {
  return shortNames.get(oid);
}

/** Reads a Name (RFC 5280 section 4.1.2.4). @throws BaseError `DER_MALFORMED`; `DER_LIMIT` above 64 attributes */
export function parseName(element: DerElement): DistinguishedName {
  const rdns: (readonly NameAttribute[])[] = [];
  let count = 0;
  for (const sequence = element.members(); !sequence.isAtEnd; ) {
    const set = sequence.read(derTag.set, 'a relative distinguished name').members();
    const attributes = [parseAttribute(set.read(derTag.sequence, 'a name attribute'))];
    while (!set.isAtEnd) {
      if (attributes.length >= maxListedItems) throw tooMany();
      attributes.push(parseAttribute(set.read(derTag.sequence, 'a name attribute')));
    }
    rdns.push(attributes);
    count += attributes.length;
    if (count > maxListedItems) throw tooMany();
  }
  return { der: element.bytes, rdns };
}

/**
 * A name as text (RFC 4514): most specific first, `,` between RDNs, `+` within one, special characters escaped and
 * control characters in hexadecimal, so that it is safe to print.
 */
export function formatName(name: DistinguishedName): string {
  return name.rdns
    .map((attributes) => attributes.map(formatAttribute).join('+'))
    .toReversed()
    .join(',');
}

function tooMany(): BaseError {
  return new BaseError('DER_LIMIT', `a name has more than ${maxListedItems} attributes`);
}

function parseAttribute(element: DerElement): NameAttribute {
  const members = element.members();
  const oid = parseDerOid(members.read(derTag.oid, 'an attribute type'));
  const value = members.readAny('an attribute value');
  members.readEnd('a name attribute');
  return { oid, value: findCharacters(value), der: value.bytes };
}

function formatAttribute({ oid, value, der }: NameAttribute): string {
  const type = shortNames.get(oid) ?? oid;
  return `${type}=${value === undefined ? `#${encodeHex(der)}` : escapeValue(value)}`;
}

function escapeValue(value: string): string {
  return value
    .replace(/[\\",+;<>=]|^[ #]| $/g, '\\$&')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => encodeHex(encodeUtf8(character)).replace(/../g, '\\$&'));
}
