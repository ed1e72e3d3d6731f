// Revocation without a network: what can be said from the certificates alone.

import { quoteText } from '@nv2/base';
import { formatName } from '../distinguished-name.ts';
import type { CertificateRevocation, RevocationChecker, RevocationServerResult } from './check-revocation.ts';
import type { Certificate } from '../certificate.ts';

/** Sources that a reason names: who asks for the status needs one, and a message stays readable. */
const maxNamedSources = 2;

/**
 * Passes a chain in which nobody can be asked; whenever somebody could, the answer is `unknown`, never a guess.
 *
 * REV-03: the root is not revocable, so a chain of one certificate passes. REV-04: neither is a certificate that names
 * no OCSP responder and no CRL.
 */
export const checkRevocationOffline: RevocationChecker = ({ chain }) => {
  const certificates = chain.map((certificate, index) => askNobody(certificate, index === chain.length - 1));
  const asking = certificates.find(({ status }) => status === 'unknown');
  if (asking === undefined) return Promise.resolve({ status: 'passed', certificates });
  const sources = asking.servers.slice(0, maxNamedSources).map(({ url }) => quoteText(url, 200));
  const subject = formatName(asking.certificate.subject);
  const reason = `${subject} names a revocation service, ${sources.join(' or ')}, and none was asked`;
  return Promise.resolve({ status: 'unknown', reason, certificates });
};

function askNobody(certificate: Certificate, isRoot: boolean): CertificateRevocation {
  const { ocsp, crl } = certificate.revocationSources;
  if (isRoot || ocsp.length + crl.length === 0) {
    return { certificate, status: 'not-checkable', method: 'none', servers: [] };
  }
  const unasked = (method: 'ocsp' | 'crl', url: string): RevocationServerResult => ({
    method,
    url,
    status: 'unknown',
    reason: 'was not asked',
  });
  const servers = [...ocsp.map((url) => unasked('ocsp', url)), ...crl.map((url) => unasked('crl', url))];
  const method = ocsp.length === 0 ? 'crl' : crl.length === 0 ? 'ocsp' : 'ocsp-then-crl';
  return { certificate, status: 'unknown', method, servers };
}
