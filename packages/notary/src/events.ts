// What signing and verification tell while they work. Facts are fields; words are the app's business.

import type { Descriptor } from '@nv2/oci';
import type { SignatureRecord } from './outcome.ts';

export type NotaryEvent =
  | { readonly type: 'subject-resolved'; readonly subject: Descriptor }
  | { readonly type: 'signatures-listed'; readonly count: number }
  /** A layer carries inline data that is not its content; it was ignored. */
  | { readonly type: 'inline-data-ignored'; readonly signature: Descriptor }
  | { readonly type: 'signature-judged'; readonly record: SignatureRecord }
  /** More signatures exist than are examined. */
  | { readonly type: 'limit-reached'; readonly maxSignatures: number }
  | { readonly type: 'signature-stored'; readonly signature: Descriptor };

export type NotaryEventListener = (event: NotaryEvent) => void;
