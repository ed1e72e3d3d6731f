// Bounds on what is read from manifests, each with its reason.

/** Bytes of one manifest or index: what every registry accepts at least (distribution-spec, "Pushing manifests"). */
export const maxManifestBytes = 4 * 1024 * 1024;

/** Nesting of arrays and objects in a manifest. Real ones need six levels; the rest is room for unknown members. */
export const maxManifestDepth = 64;

/** Config and layers (or blobs) of one manifest. Container engines stop at 127 layers, artifacts may have more files. */
export const maxManifestItems = 4096;

/** Entries of one index. Referrers listings kept under a tag are indexes too, so the bound is generous. */
export const maxIndexItems = 65_536;

/** Bytes of inline `data` that are used. More would make every listing that repeats the descriptor heavy. */
export const maxInlineBytes = 32 * 1024;

/** Characters of a media or artifact type: 127 on either side of the slash (RFC 6838 section 4.2). */
export const maxMediaTypeChars = 255;
