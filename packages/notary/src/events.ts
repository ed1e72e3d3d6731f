// What signing and verification tell while they work. Facts are fields; words are the app's business.

import type { Descriptor } from '@nv2/oci';
import type { CheckName, CheckResult, SignatureRecord } from './outcome.ts';

export type NotaryEvent =
  | { readonly type: 'subject-resolved'; readonly subject: Descriptor }
  | { readonly type: 'signatures-listed'; readonly count: number }
  /** A layer carries inline data that is not its content; it was ignored. */
  | { readonly type: 'inline-data-ignored'; readonly signature: Descriptor }
  /** An envelope is about to be judged. `signature` is its manifest; absent for one that the caller handed in. */
  | { readonly type: 'signature-opened'; readonly mediaType: string; readonly signature?: Descriptor }
  /** What the policy skips is not started. */
  | { readonly type: 'check-started'; readonly check: CheckName }
  /** Within authenticity: an anchor was found, and the signer's name is about to be compared. */
  | { readonly type: 'identity-compared' }
  /** Within authenticTimestamp: whether the token decides (TSA-30), or why it does not. */
  | { readonly type: 'timestamp-considered'; readonly decision: TimestampDecision }
  | { readonly type: 'check-finished'; readonly result: CheckResult }
  | { readonly type: 'signature-judged'; readonly record: SignatureRecord }
  /** More signatures exist than are examined. */
  | { readonly type: 'limit-reached'; readonly maxSignatures: number }
  | { readonly type: 'signature-stored'; readonly signature: Descriptor };

/**
 * Whether a time-stamp decides: under notary.x509, where the statement names a `tsa` store and wants tokens judged always, or a
 * certificate has expired (TSA-30, TSA-34).
 */
export type TimestampDecision = 'token-decides' | 'authority-decides' | 'no-store' | 'certificates-valid';

export type NotaryEventListener = (event: NotaryEvent) => void;
