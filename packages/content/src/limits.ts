// Bounds on graphs, each with its reason.

import { maxManifestBytes } from '@nv2/oci';

/** Nodes of one graph: an index of a hundred platforms with thousands of signatures stays far below. */
export const maxNodes = 100_000;

/** Steps from the root to a node, referrers of referrers included. Real chains are: index, image, SBoM, signature, blob. */
export const maxDepth = 32;

/** Bytes of manifests a copy keeps at the same time: 64 of the largest, or tens of thousands of ordinary ones. */
export const maxManifestBytesInFlight = 64 * maxManifestBytes;

/** Referrers of one subject that a walk or copy follows; more are an attack or a mistake. */
export const maxReferrersPerSubject = 10_000;

/** Transfers at the same time. Three fill an ordinary line and stay polite to registries that limit rates. */
export const defaultConcurrency = 3;

/** Bytes a memory store holds. It is for packing and tests; images belong into a layout. */
export const maxMemoryStoreBytes = 512 * 1024 * 1024;

/** Manifests below one index. Real ones hold a dozen; each may cost a verification. */
export const maxIndexMembers = 1000;

/** Indexes inside indexes. Real ones have one level, products of several images two. */
export const maxIndexDepth = 8;

/** An image's configuration, read for its platform only. The largest known are tens of kilobytes of history. */
export const maxImageConfigBytes = 4 * 1024 * 1024;
