// The seams for time-stamp countersignatures (docs/spec-map.md section 11). When a token must be judged is decided in
// checks/authentic-timestamp.ts; judging it, and obtaining one, is pki's.

import type { HashName } from '@nv2/base';
import {
  type Certificate,
  type CertificateCache,
  type CertificateChain,
  checkTimestamp,
  type RevocationChecker,
  requestTimestamp,
  type RequestTimestampOptions,
  type Timestamp,
  type TimestampResult,
} from '@nv2/pki';
import { type CertificateSummary, summarizeChain } from './certificate-summary.ts';

/** Judges a token over `signature` for the chain that made it. */
export type TimestampChecker = (request: {
  readonly token: Uint8Array;
  readonly signature: Uint8Array;
  readonly chain: CertificateChain;
  /** The certificates of the policy's `tsa` stores; never empty (TSA-35). */
  readonly roots: readonly Certificate[];
  readonly at: Date;
  /** Of this verification; asked about the authority's chain whatever the policy says (TSA-28). */
  readonly checkRevocation: RevocationChecker;
  readonly signal?: AbortSignal;
}) => Promise<TimestampResult>;

/** The checker that a verification uses unless it is given another one. */
export function createTimestampChecker(options: { readonly cache: CertificateCache }): TimestampChecker {
  return ({ signature, chain, ...request }) =>
    checkTimestamp({ ...request, data: signature, signingChain: chain, cache: options.cache });
}

/** Obtains a token over signature bytes, hashed as the signing key hashes (TSA-02, TSA-03). */
export type Timestamper = (
  signature: Uint8Array,
  options: { readonly hash: HashName; readonly at: Date; readonly signal?: AbortSignal },
) => Promise<Uint8Array>;

/** A time-stamper that asks an authority over HTTP and verifies what it answers (TSA-05 to TSA-12). */
export function createTimestamper(authority: Omit<RequestTimestampOptions, 'hash' | 'at' | 'signal'>): Timestamper {
  return async (signature, options) => (await requestTimestamp(signature, { ...authority, ...options })).token;
}

/** A range of time that a trusted authority vouches for: the signature existed at its end. */
export interface ProvenTime {
  readonly earliest: Date;
  readonly latest: Date;
  /** The authority's policy, as an object identifier. */
  readonly policy: string;
  /** Of the authority: signer first, trusted root last. */
  readonly authority: readonly [CertificateSummary, ...CertificateSummary[]];
}

export function toProvenTime({ earliest, latest, policy, chain }: Timestamp): ProvenTime {
  return { earliest, latest, policy, authority: summarizeChain(chain) };
}
