// Certificate extensions (RFC 5280 section 4.2): those the chain rules read are decoded, all are kept.

import {
  BaseError,
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  parseDerBitString,
  parseDerBoolean,
  parseDerOid,
  parseDerSmallInteger,
} from '@nv2/base';
import type {
  BasicConstraints,
  Certificate,
  CertificateExtension,
  ExtendedKeyUsage,
  KeyUsage,
  KeyUsageName,
} from './certificate.ts';
import { maxCertificateBytes, maxListedItems } from './limits.ts';
import { oids } from './oids.ts';
import { parseRevocationSources } from './revocation/sources.ts';

type ExtensionFields = Pick<
  Certificate,
  'extensions' | 'basicConstraints' | 'keyUsage' | 'extendedKeyUsage' | 'revocationSources'
>;

/** In the order of their bits. */
const keyUsageNames: readonly KeyUsageName[] = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** Reads the `[3]` member of a certificate. @throws BaseError `DER_MALFORMED`, also for one extension twice; `DER_LIMIT` */
export function parseExtensions(element: DerElement | undefined): ExtensionFields {
  const extensions = element === undefined ? [] : parseWrappedExtensions(element);
  const byOid = new Map(extensions.map((extension) => [extension.oid, extension]));
  const basicConstraints = byOid.get(oids.basicConstraints);
  const keyUsage = byOid.get(oids.keyUsage);
  const extendedKeyUsage = byOid.get(oids.extendedKeyUsage);
  return {
    extensions,
    ...(basicConstraints && { basicConstraints: parseBasicConstraints(basicConstraints) }),
    ...(keyUsage && { keyUsage: parseKeyUsage(keyUsage) }),
    ...(extendedKeyUsage && { extendedKeyUsage: parseExtendedKeyUsage(extendedKeyUsage) }),
    revocationSources: parseRevocationSources(
      byOid.get(oids.authorityInfoAccess)?.value,
      byOid.get(oids.crlDistributionPoints)?.value,
    ),
  };
}

/**
 * Reads Extensions inside an explicit tag, as they are in certificates, CRLs and OCSP answers.
 *
 * @throws BaseError `DER_MALFORMED`, also for one extension twice; `DER_LIMIT`
 */
export function parseWrappedExtensions(element: DerElement): readonly CertificateExtension[] {
  const wrapper = element.members();
  const list = wrapper.read(derTag.sequence, 'the extensions');
  wrapper.readEnd('the extensions');
  return parseExtensionList(list);
}

/** As {@link parseWrappedExtensions}, for the bare list, as it is in the entries of a CRL. */
export function parseExtensionList(element: DerElement): readonly CertificateExtension[] {
  const list = element.members();
  const extensions = [parseExtension(list.read(derTag.sequence, 'an extension'))];
  while (!list.isAtEnd) {
    if (extensions.length >= maxListedItems) throw tooMany('extensions');
    extensions.push(parseExtension(list.read(derTag.sequence, 'an extension')));
  }
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length) {
    throw malformed('an extension appears twice');
  }
  return extensions;
}

function parseExtension(element: DerElement): CertificateExtension {
  const members = element.members();
  const oid = parseDerOid(members.read(derTag.oid, 'an extension type'));
  const critical = members.findNext(derTag.boolean);
  const value = members.read(derTag.octetString, 'an extension value').content;
  members.readEnd('an extension');
  return { oid, isCritical: critical !== undefined && parseDerBoolean(critical), value };
}

function parseBasicConstraints({ isCritical, value }: CertificateExtension): BasicConstraints {
  const members = openSequence(value, 'basicConstraints');
  const ca = members.findNext(derTag.boolean);
  const isCa = ca !== undefined && parseDerBoolean(ca);
  const pathLength = members.findNext(derTag.integer);
  members.readEnd('basicConstraints');
  if (pathLength === undefined) return { isCritical, isCa };
  return { isCritical, isCa, pathLength: parseDerSmallInteger(pathLength) };
}

function parseKeyUsage({ isCritical, value }: CertificateExtension): KeyUsage {
  const element = decodeDer(value, { maxBytes: maxCertificateBytes });
  if (element.tag !== derTag.bitString) throw malformed('keyUsage is not a BIT STRING');
  const { bytes } = parseDerBitString(element);
  if (bytes.length > 2) throw malformed('keyUsage has more bits than there are usages');
  const isSet = (bit: number): boolean => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  return { isCritical, usages: new Set(keyUsageNames.filter((_, bit) => isSet(bit))) };
}

function parseExtendedKeyUsage({ isCritical, value }: CertificateExtension): ExtendedKeyUsage {
  const members = openSequence(value, 'extendedKeyUsage');
  const purposes = [parseDerOid(members.read(derTag.oid, 'a purpose'))];
  while (!members.isAtEnd) {
    if (purposes.length >= maxListedItems) throw tooMany('purposes');
    purposes.push(parseDerOid(members.read(derTag.oid, 'a purpose')));
  }
  return { isCritical, oids: purposes };
}

function openSequence(value: Uint8Array, what: string): DerReader {
  const element = decodeDer(value, { maxBytes: maxCertificateBytes });
  if (element.tag !== derTag.sequence) throw malformed(`${what} is not a SEQUENCE`);
  return element.members();
}

function tooMany(what: string): BaseError {
  return new BaseError('DER_LIMIT', `there are more than ${maxListedItems} ${what}`);
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
