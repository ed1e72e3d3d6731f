// One of the six signature algorithms (docs/spec-map.md section 5). The leaf's key alone selects it (ALG-02).

import type { HashName, NamedCurve, SignatureScheme } from '@nv2/base';

export type AlgorithmName = 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512';

export interface SignatureAlgorithm {
  /** The JWS name, used as our own. */
  readonly name: AlgorithmName;
  /** COSE algorithm identifier. */
  readonly coseId: number;
  /** As in plugin messages, for example `RSASSA-PSS-SHA-256`. */
  readonly pluginName: string;
  /** As in plugin messages, for example `RSA-2048`. */
  readonly keySpec: string;
  readonly hash: HashName;
  /** Padding, salt length and r‖s form are spelled out, because OpenSSL's defaults accept others (OC-62). */
  readonly scheme: SignatureScheme;
  /** The only key it works with: an exact RSA modulus length in bits, or a curve. */
  readonly key: { readonly kind: 'rsa'; readonly bits: number } | { readonly kind: 'ec'; readonly curve: NamedCurve };
  /** Exact signature length in bytes. */
  readonly signatureBytes: number;
}
