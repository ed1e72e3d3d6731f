// Every bound of this package, with its reason. A registry is hostile in every code path (OC-51, OC-56).

export const limits = {
  /** Manifests and listings: what registries must accept at least, and what every client reads at most. */
  maxManifestBytes: 4 * 1024 * 1024,
  /** One page of tags or referrers. */
  maxPageBytes: 4 * 1024 * 1024,
  /** An endless chain of pages must end; a thousand referrers fit in a few pages of every known server. */
  maxReferrerPages: 64,
  /** All pages of one referrers listing together. */
  maxReferrerBytes: 32 * 1024 * 1024,
  /** Tags are sorted in memory; a hundred thousand short strings are a few megabytes. */
  maxTags: 100_000,
  maxTagPages: 1_000,
  /** Tokens are a few KiB; 128 KiB is what other clients allow. */
  maxTokenResponseBytes: 128 * 1024,
  /** A token travels in one header field, and servers refuse more than this. */
  maxTokenChars: 64 * 1024,
  /** Enough of an error body to show its first messages. */
  maxErrorBytes: 16 * 1024,
  maxErrorMessages: 5,
  /** WWW-Authenticate and Link are short; a longer one is no registry's. */
  maxFieldChars: 16 * 1024,
  maxChallenges: 8,
  /** Registry, then storage, then its mirror: real chains have one or two hops. */
  maxRedirects: 5,
  /** After the first try. */
  maxRetries: 5,
  minRetryDelayMs: 200,
  maxRetryDelayMs: 3_000,
  /** A server that asks for a longer pause is reported, not waited for. */
  maxRetryAfterMs: 30_000,
  /** Tokens without `expires_in` live this long (Docker token specification). */
  defaultTokenSeconds: 60,
  /** A token is not used in its last seconds: it could expire on the way. */
  tokenMarginSeconds: 10,
  /** Distinct sets of scopes remembered for one registry. */
  maxTokens: 64,
  /** Warnings shown for one registry, and bytes of all Warning fields of one answer (distribution-spec). */
  maxWarnings: 32,
  maxWarningBytes: 4096,
  /** Broken downloads continued by Range before giving up. */
  maxBlobResumes: 5,
  /** Larger blobs go up in chunks, so that a broken connection costs one chunk and not all. */
  uploadChunkThresholdBytes: 64 * 1024 * 1024,
  uploadChunkBytes: 32 * 1024 * 1024,
  /** A server may ask for a larger chunk (OCI-Chunk-Min-Length); chunks are streamed, so this bounds only waste. */
  maxUploadChunkBytes: 512 * 1024 * 1024,
  /** Continuations of one upload after failures. */
  maxUploadResumes: 5,
  /** Uploads begun again from the first byte because the server lost the session. */
  maxUploadRestarts: 2,
  /** Upload sessions kept from refused mounts, for the upload that follows. */
  maxPendingUploads: 64,
  /** Rewrites of one referrers tag before admitting that other writers are faster. */
  maxReferrersTagAttempts: 16,
  /** Shortest pause before looking whether an entry still stands; it grows with the measured latency. */
  minReferrersPauseMs: 25,
  maxReferrersPauseMs: 2_000,
} as const;
