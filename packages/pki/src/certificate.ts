// An X.509 certificate as data (RFC 5280 section 4). Parsed once, strictly, by parse-certificate.ts.

import type { PublicKeyData } from '@nv2/base';
import type { AlgorithmId } from './algorithm-id.ts';
import type { DistinguishedName } from './distinguished-name.ts';

/** The key of a certificate. `other` is every key that cannot sign or verify here (Ed25519, P-224, RSA-PSS-restricted …). */
export type SubjectKey =
  | (PublicKeyData & { readonly bits: number })
  | { readonly kind: 'other'; readonly algorithmOid: string };

export interface BasicConstraints {
  readonly isCritical: boolean;
  readonly isCa: boolean;
  readonly pathLength?: number;
}

export type KeyUsageName =
  | 'digitalSignature'
  | 'contentCommitment'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export interface KeyUsage {
  readonly isCritical: boolean;
  readonly usages: ReadonlySet<KeyUsageName>;
}

export interface ExtendedKeyUsage {
  readonly isCritical: boolean;
  /** Dotted OIDs in order. */
  readonly oids: readonly string[];
}

export interface CertificateExtension {
  readonly oid: string;
  readonly isCritical: boolean;
  /** Content of the OCTET STRING. */
  readonly value: Uint8Array;
}

/** URLs as written in a certificate, in order; attacker-chosen until the certificate is trusted. */
export interface RevocationSources {
  readonly ocsp: readonly string[];
  readonly crl: readonly string[];
}

export interface Certificate {
  /** The exact bytes; two certificates are equal exactly when these are. */
  readonly der: Uint8Array;
  /** Lower-case hexadecimal SHA-256 of `der`. */
  readonly fingerprint: string;
  /** The signed part, as found. */
  readonly tbs: Uint8Array;
  readonly version: number;
  /** Content octets of the INTEGER, lower-case hexadecimal. */
  readonly serialNumber: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The SubjectPublicKeyInfo, as found. */
  readonly spki: Uint8Array;
  readonly key: SubjectKey;
  readonly signatureAlgorithm: AlgorithmId;
  readonly signature: Uint8Array;
  readonly basicConstraints?: BasicConstraints;
  readonly keyUsage?: KeyUsage;
  readonly extendedKeyUsage?: ExtendedKeyUsage;
  /** Named by the authorityInfoAccess and cRLDistributionPoints extensions; empty lists without them. */
  readonly revocationSources: RevocationSources;
  /** Every extension in order, the three above included. */
  readonly extensions: readonly CertificateExtension[];
}
