// What may be in a trust store (TS-07…TS-09). Said when certificates are added and again whenever they are loaded.

import { type Certificate, type CertificateCache, isSelfSigned } from '@nv2/pki';
import type { StoreType } from './store-name.ts';

export interface StoreProblem {
  readonly rule: 'TS-07' | 'TS-08' | 'TS-09';
  readonly reason: string;
  /** Position of the certificate in the list given; absent for an empty one. */
  readonly index?: number;
}

/** @returns the first problem, or undefined when a store of this type may hold these certificates. */
export function checkStoreMembers(
  type: StoreType,
  certificates: readonly Certificate[],
  cache?: CertificateCache,
): StoreProblem | undefined {
  if (certificates.length === 0) return { rule: 'TS-09', reason: 'there is no certificate' };
  for (const [index, certificate] of certificates.entries()) {
    const isCa = certificate.basicConstraints?.isCa === true;
    // Signature and names both: a certificate may carry its own name as issuer and be signed by another key (CERT-03).
    if (type === 'tsa' && !(isCa && isSelfSigned(certificate, cache))) {
      return { rule: 'TS-08', reason: 'a tsa store takes root CA certificates only, and this is none', index };
    }
    // TS-12: an intermediate CA may be pinned, though a root is the better choice. (What a tsa store takes is a CA anyway.)
    if (!isCa && !isSelfSigned(certificate, cache)) {
      return { rule: 'TS-07', reason: 'the certificate is neither a CA certificate nor self-signed', index };
    }
  }
  return undefined;
}
