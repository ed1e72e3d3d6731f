// Where answers are kept between runs: small interfaces, so that a program may keep them anywhere or nowhere. Whatever comes
// out of a cache is checked like what comes from the network (REV-34), and goes in only after that (REV-35).

/** A CRL as it was fetched, DER. */
export interface CrlBundle {
  readonly base: Uint8Array;
  readonly delta?: Uint8Array;
}

/** Kept by the URL of the base CRL (REV-31). Each method may throw; a cache that fails is only no cache. */
export interface CrlCache {
  find(url: string): Promise<CrlBundle | undefined>;
  store(url: string, bundle: CrlBundle): Promise<void>;
  remove(url: string): Promise<void>;
}

export interface StoredOcspResponse {
  /** DER. */
  readonly response: Uint8Array;
  readonly storedAt: Date;
}

/** REV-36: ours alone; the other tools of the Notary Project keep no OCSP answers. `key` is lower-case hexadecimal. */
export interface OcspCache {
  find(key: string): Promise<StoredOcspResponse | undefined>;
  store(key: string, stored: StoredOcspResponse): Promise<void>;
  remove(key: string): Promise<void>;
}
