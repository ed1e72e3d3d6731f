// Every bound of this package, with its reason.

/** A payload is one descriptor; what would not fit into a manifest has no business in a payload. */
export const maxPayloadBytes = 4 * 1024 * 1024;

/** A payload is an object in an object in an object. */
export const maxPayloadDepth = 16;

/** Inline envelopes stay small, so that a manifest remains a manifest. */
export const maxInlineEnvelopeBytes = 32 * 1024;

/** Signatures examined per artifact unless the caller says otherwise (OC-51). */
export const defaultMaxSignatures = 100;

/** Entries read from a listing before it counts as endless. A hundred times what is examined; ~10 MB of descriptors. */
export const maxListedReferrers = 10_000;

/** Other referrers reported when there is no signature: enough to recognise the situation. */
export const maxReportedReferrers = 20;

/** Signatures fetched at the same time: hides round trips without looking like an attack to a registry. */
export const defaultConcurrency = 4;

/** Larger envelopes are not fetched ahead of their turn, which bounds memory at a few of these plus one whole envelope. */
export const maxPrefetchedEnvelopeBytes = 1024 * 1024;

/** A thumbprint annotation that can help: sixteen hashes with punctuation, and room to spare. */
export const maxThumbprintChars = 4096;

/** Distinguished names kept in outcomes; longer ones are cut for display, the fingerprint stays exact. */
export const maxNameChars = 512;

/** Annotations and other foreign texts in reasons. */
export const maxReasonChars = 160;

/** Critical attributes named in an outcome. */
export const maxReportedAttributes = 5;

/** Times must be writable as RFC 3339, whose years have four digits. */
export const latestTime = new Date('9999-12-31T23:59:59Z');

/** An expiry is the signing time plus whole seconds; a service may round the two apart. */
export const expirySlackMs = 1000;
