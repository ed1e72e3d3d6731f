// What is worth telling but no error. Text stays with whoever shows it; here are the facts.

export type ConfigEvent =
  /** TS-06: directories inside a trust store are not read. */
  | { readonly type: 'store-directory-skipped'; readonly path: string }
  /** A file with a secret that others than its owner can read; `mode` is the permission bits. */
  | { readonly type: 'secret-file-exposed'; readonly path: string; readonly mode: number }
  /** The private key was given where its public half is enough. */
  | { readonly type: 'private-key-for-verification'; readonly path: string }
  /** The chain of a key given by path was found here. */
  | { readonly type: 'chain-found'; readonly keyPath: string; readonly chainPath: string }
  /** A certificate was stored though no check can ever use it. */
  | {
      readonly type: 'unusable-certificate-added';
      readonly path: string;
      readonly rule: string;
      readonly reason: string;
    }
  /** No CRLs or OCSP answers can be kept. */
  | { readonly type: 'cache-unavailable'; readonly cache: 'crl' | 'ocsp'; readonly cause: unknown }
  /** A file among the user's revocation data is neither a CRL nor an OCSP answer. */
  | { readonly type: 'revocation-file-unusable'; readonly path: string; readonly reason: string }
  /** The old file could not be removed after an import. */
  | { readonly type: 'deprecated-policy-file-kept'; readonly path: string; readonly cause: unknown };

export type OnConfigEvent = (event: ConfigEvent) => void;
