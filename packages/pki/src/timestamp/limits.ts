// Every bound of time-stamping, with its reason. Those of certificates are in ../limits.ts.

/** Bytes of a token, and one more than those of a response (docs/spec-map.md section 20). Real ones have 4 to 12 KiB. */
export const maxTokenBytes = 1024 * 1024;

/** Elements of a token that is converted from BER: one with five certificates has under a thousand. */
export const maxBerElements = 65_536;

/** Levels of nesting in BER, as for DER. */
export const maxBerDepth = 32;

/** Certificates that travel in a token: a chain as long as we accept. */
export const maxTokenCertificates = 16;

/** SignerInfos that are read. One counts; the others are read so that their number can be reported. */
export const maxSigners = 8;

/** Signed attributes; real tokens have four to six. */
export const maxSignedAttributes = 32;

/** Hash algorithms that a token announces; there are three that we know. */
export const maxDigestAlgorithms = 8;

/** Extensions of a TSTInfo; none is in common use. */
export const maxTstExtensions = 16;

/** Steps while looking for a path from the signer to a root: certificates of one name can be combined in many ways. */
export const maxPathSteps = 256;

/** What an authority writes beside a refusal, shown to people. */
export const maxStatusTexts = 4;
export const maxStatusTextChars = 160;

/** How long an authority may take (docs/spec-map.md section 20); the command line allows more. */
export const defaultTimestampTimeoutMs = 5000;

/** Octets of a nonce: 160 bits, of which the first stays zero so that the number is below 2^159. */
export const nonceBytes = 20;
