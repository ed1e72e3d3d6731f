// The facts about a certificate that outcomes carry, bounded in size whatever the certificate holds.

import { plainText } from '@nv2/base';
import { type Certificate, type CertificateChain, formatName } from '@nv2/pki';
import { maxNameChars } from './limits.ts';

export interface CertificateSummary {
  /** For people: most specific attribute first, control characters removed, cut to 512 characters. */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hexadecimal SHA-256 of the DER: the certificate's identity. */
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export function summarizeCertificate(certificate: Certificate): CertificateSummary {
  const { fingerprint, notBefore, notAfter } = certificate;
  return {
    subject: plainText(formatName(certificate.subject), maxNameChars),
    issuer: plainText(formatName(certificate.issuer), maxNameChars),
    fingerprint,
    notBefore,
    notAfter,
  };
}

export function summarizeChain(chain: CertificateChain): readonly [CertificateSummary, ...CertificateSummary[]] {
  const [leaf, ...rest] = chain;
  return [summarizeCertificate(leaf), ...rest.map(summarizeCertificate)];
}
