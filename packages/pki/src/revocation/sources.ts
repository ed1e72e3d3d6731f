// Where a certificate says its revocation status can be asked for (RFC 5280 sections 4.2.1.13 and 4.2.2.1).

import { BaseError, type DerElement, type DerReader, decodeDer, derTag, parseDerOid } from '@nv2/base';
import { maxCertificateBytes } from '../limits.ts';
import { oids } from '../oids.ts';

/** URLs as written in the certificate, in order; attacker-chosen until the certificate is trusted. */
export interface RevocationSources {
  readonly ocsp: readonly string[];
  readonly crl: readonly string[];
}

const uriTag = 0x86;
const pointNameTag = 0xa0;
const fullNameTag = 0xa0;

/**
 * Reads the values of authorityInfoAccess and cRLDistributionPoints. Names other than URIs are no sources.
 *
 * @throws BaseError `DER_MALFORMED`
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
    if (method === oids.ocspAccess && location.tag === uriTag) urls.push(urlText(location));
  }
  return urls;
}

function parseCrlUrls(list: DerReader): readonly string[] {
  const urls: string[] = [];
  while (!list.isAtEnd) {
    const point = list.read(derTag.sequence, 'a distribution point').members();
    const fullName = point.findNext(pointNameTag)?.members().findNext(fullNameTag)?.members();
    while (fullName !== undefined && !fullName.isAtEnd) {
      const name = fullName.readAny('a name');
      if (name.tag === uriTag) urls.push(urlText(name));
    }
  }
  return urls;
}

function open(value: Uint8Array, what: string): DerReader {
  const element = decodeDer(value, { maxBytes: maxCertificateBytes });
  if (element.tag !== derTag.sequence) throw new BaseError('DER_MALFORMED', `${what} is not a SEQUENCE`);
  return element.members();
}

function urlText(element: DerElement): string {
  let text = '';
  for (const octet of element.content) text += String.fromCharCode(octet);
  if (!/^[!-~]*$/.test(text)) throw new BaseError('DER_MALFORMED', 'a URI has characters outside printable ASCII');
  return text;
}
