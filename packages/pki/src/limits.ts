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
