// Bounds on what is read from a layout, each with its reason.

/** Bytes of `index.json`: room for all its entries with annotations. */
export const maxIndexBytes = 32 * 1024 * 1024;

/** Entries of `index.json`: tags and untagged manifests of one repository. */
export const maxIndexEntries = 65_536;

/** Bytes of the file `oci-layout`, which holds one short member. */
export const maxMarkerBytes = 4096;

/** Manifests looked through for referrers and nested children. */
export const maxScannedManifests = 100_000;

/** Bytes of those manifests together; what is kept of each is never more. */
export const maxScannedBytes = 256 * 1024 * 1024;

/** Indexes inside indexes (image-spec, "Image Index"). */
export const maxIndexDepth = 8;

/** Characters of a name written into a layout. */
export const maxRefNameChars = 512;

/** Bytes read from a file at once. */
export const chunkBytes = 64 * 1024;

/** Milliseconds to wait for another writer, who needs a few for one change. */
export const lockWaitMs = 10_000;

/** Milliseconds between two looks at the lock. */
export const lockPollMs = 5;
