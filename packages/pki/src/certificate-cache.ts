// What a verification may keep: parsed certificates, imported keys, proven signatures. Each is a fact about bytes that no
// time and no policy can change; verdicts, validity, revocation and trust are never kept.

import { findPublicKey, hashHex, type PublicKey } from '@nv2/base';
import { BoundedMap } from './bounded-map.ts';
import type { Certificate } from './certificate.ts';
import { isCertificateSignedWith } from './certificate-signature.ts';
import { defaultCacheEntries } from './limits.ts';
import { parseCertificate } from './parse-certificate.ts';

/** Remembers facts about certificates by the hash of their bytes, within a bound. */
export interface CertificateCache {
  /** As `parseCertificate`. @throws PkiError `PKI_CERTIFICATE_INVALID`, `PKI_CERTIFICATE_TOO_LARGE` */
  parse(der: Uint8Array): Certificate;
  /** The key of a certificate, imported; `undefined` when it is of another kind or not a key (a point off its curve). */
  publicKey(certificate: Certificate): PublicKey | undefined;
  /** Whether the key of `parent` made the signature of `child`, with an algorithm that is not broken. Nothing else. */
  isSignedBy(child: Certificate, parent: Certificate): boolean;
}

/** Creates an empty cache. */
export function createCertificateCache(options: { readonly maxEntries?: number } = {}): CertificateCache {
  const { maxEntries = defaultCacheEntries } = options;
  const certificates = new BoundedMap<Certificate>(maxEntries);
  const keys = new BoundedMap<PublicKey>(maxEntries);
  const links = new BoundedMap<true>(maxEntries);

  function parse(der: Uint8Array): Certificate {
    const fingerprint = hashHex('sha256', der);
    const known = certificates.find(fingerprint);
    if (known !== undefined) return known;
    const certificate = parseCertificate(der);
    certificates.set(fingerprint, certificate);
    return certificate;
  }

  function publicKey({ key, spki }: Certificate): PublicKey | undefined {
    if (key.kind === 'other') return undefined;
    const fingerprint = hashHex('sha256', spki);
    const known = keys.find(fingerprint);
    if (known !== undefined) return known;
    const imported = findPublicKey(key);
    if (imported !== undefined) keys.set(fingerprint, imported);
    return imported;
  }

  function isSignedBy(child: Certificate, parent: Certificate): boolean {
    const link = `${child.fingerprint}${parent.fingerprint}`;
    if (links.find(link) === true) return true;
    const key = publicKey(parent);
    if (key === undefined || !isCertificateSignedWith(child, key)) return false;
    // Only proofs are kept: a flood of bad links must not push them out.
    links.set(link, true);
    return true;
  }

  return { parse, publicKey, isSignedBy };
}
