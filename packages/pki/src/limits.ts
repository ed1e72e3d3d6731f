// Every bound of this package, with its reason.

/** Bytes of one certificate. Real ones have 1 to 8 KiB; the most crowded subject alternative names stay under 64. */
export const maxCertificateBytes = 64 * 1024;

/** Bytes of a certificate file: a bundle of all public roots has a few hundred KiB. */
export const maxCertificateFileBytes = 4 * 1024 * 1024;

/** Certificates in a chain (docs/spec-map.md section 20 recommends 10 to 16); real ones have two to five. */
export const maxChainLength = 16;

/** Bits of an RSA modulus that we are willing to compute with; cost grows with the cube, and nobody certifies more. */
export const maxRsaBits = 8192;

/** Attributes of one name, extensions, purposes and revocation addresses of one certificate. Real ones have at most a dozen of each; 64 KiB have room for thousands, which cost twenty times their bytes once parsed. */
export const maxListedItems = 64;

/** Entries of each part of a certificate cache: about 10 MiB of real certificates, and at worst 64 KiB each. */
export const defaultCacheEntries = 1024;

/** Bytes of an OCSP response (docs/spec-map.md section 20). Real ones have half a KiB to 5 KiB. */
export const maxOcspResponseBytes = 20_480;

/** Bytes of a CRL: below 32 MiB (REV-20), where every other limit says "up to". */
export const maxCrlBytes = 32 * 1024 * 1024 - 1;

/** Time for one OCSP server, redirects and body included (REV-09). */
export const defaultOcspTimeoutMs = 2_000;

/** Time for one CRL (REV-09). */
export const defaultCrlTimeoutMs = 5_000;

/** Redirects after one request: a responder that moved, behind a host that moved, and room for both again. */
export const maxRedirects = 5;

/** Servers of one method that a certificate may send us to: each costs a time-out. Real certificates name one or two. */
export const maxServersAsked = 8;

/** How far the clock of a responder may be ahead of ours. */
export const maxClockSkewMs = 5 * 60 * 1000;

/**
 * How long a good OCSP answer is used again without asking, however long it is valid: responders state days, and a
 * revocation should be noticed sooner.
 */
export const maxOcspReuseMs = 60 * 60 * 1000;

/** Entries for one serial number in one CRL: there is one, and a second after a mistake. */
export const maxCrlEntriesForOne = 64;

/** Bytes of CRLs that a checker keeps in memory: a few ordinary ones, or the two largest. */
export const maxRememberedCrlBytes = 64 * 1024 * 1024;
