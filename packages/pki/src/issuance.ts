// Who issued a certificate: decided by the signature, never by names alone (CERT-02, CERT-03).

import { isEqualBytes } from '@nv2/base';
import type { Certificate } from './certificate.ts';
import { type CertificateCache, createCertificateCache } from './certificate-cache.ts';

/**
 * Whether `parent` issued `child`: the issuer name equals the parent's subject byte for byte, and the parent's key made
 * the signature with an algorithm that is not broken (CERT-02, CERT-07). Whether `parent` was allowed to is CERT-06.
 */
export function isIssuedBy(child: Certificate, parent: Certificate, cache?: CertificateCache): boolean {
  // The names first: they are cheap, and most pairs differ in them.
  if (!isEqualBytes(child.issuer.der, parent.subject.der)) return false;
  return (cache ?? createCertificateCache({ maxEntries: 2 })).isSignedBy(child, parent);
}

/** Whether a certificate issued itself (CERT-03). The same name under another key is self-issued, not self-signed (OC-69). */
export function isSelfSigned(certificate: Certificate, cache?: CertificateCache): boolean {
  return isIssuedBy(certificate, certificate, cache);
}
