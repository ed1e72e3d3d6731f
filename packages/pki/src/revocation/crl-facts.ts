// Facts about CRLs that no time changes: whose they are, and what they list. A CRL of ten megabytes is hashed once and walked
// once for each certificate, however often it is used (docs/decisions/0012-what-may-be-cached.md).

import { isEqualBytes, parseHex } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import type { CertificateCache } from '../certificate-cache.ts';
import { certificateSignature, isCertificateSignedWith } from '../certificate-signature.ts';
import { oids } from '../oids.ts';
import type { Crl } from './parse-crl.ts';
import { type CrlEntry, findCrlEntries } from './scan-crl-entries.ts';

export interface CrlFacts {
  /** Why a CRL is not one that `issuer` has issued, or not one that we can read whole (REV-22, REV-24). */
  findFlaw(crl: Crl, issuer: Certificate): string | undefined;
  /** @throws BaseError `DER_MALFORMED`, `DER_LIMIT` */
  findEntries(crl: Crl, certificate: Certificate): readonly CrlEntry[];
}

const processed: ReadonlySet<string> = new Set([oids.issuingDistributionPoint, oids.deltaCrlIndicator]);

/** Keeps facts for as long as the parsed CRL itself lives. */
export function createCrlFacts(keys: CertificateCache): CrlFacts {
  const proven = new WeakMap<Crl, Set<string>>();
  const listed = new WeakMap<Crl, Map<string, readonly CrlEntry[]>>();
  return {
    findFlaw(crl, issuer) {
      const issuers = proven.get(crl) ?? new Set();
      if (issuers.has(issuer.fingerprint)) return undefined;
      const flaw = findCrlFlaw(crl, issuer, keys);
      if (flaw === undefined) proven.set(crl, issuers.add(issuer.fingerprint));
      return flaw;
    },
    findEntries(crl, { serialNumber }) {
      const known = listed.get(crl) ?? new Map<string, readonly CrlEntry[]>();
      const entries = known.get(serialNumber) ?? findCrlEntries(crl.entries, parseHex(serialNumber));
      listed.set(crl, known.set(serialNumber, entries));
      return entries;
    },
  };
}

function findCrlFlaw(crl: Crl, issuer: Certificate, keys: CertificateCache): string | undefined {
  if (!isEqualBytes(crl.issuer.der, issuer.subject.der)) return 'it is not from the issuer of the certificate';
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.usages.has('cRLSign')) {
    return 'the key usage of the issuer does not allow signing CRLs';
  }
  const critical = crl.extensions.find(({ isCritical, oid }) => isCritical && !processed.has(oid));
  if (critical !== undefined) return `it has the critical extension ${critical.oid}`;
  const algorithm = certificateSignature(crl);
  if (algorithm.kind !== 'usable') {
    const found = algorithm.kind === 'broken' ? algorithm.hash : `algorithm ${crl.signatureAlgorithm.oid}`;
    return `it is signed with ${found}, expected SHA-256, SHA-384 or SHA-512`;
  }
  const key = keys.publicKey(issuer);
  return key !== undefined && isCertificateSignedWith(crl, key) ? undefined : 'its signature is wrong';
}
