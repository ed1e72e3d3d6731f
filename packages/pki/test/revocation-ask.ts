// Asking about the chain of a small authority, for the tests of revocation.

import {
  createRevocationChecker,
  type RevocationCheckerOptions,
  type RevocationEvent,
  type RevocationOutcome,
} from '@nv2/pki';
import type { RevocationWorld } from '@nv2/testing';

export interface Asked {
  readonly outcome: RevocationOutcome;
  readonly events: readonly RevocationEvent[];
  /** Of the certificate at a place. */
  readonly status: (place: number) => string | undefined;
  /** Everything that was said about why. */
  readonly reasons: string;
}

export interface AskOptions extends RevocationCheckerOptions {
  readonly at?: Date;
  /** Without any connection. */
  readonly isOffline?: true;
  readonly authenticSigningTime?: Date;
}

export async function askAbout(world: RevocationWorld, options: AskOptions = {}): Promise<Asked> {
  const events: RevocationEvent[] = [];
  const { at = world.at, authenticSigningTime, isOffline, ...rest } = options;
  const check = createRevocationChecker({
    ...(isOffline === true ? {} : { transport: world.transport }),
    // A busy machine must not make an answer late; who wants to see one late says so.
    ocspTimeoutMs: 30_000,
    crlTimeoutMs: 30_000,
    onEvent: (event) => void events.push(event),
    ...rest,
  });
  const outcome = await check({
    chain: world.chain,
    purpose: 'code-signing',
    at,
    ...(authenticSigningTime === undefined ? {} : { authenticSigningTime }),
  });
  const reasons = outcome.certificates
    .flatMap(({ servers }) => servers.map(({ reason }) => reason))
    .filter((reason) => reason !== undefined)
    .join('\n');
  return { outcome, events, status: (place) => outcome.certificates[place]?.status, reasons };
}
