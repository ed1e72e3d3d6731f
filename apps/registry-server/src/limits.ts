// Every bound of the registry, with its reason.

/**
 * Manifests up to this size live in the metadata database, so that serving one opens no file. Nearly all are below 16
 * KiB.
 */
export const maxInlineManifestBytes = 64 * 1024;

/** Memory for the bytes of manifests read last. They are immutable, so the cache is never stale. */
export const manifestCacheBytes = 64 * 1024 * 1024;

/** Indexes within indexes. Real ones need two; deeper ones only make readers walk. */
export const maxIndexDepth = 8;

/** Largest blob without an option that says otherwise: more than any layer in common use, less than a small disk. */
export const maxBlobBytes = 10 * 1024 * 1024 * 1024;

/** One request may set this many tags: 46 of full length fit a request line of 8 KiB. */
export const maxTagsPerRequest = 46;

/** Open uploads of the whole registry. Each costs a row and a file. */
export const maxOpenUploads = 10_000;

/** An upload nobody continued for this long is removed. */
export const uploadExpiryMs = 7 * 24 * 60 * 60 * 1000;

/** New uploads are refused below this much free disk space, so that metadata can still be written. */
export const minFreeBytes = 64 * 1024 * 1024;

/** Answer to a list request without `n`, and the largest `n` honoured; more follows by Link. */
export const maxPageEntries = 1000;
export const defaultCatalogEntries = 100;

/** Bytes of one referrers answer, the bound clients set for a manifest. */
export const maxReferrersBytes = 4 * 1024 * 1024;

/** Values of one `artifactType` filter. */
export const maxArtifactTypes = 16;

/** Parts of one multipart/byteranges answer; a request for more gets the whole blob. */
export const maxRanges = 16;

/** All Warning header fields of one answer together, as the specification asks. */
export const maxWarningBytes = 4096;

/** Request target: path and query. 46 tags of full length fit. */
export const maxTargetChars = 8192;

/** Bytes of a blob read from disk at a time. */
export const readChunkBytes = 256 * 1024;

/** Writes committed together at most; more would delay the first of them noticeably. */
export const maxBatchedWrites = 256;
