// Every bound of this package, with its reason.

export const limits = {
  /** Name lookup, TCP and TLS together. */
  connectTimeoutMs: 10_000,
  /** A registry may hash a large blob before it answers the request that closes an upload. */
  firstByteTimeoutMs: 60_000,
  /** Silence in the middle of a body. */
  idleTimeoutMs: 30_000,
  /** Who keeps below this for a whole window is not sending but holding us ("answers slowly for ever"). */
  minBytesPerSecond: 1024,
  rateWindowMs: 30_000,
  /** Registries send a few KiB of header; Node's own bound, written down. */
  maxHeaderBytes: 16 * 1024,
  maxHeaderFields: 200,
  /** A short rest of a body is read to keep the connection; a longer one costs more than a new connection. */
  maxDrainBytes: 64 * 1024,
  maxDrainMs: 1_000,
  /** Certificate authorities: the largest known bundles have a few hundred KiB. */
  maxRootsBytes: 16 * 1024 * 1024,
  maxRootFiles: 10_000,
} as const;
