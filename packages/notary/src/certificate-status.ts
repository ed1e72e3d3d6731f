// What revocation established about each certificate of a chain, for outcomes and reports: bounded in size whatever the
// certificates and their servers say.

import { type Mutable, plainText } from '@nv2/base';
import type { CertificateRevocation, RevocationServerResult } from '@nv2/pki';
import { type CertificateSummary, summarizeCertificate } from './certificate-summary.ts';
import { maxNameChars, maxReasonChars } from './limits.ts';

export interface ServerStatus {
  readonly method: 'ocsp' | 'crl';
  readonly url: string;
  readonly status: 'ok' | 'revoked' | 'unknown';
  readonly reason?: string;
  /** When the answer that was judged was made. */
  readonly updatedAt?: Date;
  readonly from?: 'network' | 'cache' | 'directory';
}

export interface CertificateStatus {
  readonly certificate: CertificateSummary;
  readonly status: CertificateRevocation['status'];
  readonly method: CertificateRevocation['method'];
  readonly revokedAt?: Date;
  /** In the words of RFC 5280: `keyCompromise`. */
  readonly because?: string;
  readonly servers: readonly ServerStatus[];
}

export function summarizeStatus(result: CertificateRevocation): CertificateStatus {
  const { certificate, status, method, servers } = result;
  const summary: CertificateStatus = {
    certificate: summarizeCertificate(certificate),
    status,
    method,
    servers: servers.map(summarizeServer),
  };
  return status === 'revoked' ? { ...summary, ...revocationFacts(result) } : summary;
}

function summarizeServer(server: RevocationServerResult): ServerStatus {
  const { method, status, reason, updatedAt, from } = server;
  const summary: Mutable<ServerStatus> = { method, url: plainText(server.url, maxNameChars), status };
  if (reason !== undefined) summary.reason = plainText(reason, maxReasonChars);
  if (updatedAt !== undefined) summary.updatedAt = updatedAt;
  if (from !== undefined) summary.from = from;
  return summary;
}

/** When and why, as far as the one who revoked says so. */
export function revocationFacts(
  result: CertificateRevocation | undefined,
): Pick<CertificateStatus, 'revokedAt' | 'because'> {
  if (result?.status !== 'revoked') return {};
  const { revokedAt, reason } = result.facts;
  return { revokedAt, ...(reason === undefined ? {} : { because: reason }) };
}
