// Joins what a time-stamp needs: a connection to the authority, and an answer to whether its chain is revoked. Loaded when
// something is signed with one.

import type { Timestamper } from '@nv2/notary';
import type { RevocationChecker } from '@nv2/pki';
import type { Io } from '../io.ts';
import { timestampTimeoutMs } from '../limits.ts';
import type { TimestampAuthority } from '../services.ts';

export interface TimestamperParts {
  readonly io: Io;
  readonly userAgent: string;
  /** Asked about the authority's chain, over the network, whatever any policy says (TSA-11). */
  readonly checkRevocation: RevocationChecker;
  /** Called at the end of the run. */
  readonly onClose: (close: () => void) => void;
}

/** The transport follows no redirects: the request goes to the address that was named, through the proxy of the environment. */
export async function openTimestamper(
  { url, root }: TimestampAuthority,
  { io, userAgent, checkRevocation, onClose }: TimestamperParts,
): Promise<Timestamper> {
  const [{ createTransport }, { createTimestamper }] = await Promise.all([
    import('@nv2/transport'),
    import('@nv2/notary'),
  ]);
  const transport = createTransport({ env: io.env });
  onClose(() => transport.close());
  return createTimestamper({
    url,
    transport,
    roots: [root],
    checkRevocation,
    timeoutMs: timestampTimeoutMs,
    userAgent,
  });
}
