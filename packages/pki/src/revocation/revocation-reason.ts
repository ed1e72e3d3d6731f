// Reasons of revocation (RFC 5280 section 5.3.1), as CRL entries and OCSP answers give them.

import { type DerElement, decodeDer, isNv2Error, parseDerSmallInteger, parseDerTime } from '@nv2/base';
import type { CertificateExtension } from '../certificate.ts';
import { oids } from '../oids.ts';
import type { RevocationReason } from './check-revocation.ts';

const enumeratedTag = 0x0a;
const maxValueBytes = 64;

const reasons: ReadonlyMap<number, RevocationReason> = new Map([
  [0, 'unspecified'],
  [1, 'keyCompromise'],
  [2, 'cACompromise'],
  [3, 'affiliationChanged'],
  [4, 'superseded'],
  [5, 'cessationOfOperation'],
  [6, 'certificateHold'],
  [8, 'removeFromCRL'],
  [9, 'privilegeWithdrawn'],
  [10, 'aACompromise'],
]);

/**
 * A CRLReason. What is none of them gives `undefined`: a reason that cannot be read makes nothing less revoked.
 */
export function findReason(element: DerElement): RevocationReason | undefined {
  if (element.tag !== enumeratedTag || element.content.length !== 1) return undefined;
  return reasons.get(parseDerSmallInteger(element));
}

/** The reasonCode of an entry's extensions. */
export function findReasonCode(extensions: readonly CertificateExtension[]): RevocationReason | undefined {
  return readExtension(extensions, oids.reasonCode, findReason);
}

/**
 * The invalidityDate: since when the key is known or suspected to be compromised (REV-18, REV-25). One that cannot be read
 * is ignored, so that the certificate stays revoked for all times.
 */
export function findInvalidityDate(extensions: readonly CertificateExtension[]): Date | undefined {
  return readExtension(extensions, oids.invalidityDate, (element) => parseDerTime(element));
}

function readExtension<Value>(
  extensions: readonly CertificateExtension[],
  oid: string,
  read: (element: DerElement) => Value,
): Value | undefined {
  const extension = extensions.find((candidate) => candidate.oid === oid);
  if (extension === undefined) return undefined;
  try {
    return read(decodeDer(extension.value, { maxBytes: maxValueBytes }));
  } catch (error) {
    if (isNv2Error(error)) return undefined; // see above: unreadable is absent, and absent is the strict side
    throw error;
  }
}
