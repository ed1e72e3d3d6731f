// Reads an X.509 certificate (RFC 5280 section 4.1), strictly and once.

import {
  BaseError,
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  encodeHex,
  hashHex,
  isEqualBytes,
  isNv2Error,
  parseDerBitOctets,
  parseDerInteger,
  parseDerSmallInteger,
  parseDerTime,
} from '@nv2/base';
import { parseAlgorithmId } from './algorithm-id.ts';
import type { Certificate } from './certificate.ts';
import { parseName } from './distinguished-name.ts';
import { PkiError } from './errors.ts';
import { maxCertificateBytes } from './limits.ts';
import { parseExtensions } from './parse-extensions.ts';
import { parseSubjectKey } from './subject-key.ts';

const versionTag = 0xa0;
const issuerIdTag = 0x81;
const subjectIdTag = 0x82;
const extensionsTag = 0xa3;

/**
 * Parses one DER certificate of version 1 or 3. The bytes are copied, so a later change of `der` does not reach it.
 * Tolerated because certificates in use have it: a FALSE that is the default but written out.
 *
 * @throws PkiError `PKI_CERTIFICATE_INVALID`; `PKI_CERTIFICATE_TOO_LARGE` above 64 KiB.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > maxCertificateBytes) {
    throw new PkiError(
      'PKI_CERTIFICATE_TOO_LARGE',
      `certificate of ${der.length} bytes is larger than ${maxCertificateBytes}`,
    );
  }
  try {
    return parseOuter(new Uint8Array(der));
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new PkiError('PKI_CERTIFICATE_INVALID', `${der.length} bytes are not a valid X.509 certificate`, { cause });
  }
}

function parseOuter(der: Uint8Array): Certificate {
  const outer = openSequence(decodeDer(der, { maxBytes: maxCertificateBytes }), 'a certificate');
  const tbs = outer.read(derTag.sequence, 'the signed part');
  const algorithm = outer.read(derTag.sequence, 'a signature algorithm');
  const signature = parseDerBitOctets(outer.read(derTag.bitString, 'a signature'));
  outer.readEnd('the certificate');
  return {
    der,
    fingerprint: hashHex('sha256', der),
    tbs: tbs.bytes,
    signatureAlgorithm: parseAlgorithmId(algorithm),
    signature,
    ...parseTbs(tbs.members(), algorithm),
  };
}

type TbsFields = Omit<Certificate, 'der' | 'fingerprint' | 'tbs' | 'signatureAlgorithm' | 'signature'>;

function parseTbs(fields: DerReader, outerAlgorithm: DerElement): TbsFields {
  const version = parseVersion(fields.findNext(versionTag));
  const serialNumber = encodeHex(parseDerInteger(fields.read(derTag.integer, 'a serial number')));
  // Only the inner one is signed, so a different outer one is a forgery (RFC 5280 section 4.1.1.2).
  const innerAlgorithm = fields.read(derTag.sequence, 'a signature algorithm');
  if (!isEqualBytes(innerAlgorithm.bytes, outerAlgorithm.bytes)) {
    throw malformed('the two signature algorithms of the certificate differ');
  }
  const issuer = parseName(fields.read(derTag.sequence, 'an issuer'));
  const validity = fields.read(derTag.sequence, 'a validity').members();
  const notBefore = parseDerTime(validity.readAny('notBefore'));
  const notAfter = parseDerTime(validity.readAny('notAfter'));
  validity.readEnd('the validity');
  const subject = parseName(fields.read(derTag.sequence, 'a subject'));
  const spki = fields.read(derTag.sequence, 'a public key');
  if (version === 3) {
    fields.findNext(issuerIdTag);
    fields.findNext(subjectIdTag);
  }
  const extensions = version === 3 ? fields.findNext(extensionsTag) : undefined;
  fields.readEnd('the signed part');
  return {
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    spki: spki.bytes,
    key: parseSubjectKey(spki),
    ...parseExtensions(extensions),
  };
}

// Version 2 has never been in use; what it adds is only in version 3 certificates tolerated.
function parseVersion(element: DerElement | undefined): 1 | 3 {
  if (element === undefined) return 1;
  const members = element.members();
  const version = parseDerSmallInteger(members.read(derTag.integer, 'a version')) + 1;
  members.readEnd('the version');
  if (version !== 3) throw malformed(`certificate version ${version} is written out`);
  return version;
}

function openSequence(element: DerElement, what: string): DerReader {
  if (element.tag !== derTag.sequence) throw malformed(`${what} is not a SEQUENCE`);
  return element.members();
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
