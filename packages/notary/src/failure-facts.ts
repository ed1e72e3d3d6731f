// Machine-readable reasons (VER-33): a stable code, and with it the facts a person has to learn.

import type { CertificateSummary } from './certificate-summary.ts';

/** What is compared between a payload and the artifact. */
export interface ContentFacts {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
}

export type FailureFacts =
  /** The signature does not fit its envelope or its chain; `rule` is the ID of the broken rule where there is one. */
  | { readonly code: 'altered'; readonly rule: string }
  /** The envelope or its payload cannot be parsed. */
  | { readonly code: 'malformed' }
  /** The signature manifest is not one, is too large, or its content is missing or has another digest. */
  | { readonly code: 'unreadable' }
  /** The store did not answer for this one signature. */
  | { readonly code: 'unavailable' }
  | { readonly code: 'plugin-required'; readonly plugin: string }
  | { readonly code: 'critical-attribute'; readonly attributes: readonly string[] }
  /** A trust store that the policy names is missing, empty or invalid. */
  | { readonly code: 'trust-store'; readonly store: string }
  /** There is no trust policy at all, or no statement of it applies to this repository. */
  | {
      readonly code: 'no-policy' | 'no-statement';
      readonly leaf: CertificateSummary;
      readonly root: CertificateSummary;
    }
  /** No configured certificate or key is in the chain. `stores` were consulted, for example `ca:wabbit-networks`. */
  | {
      readonly code: 'signer-unknown';
      readonly stores: readonly string[];
      readonly leaf: CertificateSummary;
      readonly root: CertificateSummary;
    }
  /** The signing-authority scheme, for which a key or certificate alone gives no trust. */
  | { readonly code: 'scheme-refused'; readonly scheme: string }
  | { readonly code: 'identity-mismatch'; readonly wanted: readonly string[]; readonly found: string }
  | { readonly code: 'expired'; readonly expiry: Date; readonly at: Date }
  | {
      readonly code: 'not-yet-valid' | 'certificate-expired';
      readonly certificate: CertificateSummary;
      /** The instant for which the chain was judged. */
      readonly at: Date;
      readonly hasTimestamp: boolean;
    }
  /** The policy demands a time-stamp and the signature has none. */
  | { readonly code: 'timestamp-required' }
  | { readonly code: 'timestamp-invalid' }
  /** A time-stamp decides and could not be judged. */
  | { readonly code: 'timestamp-unknown' }
  | { readonly code: 'revoked'; readonly certificate: CertificateSummary }
  | { readonly code: 'revocation-unknown' }
  | { readonly code: 'wrong-subject'; readonly expected: ContentFacts; readonly found: ContentFacts }
  | { readonly code: 'metadata-mismatch'; readonly missing: readonly string[] }
  /** A gate refused; `gate` says which. */
  | { readonly code: 'policy'; readonly gate: string };

/** Stable: exit codes, reports and scripts depend on these. */
export type ReasonCode = FailureFacts['code'];
