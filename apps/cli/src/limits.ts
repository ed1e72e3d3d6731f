// Every bound of the command line, with its reason.

/** Files named on the command line (certificates, policies): far above any real one, far below memory. */
export const maxInputFileBytes = 4 * 1024 * 1024;

/** A signature envelope (docs/spec-map.md section 20). */
export const maxEnvelopeBytes = 32 * 1024 * 1024;

/** Bytes of a blob that are in memory at a time: enough that a read costs less than hashing what it gave. */
export const blobChunkBytes = 256 * 1024;

/** A manifest read from a file or standard input: what registries accept. */
export const maxManifestBytes = 4 * 1024 * 1024;

/** A password on standard input. */
export const maxPasswordBytes = 64 * 1024;

/** An answer to a question on standard input. */
export const maxAnswerBytes = 64 * 1024;

/** Signatures examined for one subject unless told otherwise (VER-01). */
export const defaultMaxSignatures = 100;

/** How long a command may be silent on a terminal before it says what it is doing, in milliseconds. */
export const quietMs = 1000;

/** Nodes of a graph that `tree` draws and depth to which it follows them. */
export const maxTreeNodes = 1000;
export const maxTreeDepth = 8;

/** Artifacts that are signed at the same time in one run: hides round trips, and stays polite to registries that limit rates. */
export const signingConcurrency = 4;

/** How long a time-stamp authority may take (docs/spec-map.md section 20). */
export const timestampTimeoutMs = 15_000;
