import type { SignatureAlgorithm } from './algorithms/algorithm.ts';
import type { Certificate } from './certificate.ts';

/** A private key wherever it lives, with the chain that goes into envelopes. */
export interface SigningKey {
  /** What the key is called in messages: a configured name or a path, never key material. */
  readonly name: string;
  /** Leaf first, root last. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly algorithm: SignatureAlgorithm;
  /** Appended to the signing agent (SIGN-11), for example `my-plugin/1.0.0`. */
  readonly agent?: string;
  /** Signs `data` (not its hash). ECDSA gives r‖s. */
  sign(data: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
}

/**
 * A private key of which only the kind is known beforehand: its certificates come with each signature, as a signing service
 * gives them (PLUG-22).
 */
export interface RemoteKey {
  /** What the key is called in messages. */
  readonly name: string;
  readonly algorithm: SignatureAlgorithm;
  /** Appended to the signing agent (SIGN-11). */
  readonly agent?: string;
  /** Signs `data` (not its hash). ECDSA gives r‖s. `chain` is DER, leaf first, as it came: nothing about it is checked. */
  signWithChain(
    data: Uint8Array,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly signature: Uint8Array; readonly chain: readonly Uint8Array[] }>;
}
