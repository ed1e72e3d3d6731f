// X.501 names: as they are in a certificate (for equality), and as attributes (for identities and for people).

export interface NameAttribute {
  readonly oid: string;
  /** Decoded characters; `undefined` when the value is not a known string type. */
  readonly value: string | undefined;
}

export interface DistinguishedName {
  /** The whole Name, as found: issuer and subject match exactly when these bytes do (CERT-02). */
  readonly der: Uint8Array;
  /** RDNs in encoding order, each with one or more attributes. */
  readonly rdns: readonly (readonly NameAttribute[])[];
}
