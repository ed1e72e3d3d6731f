// What revocation established, one line for each certificate and one below it for each server that was asked.

import { quoteText } from '@nv2/base';
import type { CertificateStatus, ServerStatus } from '@nv2/notary';
import { certificateText, timeText } from './words.ts';

const statusTexts: Readonly<Record<CertificateStatus['status'], string>> = {
  ok: 'not revoked',
  revoked: 'revoked',
  unknown: 'not established',
  'not-checkable': 'nobody can be asked',
};

const methodTexts = { ocsp: 'OCSP', crl: 'CRL' } as const;

/** For `--explain`. The root is left out: nobody could revoke it (REV-03). */
export function certificateLines(certificates: readonly CertificateStatus[]): readonly string[] {
  return certificates
    .slice(0, -1)
    .flatMap((result) => [
      `${result.certificate.subject}: ${statusTexts[result.status]}${revokedText(result)}`,
      ...result.servers.map((server) => `  ${serverText(server)}`),
    ]);
}

/** For `why:`: who revoked what, when and why; or whom was asked in vain. */
export function whyLines(certificates: readonly CertificateStatus[]): readonly string[] {
  return certificates.flatMap((result) => {
    if (result.status === 'revoked') {
      return [
        `revoked: ${certificateText(result.certificate)}`,
        `by ${result.certificate.issuer}${revokedText(result)}`,
        ...result.servers.filter(({ status }) => status === 'revoked').map(serverText),
      ];
    }
    if (result.status !== 'unknown') return [];
    return [`not known whether revoked: ${certificateText(result.certificate)}`, ...result.servers.map(serverText)];
  });
}

function revokedText({ revokedAt, because }: CertificateStatus): string {
  if (revokedAt === undefined) return '';
  return ` since ${timeText(revokedAt)}${because === undefined ? '' : ` (${because})`}`;
}

function serverText({ method, url, status, reason, updatedAt, from }: ServerStatus): string {
  const where = from === 'cache' ? ', from the cache' : from === 'directory' ? ', from the files at hand' : '';
  const age = updatedAt === undefined ? '' : `, as of ${timeText(updatedAt)}`;
  const said = status === 'unknown' ? (reason ?? 'no answer') : status === 'ok' ? 'not revoked' : 'revoked';
  return `${methodTexts[method]} ${quoteText(url, 300)}: ${said}${age}${where}`;
}
