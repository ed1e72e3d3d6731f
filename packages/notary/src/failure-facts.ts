// Machine-readable reasons (VER-33): a stable code, and with it the facts a person has to learn.

import type { CertificateSummary } from './certificate-summary.ts';
import type { ProvenTime } from './timestamp.ts';

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
  /** A verification plugin that the signer demands is not here, or its name is none. */
  | { readonly code: 'plugin-required'; readonly plugin: string }
  /** It states no semantic version, or cannot verify. */
  | { readonly code: 'plugin-unsuited'; readonly plugin: string; readonly version: string }
  | {
      readonly code: 'plugin-outdated';
      readonly plugin: string;
      readonly version: string;
      /** At least. */
      readonly wanted: string;
    }
  /** It could not be run, or gave no answer of the protocol. */
  | { readonly code: 'plugin-failed'; readonly plugin: string }
  /** It was not run, because the signer who demands it is not trusted. */
  | { readonly code: 'plugin-withheld'; readonly plugin: string }
  /** It speaks against the signer, or against a certificate; `said` is its reason, quoted. */
  | { readonly code: 'plugin-identity' | 'plugin-revocation'; readonly plugin: string; readonly said: string }
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
  /** The policy demands a time-stamp and the signature has none; `outside` is a certificate that is not valid now. */
  | { readonly code: 'timestamp-required'; readonly outside?: CertificateSummary }
  /** `rule` is broken. `timestamp` is there where the token is genuine, but its time or its authority does not count. */
  | { readonly code: 'timestamp-invalid'; readonly rule: string; readonly timestamp?: ProvenTime }
  /** A time-stamp decides, and nobody could say whether its authority is revoked. */
  | { readonly code: 'timestamp-unknown'; readonly timestamp: ProvenTime }
  | {
      readonly code: 'revoked';
      readonly certificate: CertificateSummary;
      readonly revokedAt?: Date;
      /** In the words of RFC 5280: `keyCompromise`. */
      readonly because?: string;
    }
  /** `certificate` is the one about which nobody could say anything; absent where nobody was asked. */
  | { readonly code: 'revocation-unknown'; readonly certificate?: CertificateSummary }
  | { readonly code: 'wrong-subject'; readonly expected: ContentFacts; readonly found: ContentFacts }
  | { readonly code: 'metadata-mismatch'; readonly missing: readonly string[] }
  /** A gate refused; `gate` says which. */
  | { readonly code: 'policy'; readonly gate: string };

/** Stable: exit codes, reports and scripts depend on these. */
export type ReasonCode = FailureFacts['code'];
