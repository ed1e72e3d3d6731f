// Every bound on what an envelope may hold, and why.

/** As the reference tool (docs/spec-map.md section 20). A registry may offer anything; nobody signs this much. */
export const maxEnvelopeBytes = 32 * 1024 * 1024;

/** Real protected headers stay under 1 KiB; this leaves room for plugins' attributes. */
export const maxProtectedBytes = 64 * 1024;

/** Payload, certificates and a token are strings or byte strings, so even a rich envelope has few values. */
export const maxValues = 10_000;

/** Envelopes need 4 levels; the reference's CBOR library stops at 32. */
export const maxDepth = 32;

/** Real chains have 1 to 4 certificates; every further one costs a signature verification. */
export const maxChainLength = 16;

/** Certificates with many names reach 10 KiB. */
export const maxCertificateBytes = 64 * 1024;

/** Tokens with their chain are 5 to 10 KiB; the bound is that of a TSA's answer (docs/spec-map.md section 20). */
export const maxTimestampBytes = 1024 * 1024;

/** Free text for people. Anything longer is cut away as if it were absent. */
export const maxSigningAgentChars = 1024;
