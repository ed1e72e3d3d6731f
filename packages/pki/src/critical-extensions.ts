// CERT-08: a code-signing chain is judged by three extensions, whatever else is critical. A time-stamping chain is judged
// by RFC 5280 as well, which forbids relying on a certificate with a critical extension that is not processed.

import type { Certificate } from './certificate.ts';
import type { RuleFailure } from './certificate-rules.ts';
import { oids } from './oids.ts';

// What each demands is either checked (the first three), bound to nothing here (names of the subject, key identifiers,
// where to ask for revocation), or a statement that restricts nobody without policy constraints (policies).
const processed: ReadonlySet<string> = new Set([
  oids.basicConstraints,
  oids.keyUsage,
  oids.extendedKeyUsage,
  oids.subjectAlternativeName,
  oids.subjectKeyIdentifier,
  oids.authorityKeyIdentifier,
  oids.crlDistributionPoints,
  oids.authorityInfoAccess,
  oids.certificatePolicies,
]);

/** The first critical extension that we do not process: name constraints, policy constraints, anything unknown. */
export function findCriticalExtensionFailure(certificate: Certificate): RuleFailure | undefined {
  const unprocessed = findUnprocessedExtension(certificate);
  if (unprocessed === undefined) return undefined;
  return {
    rule: 'CERT-08',
    reason: `a certificate has the critical extension ${unprocessed}, which is not processed`,
  };
}

/** The OID of the first critical extension that is neither processed here nor, as `alsoProcessed`, by whoever asks. */
export function findUnprocessedExtension(
  { extensions }: Certificate,
  alsoProcessed: readonly string[] = [],
): string | undefined {
  return extensions.find(({ isCritical, oid }) => isCritical && !processed.has(oid) && !alsoProcessed.includes(oid))
    ?.oid;
}
