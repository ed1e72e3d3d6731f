// The seam for revocation (docs/spec-map.md section 15.1): what is asked about a chain, and what is answered, as data.

import type { Certificate } from '../certificate.ts';
import type { ChainPurpose } from '../certificate-rules.ts';
import type { CertificateChain } from '../check-chain.ts';

export interface RevocationRequest {
  /** Has passed `checkChain` for its purpose (REV-02); the brand says so. */
  readonly chain: CertificateChain;
  readonly purpose: ChainPurpose;
  readonly at: Date;
  /** Only under the signing-authority scheme (REV-25). */
  readonly authenticSigningTime?: Date;
  /**
   * How many certificates, the leaf first, are below or at one that the user trusts; default: all. The others came with the
   * signature, where anybody can put certificates of their own above or around a trusted key. So they are asked about in
   * public places only (OC-12).
   */
  readonly vouched?: number;
  readonly signal?: AbortSignal;
}

/** Why a certificate was revoked, in the words of RFC 5280 section 5.3.1. */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise';

/** What the one that revoked a certificate says about it. */
export interface RevocationFacts {
  readonly revokedAt: Date;
  readonly reason?: RevocationReason;
}

/** What came of asking one server (REV-05). */
export interface RevocationServerResult {
  readonly method: 'ocsp' | 'crl';
  /** As the certificate names it; attacker-chosen text. */
  readonly url: string;
  readonly status: 'ok' | 'revoked' | 'unknown';
  /** Why it is not `ok`. */
  readonly reason?: string;
  /** `thisUpdate` of the answer that was judged, also of one that was too old. */
  readonly updatedAt?: Date;
  /** Where that answer came from. */
  readonly from?: 'network' | 'cache' | 'directory';
}

interface CertificateResult {
  readonly certificate: Certificate;
  /** `ocsp-then-crl`: OCSP gave no answer, and CRLs were asked (REV-04). `none`: nobody can be asked. */
  readonly method: 'ocsp' | 'crl' | 'ocsp-then-crl' | 'none';
  /** In the order in which they were asked. */
  readonly servers: readonly RevocationServerResult[];
}

/** What is known about one certificate (REV-05). `not-checkable` counts as good: the root, and who names no source. */
export type CertificateRevocation =
  | (CertificateResult & { readonly status: 'ok' | 'unknown' | 'not-checkable' })
  | (CertificateResult & { readonly status: 'revoked'; readonly facts: RevocationFacts });

/**
 * `unknown` fails the validation like `revoked`; the policy decides whether that is enforced or logged (REV-06).
 * `certificates` are those of the chain in its order, leaf first.
 */
export type RevocationOutcome =
  | { readonly status: 'passed'; readonly certificates: readonly CertificateRevocation[] }
  | {
      readonly status: 'revoked';
      readonly certificate: Certificate;
      readonly reason: string;
      readonly certificates: readonly CertificateRevocation[];
    }
  | {
      readonly status: 'unknown';
      readonly reason: string;
      readonly certificates: readonly CertificateRevocation[];
    };

/** Finds out whether a certificate of a chain is revoked. What is known already may be answered at once. */
export type RevocationChecker = (request: RevocationRequest) => RevocationOutcome | Promise<RevocationOutcome>;
