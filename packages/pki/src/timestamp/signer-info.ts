// SignerInfo (RFC 5652 section 5.3): who signed a token, how, and the attributes that the signature covers.

import {
  type DerElement,
  type DerReader,
  derTag,
  encodeDer,
  encodeHex,
  parseDerInteger,
  parseDerOid,
  parseDerSmallInteger,
} from '@nv2/base';
import { type AlgorithmId, parseAlgorithmId } from '../algorithm-id.ts';
import { maxSignedAttributes } from './limits.ts';
import { malformedToken } from './malformed.ts';

/** A certificate by its issuer's name and the number that the issuer gave it. */
export interface IssuerAndSerial {
  /** DER of the Name. */
  readonly issuer: Uint8Array;
  /** Content octets of the INTEGER, lower-case hexadecimal. */
  readonly serialNumber: string;
}

/** A signed attribute; `values` are its members as found. */
export interface SignedAttribute {
  readonly oid: string;
  readonly values: readonly DerElement[];
}

export interface SignerInfo {
  readonly version: number;
  /** `undefined` for a signer named by key identifier, which is not supported (TSA-15). */
  readonly signer: IssuerAndSerial | undefined;
  readonly digestAlgorithm: AlgorithmId;
  readonly attributes: readonly SignedAttribute[];
  /** What the signature covers: the attributes as DER SET OF (TSA-17). `undefined` without attributes. */
  readonly signedBytes: Uint8Array | undefined;
  readonly signatureAlgorithm: AlgorithmId;
  readonly signature: Uint8Array;
}

const keyIdentifierTag = 0x80;
const signedAttributesTag = 0xa0;
const unsignedAttributesTag = 0xa1;

/** @throws BaseError `DER_MALFORMED`; PkiError `PKI_TIMESTAMP_INVALID` */
export function parseSignerInfo(element: DerElement): SignerInfo {
  if (element.tag !== derTag.sequence) throw malformedToken('TSA-15', 'a SignerInfo is not a SEQUENCE');
  const members = element.members();
  const version = parseDerSmallInteger(members.read(derTag.integer, 'a version'));
  const signer = parseSigner(members);
  const digestAlgorithm = parseAlgorithmId(members.read(derTag.sequence, 'a digest algorithm'));
  const attributes = parseAttributes(members.findNext(signedAttributesTag));
  const signatureAlgorithm = parseAlgorithmId(members.read(derTag.sequence, 'a signature algorithm'));
  const signature = members.read(derTag.octetString, 'a signature').content;
  // What is not signed says nothing.
  members.findNext(unsignedAttributesTag);
  members.readEnd('the SignerInfo');
  return { version, signer, digestAlgorithm, ...attributes, signatureAlgorithm, signature };
}

function parseSigner(members: DerReader): IssuerAndSerial | undefined {
  if (members.findNext(keyIdentifierTag) !== undefined) return undefined;
  return parseIssuerAndSerial(members.read(derTag.sequence, 'issuer and serial number').members());
}

function parseIssuerAndSerial(members: DerReader): IssuerAndSerial {
  const issuer = members.read(derTag.sequence, 'an issuer').bytes;
  const serialNumber = encodeHex(parseDerInteger(members.read(derTag.integer, 'a serial number')));
  members.readEnd('issuer and serial number');
  return { issuer, serialNumber };
}

function parseAttributes(element: DerElement | undefined): Pick<SignerInfo, 'attributes' | 'signedBytes'> {
  if (element === undefined) return { attributes: [], signedBytes: undefined };
  const attributes: SignedAttribute[] = [];
  const encoded: Uint8Array[] = [];
  for (const members = element.members(); !members.isAtEnd; ) {
    if (attributes.length >= maxSignedAttributes) {
      throw malformedToken('TSA-16', `more than ${maxSignedAttributes} signed attributes`);
    }
    const attribute = members.read(derTag.sequence, 'a signed attribute');
    attributes.push(parseAttribute(attribute));
    encoded.push(attribute.bytes);
  }
  // TSA-17: the tag of a SET, not the [0] of the message, and the members in the order of DER.
  const signedBytes = attributes.length === 0 ? undefined : encodeDer(derTag.set, ...encoded.toSorted(compareBytes));
  return { attributes, signedBytes };
}

function parseAttribute(element: DerElement): SignedAttribute {
  const members = element.members();
  const oid = parseDerOid(members.read(derTag.oid, 'an attribute type'));
  const set = members.read(derTag.set, 'attribute values').members();
  members.readEnd('the attribute');
  const values: DerElement[] = [];
  while (!set.isAtEnd) {
    if (values.length >= maxSignedAttributes) throw malformedToken('TSA-16', 'an attribute has too many values');
    values.push(set.readAny('an attribute value'));
  }
  return { oid, values };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
