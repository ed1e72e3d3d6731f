// Revocation without a network: what can be said from the certificates alone.

import { quoteText } from '@nv2/base';
import { formatName } from '../distinguished-name.ts';
import type { RevocationChecker } from './check-revocation.ts';

/** Sources that a reason names: who asks for the status needs one, and a message stays readable. */
const maxNamedSources = 2;

/**
 * Passes a chain in which nobody can be asked; whenever somebody could, the answer is `unknown`, never a guess.
 *
 * REV-03: the root is not revocable, so a chain of one certificate passes. REV-04: neither is a certificate that names
 * no OCSP responder and no CRL.
 */
export const checkRevocationOffline: RevocationChecker = ({ chain }) => {
  const asking = chain.slice(0, -1).find(({ revocationSources: { ocsp, crl } }) => ocsp.length + crl.length > 0);
  if (asking === undefined) return Promise.resolve({ status: 'passed' });
  const { ocsp, crl } = asking.revocationSources;
  const sources = [...ocsp, ...crl].slice(0, maxNamedSources).map((url) => quoteText(url, 200));
  const reason = `${formatName(asking.subject)} names a revocation service, ${sources.join(' or ')}, and none was asked`;
  return Promise.resolve({ status: 'unknown', reason });
};
