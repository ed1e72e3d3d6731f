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

// Every outcome names each certificate of its chain, and writing names costs more than checking an RSA signature. Kept
// for as long as the parsed certificate itself, of which a summary is only another form.
const summaries = new WeakMap<Certificate, CertificateSummary>();

export function summarizeCertificate(certificate: Certificate): CertificateSummary {
  const known = summaries.get(certificate);
  if (known !== undefined) return known;
  const { fingerprint, notBefore, notAfter } = certificate;
  const summary = {
    subject: plainText(formatName(certificate.subject), maxNameChars),
    issuer: plainText(formatName(certificate.issuer), maxNameChars),
    fingerprint,
    notBefore,
    notAfter,
  };
  summaries.set(certificate, summary);
  return summary;
}

export function summarizeChain(chain: CertificateChain): readonly [CertificateSummary, ...CertificateSummary[]] {
  // As long as the chain, which the compiler does not know.
  return chain.map(summarizeCertificate) as [CertificateSummary, ...CertificateSummary[]];
}
