// Where a certificate says its revocation status can be asked for (RFC 5280 sections 4.2.1.13 and 4.2.2.1).

import { BaseError, type DerElement, type DerReader, decodeDer, derTag, parseDerOid } from '@nv2/base';
import type { Certificate, RevocationSources } from '../certificate.ts';
import { maxCertificateBytes, maxListedItems } from '../limits.ts';
import { oids } from '../oids.ts';

/** The OCSP and CRL URLs that a certificate names; empty lists when it names none. */
export function findRevocationSources(certificate: Pick<Certificate, 'revocationSources'>): RevocationSources {
  return certificate.revocationSources;
}

const uriTag = 0x86;
const pointNameTag = 0xa0;
const fullNameTag = 0xa0;

/**
 * Reads the values of authorityInfoAccess and cRLDistributionPoints. Names other than URIs are no sources.
 *
 * @throws BaseError `DER_MALFORMED`, `DER_LIMIT`
 */
export function parseRevocationSources(
  access: Uint8Array | undefined,
  points: Uint8Array | undefined,
): RevocationSources {
  return {
    ocsp: access === undefined ? [] : parseOcspUrls(open(access, 'authorityInfoAccess')),
    crl: points === undefined ? [] : parseCrlUrls(open(points, 'cRLDistributionPoints')),
  };
}

function parseOcspUrls(list: DerReader): readonly string[] {
  const urls: string[] = [];
  while (!list.isAtEnd) {
    const description = list.read(derTag.sequence, 'an access description').members();
    const method = parseDerOid(description.read(derTag.oid, 'an access method'));
    const location = description.readAny('an access location');
    description.readEnd('an access description');
    if (method === oids.ocspAccess && location.tag === uriTag) add(urls, location);
  }
  return urls;
}

function parseCrlUrls(list: DerReader): readonly string[] {
  const urls: string[] = [];
  while (!list.isAtEnd) {
    const point = list.read(derTag.sequence, 'a distribution point').members();
    const fullName = point.findNext(pointNameTag)?.members().findNext(fullNameTag);
    for (const name of fullName === undefined ? [] : allMembers(fullName)) {
      if (name.tag === uriTag) add(urls, name);
    }
  }
  return urls;
}

function add(urls: string[], location: DerElement): void {
  if (urls.length >= maxListedItems) throw new BaseError('DER_LIMIT', `more than ${maxListedItems} addresses`);
  urls.push(urlText(location));
}

function allMembers(element: DerElement): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (const members = element.members(); !members.isAtEnd; ) elements.push(members.readAny('a name'));
  return elements;
}

function open(value: Uint8Array, what: string): DerReader {
  const element = decodeDer(value, { maxBytes: maxCertificateBytes });
  if (element.tag !== derTag.sequence) throw new BaseError('DER_MALFORMED', `${what} is not a SEQUENCE`);
  return element.members();
}

/** The text of a URI. @throws BaseError `DER_MALFORMED` for characters outside printable ASCII */
export function urlText(element: DerElement): string {
  let text = '';
  for (const octet of element.content) text += String.fromCharCode(octet);
  if (!/^[!-~]*$/.test(text)) throw new BaseError('DER_MALFORMED', 'a URI has characters outside printable ASCII');
  return text;
}
