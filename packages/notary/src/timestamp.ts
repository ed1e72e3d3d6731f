// The seam for time-stamp countersignatures (docs/spec-map.md section 11). What decides is whether a token must be judged
// (checks/authentic-timestamp.ts); judging it is the business of a TimestampChecker.

import type { CertificateChain } from '@nv2/pki';

export type TimestampOutcome =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'unknown'; readonly reason: string };

/** Judges a token over `signature` for a chain, with the certificates of the policy's `tsa` stores as roots. */
export type TimestampChecker = (request: {
  readonly token: Uint8Array;
  readonly signature: Uint8Array;
  readonly chain: CertificateChain;
  readonly at: Date;
  readonly signal?: AbortSignal;
}) => Promise<TimestampOutcome>;

/** Judges nothing: whoever demands a time-stamp learns that it could not be established. */
export const unavailableTimestampChecker: TimestampChecker = () =>
  Promise.resolve({ status: 'unknown', reason: 'time-stamp verification not available' });
