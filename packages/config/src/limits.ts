// Bounds of what this package reads, each with its reason.

export const limits = {
  /** config.json and signingkeys.json: hand-sized; thousands of keys still fit. */
  maxConfigBytes: 1024 * 1024,
  /** Docker's config.json: an `auths` entry is below 10 KiB, tokens included. */
  maxDockerConfigBytes: 4 * 1024 * 1024,
  /** One private key: RSA 4096 in PEM is 3.3 KiB; the rest is room for certificates in the same file. */
  maxKeyFileBytes: 256 * 1024,
  /** One file of certificates: a bundle of all public roots is 220 KiB. */
  maxCertificateFileBytes: 4 * 1024 * 1024,
  /** Files of one trust store. */
  maxStoreFiles: 1000,
  /** Certificates of one trust store, over all files. */
  maxStoreCertificates: 5000,
  /** A base CRL and a delta of 32 MiB each, in base64, and room for JSON. */
  maxCrlCacheFileBytes: 90 * 1024 * 1024,
  /** An OCSP answer of 20 KiB in base64, and its address. */
  maxOcspCacheFileBytes: 64 * 1024,
  /** One file of revocation data: a CRL of 32 MiB in PEM. */
  maxRevocationFileBytes: 46 * 1024 * 1024,
  /** All files of revocation data of one run together: they are held in memory. */
  maxRevocationBytes: 256 * 1024 * 1024,
  /** Files of revocation data: an answer for each certificate of hundreds of chains. */
  maxRevocationFiles: 1000,
  /** Answer of a credential helper: a token of a cloud registry is some 5 KiB. */
  maxHelperBytes: 256 * 1024,
  /** A helper may have to ask a person for a passphrase or a fingerprint. */
  helperTimeoutMs: 60_000,
} as const;
