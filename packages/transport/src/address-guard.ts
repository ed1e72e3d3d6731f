// Connecting only to addresses that the request allows: judged where they are used, so that a name server that answers
// differently the second time gains nothing.

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { TransportError } from './errors.ts';

export type AllowAddress = (address: string) => boolean;

/** @throws TransportError `TRANSPORT_ADDRESS_REFUSED` for a host that is itself an address */
export function assertLiteralAllowed(host: string, allow: AllowAddress, doing: string): void {
  if (isIP(host) !== 0 && !allow(host)) throw refused(doing, host);
}

/** A name lookup whose answer has only the allowed addresses; fails with `TRANSPORT_ADDRESS_REFUSED` when none is left. */
export function guardLookup(allow: AllowAddress, doing: string, lookup?: LookupFunction): LookupFunction {
  const resolve = lookup ?? systemLookup;
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '');
      const all = typeof found === 'string' ? [toLookupAddress(found)] : found;
      const allowed = all.filter(({ address }) => allow(address));
      const [first] = allowed;
      if (first === undefined) return done(refused(doing, all.map(({ address }) => address).join(', ')), '');
      if (options.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

/** What the connection leads to in fact: also one that an earlier request opened under other rules. */
export function findRefusedPeer(socket: Socket, allow: AllowAddress, doing: string): TransportError | undefined {
  const { remoteAddress, destroyed } = socket;
  // Why there is no connection is told by the socket itself.
  if (destroyed) return undefined;
  return remoteAddress !== undefined && allow(remoteAddress) ? undefined : refused(doing, remoteAddress ?? 'nowhere');
}

function toLookupAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}

function refused(doing: string, addresses: string): TransportError {
  return new TransportError(
    'TRANSPORT_ADDRESS_REFUSED',
    `${doing}: it leads to ${addresses}, which is not allowed here`,
  );
}
