/** Bounds on what a client may ask of a listening server. */
export interface ListenLimits {
  /** Request line and header fields together. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** Request target. */
  readonly maxTargetChars: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly maxConnectionsPerAddress: number;
  /** A body that delivers fewer bytes in a window of `bodyWindowMs` while the server waits for it is broken off. */
  readonly minBodyBytesPerWindow: number;
  readonly bodyWindowMs: number;
  /** A response of which the client takes nothing for this long is broken off. */
  readonly sendStallMs: number;
  /** What is read of a refused body, so that the client sees the answer and not a reset. */
  readonly maxDrainBytes: number;
  readonly drainMs: number;
  /** Requests that run longer after `close` are cut off. */
  readonly shutdownMs: number;
}

export const defaultListenLimits: ListenLimits = {
  // Tokens of cloud registries reach 10 KiB.
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  // A manifest push with 46 tags of full length fits.
  maxTargetChars: 8192,
  headersTimeoutMs: 15_000,
  // Longer than the 60 seconds of common load balancers, so that they close first.
  keepAliveTimeoutMs: 65_000,
  maxConnectionsPerAddress: 1024,
  // 256 bytes a second over half a minute. A limit on the whole request would end large uploads, which may take hours.
  minBodyBytesPerWindow: 7680,
  bodyWindowMs: 30_000,
  sendStallMs: 120_000,
  maxDrainBytes: 1024 * 1024,
  drainMs: 1000,
  shutdownMs: 10_000,
};
