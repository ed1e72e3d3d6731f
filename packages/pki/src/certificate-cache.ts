// What a verification may keep: parsed certificates, imported keys, proven signatures, chains that obey the rules. Each is a
// fact about bytes that no time and no policy can change; verdicts, validity, revocation and trust are never kept.

import { encodeBase64, findPublicKey, hashHex, isEqualBytes, type PublicKey } from '@nv2/base';
import { BoundedMap } from './bounded-map.ts';
import type { Certificate } from './certificate.ts';
import type { ChainPurpose } from './certificate-rules.ts';
import { isCertificateSignedWith } from './certificate-signature.ts';
import { defaultCacheEntries } from './limits.ts';
import { parseCertificate } from './parse-certificate.ts';

/** Remembers facts about certificates by the hash of their bytes, within a bound. */
export interface CertificateCache {
  /** As `parseCertificate`. @throws PkiError `PKI_CERTIFICATE_INVALID`, `PKI_CERTIFICATE_TOO_LARGE` */
  parse(der: Uint8Array): Certificate;
  /** The bytes of a certificate that was parsed, by its base64 (standard alphabet, padded): nothing for any other text. */
  findDer(base64: string): Uint8Array | undefined;
  /** The key of a certificate, imported; `undefined` when it is of another kind or not a key (a point off its curve). */
  publicKey(certificate: Certificate): PublicKey | undefined;
  /** Whether the key of `parent` made the signature of `child`, with an algorithm that is not broken. Nothing else. */
  isSignedBy(child: Certificate, parent: Certificate): boolean;
  /** Whether these very objects, in this order, were kept with {@link CertificateCache.keepChain} for this purpose. */
  isKnownChain(certificates: readonly Certificate[], purpose: ChainPurpose): boolean;
  /** For `checkChain` alone: every rule holds that does not depend on time. The last one of each leaf is kept. */
  keepChain(certificates: readonly Certificate[], purpose: ChainPurpose): void;
}

/** Creates an empty cache. */
export function createCertificateCache(options: { readonly maxEntries?: number } = {}): CertificateCache {
  const { maxEntries = defaultCacheEntries } = options;
  const certificates = new BoundedMap<Certificate>(maxEntries);
  const keys = new BoundedMap<PublicKey>(maxEntries);
  const links = new BoundedMap<true>(maxEntries);
  // What leads to the same without hashing: the same bytes again, and the same objects again.
  const lastByTail = new BoundedMap<Certificate, number>(maxEntries);
  const lastByText = new BoundedMap<{ readonly text: string; readonly der: Uint8Array }, number>(maxEntries);
  const parsedFrom = new WeakMap<Uint8Array, Certificate>();
  const keysOfObjects = new WeakMap<Certificate, PublicKey>();
  const chains = {
    'code-signing': new WeakMap<Certificate, readonly Certificate[]>(),
    timestamping: new WeakMap<Certificate, readonly Certificate[]>(),
  } as const satisfies Record<ChainPurpose, unknown>;

  function parse(der: Uint8Array): Certificate {
    return parsedFrom.get(der) ?? parseByTail(der);
  }

  function parseByTail(der: Uint8Array): Certificate {
    const tail = tailOf(der.length, (at) => der[at]);
    const last = lastByTail.find(tail);
    if (last !== undefined && isEqualBytes(last.der, der)) return last;
    const certificate = parseByHash(der);
    lastByTail.set(tail, certificate);
    const text = encodeBase64(der);
    lastByText.set(textTail(text), { text, der: certificate.der });
    // Its own copy, which findDer() gives out.
    parsedFrom.set(certificate.der, certificate);
    return certificate;
  }

  function findDer(base64: string): Uint8Array | undefined {
    const last = lastByText.find(textTail(base64));
    return last?.text === base64 ? last.der : undefined;
  }

  function parseByHash(der: Uint8Array): Certificate {
    const fingerprint = hashHex('sha256', der);
    const known = certificates.find(fingerprint);
    if (known !== undefined) return known;
    const certificate = parseCertificate(der);
    certificates.set(fingerprint, certificate);
    return certificate;
  }

  function publicKey(certificate: Certificate): PublicKey | undefined {
    const known = keysOfObjects.get(certificate);
    if (known !== undefined) return known;
    const key = publicKeyByHash(certificate);
    if (key !== undefined) keysOfObjects.set(certificate, key);
    return key;
  }

  function publicKeyByHash({ key, spki }: Certificate): PublicKey | undefined {
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

  function isKnownChain(certificates: readonly Certificate[], purpose: ChainPurpose): boolean {
    const [leaf] = certificates;
    const known = leaf === undefined ? undefined : chains[purpose].get(leaf);
    return known?.length === certificates.length && known.every((certificate, i) => certificate === certificates[i]);
  }

  function keepChain(certificates: readonly Certificate[], purpose: ChainPurpose): void {
    const [leaf] = certificates;
    if (leaf !== undefined) chains[purpose].set(leaf, [...certificates]);
  }

  return { parse, findDer, publicKey, isSignedBy, isKnownChain, keepChain };
}

// Certificates end in a signature, so their last bytes differ as if by chance. Whoever makes them equal on purpose gains that
// certificates are told apart by hash: the bytes are always compared.
function tailOf(length: number, valueAt: (at: number) => number | undefined): number {
  let tail = length;
  for (let at = Math.max(0, length - tailLength); at < length; at += 1) {
    tail = (Math.imul(tail, 31) + (valueAt(at) ?? 0)) | 0;
  }
  return tail;
}

function textTail(text: string): number {
  return tailOf(text.length, (at) => text.charCodeAt(at));
}

const tailLength = 8;
