// A certificate in words and as data.

import { plainText } from '@nv2/base';
import { type Certificate, formatName } from '@nv2/pki';
import { timeText } from './words.ts';

export interface CertificateDescription {
  readonly subject: string;
  readonly issuer: string;
  readonly fingerprint: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly isCa: boolean;
}

/** Names are a stranger's text: cut and stripped of control characters. */
export function describeCertificate(certificate: Certificate): CertificateDescription {
  return {
    subject: plainText(formatName(certificate.subject), 512),
    issuer: plainText(formatName(certificate.issuer), 512),
    fingerprint: `sha256:${certificate.fingerprint}`,
    notBefore: timeText(certificate.notBefore),
    notAfter: timeText(certificate.notAfter),
    isCa: certificate.basicConstraints?.isCa === true,
  };
}
