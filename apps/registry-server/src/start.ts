// A registry on a socket. Until there is authentication, whoever reaches the socket may write; so it is local unless
// told otherwise.

import { isIP } from 'node:net';
import { quoteText } from '@nv2/base';
import { type ListeningServer, type ListenLimits, listen } from '@nv2/transport';
import { ServerError } from './errors.ts';
import type { RegistryOptions } from './options.ts';
import { createRegistry } from './registry.ts';

export interface StartOptions extends RegistryOptions {
  /** Default 127.0.0.1. Anything but a loopback address needs `allowAnyoneToWrite`. */
  readonly host?: string;
  /** Default 5000; 0 picks a free one. */
  readonly port?: number;
  /** Whoever reaches the address may push and delete. Default false. */
  readonly allowAnyoneToWrite?: boolean;
  readonly limits?: Partial<ListenLimits>;
}

export interface RunningRegistry extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /**
   * Finishes running requests for a bounded time, then releases socket and directory. Uploads keep their durable
   * offset.
   */
  close(): Promise<void>;
}

/**
 * Opens a registry and serves it.
 *
 * @throws ServerError `SERVER_ADDRESS_REFUSED` and those of `createRegistry`
 * @throws ListenError `LISTEN_FAILED`
 */
export async function startRegistry(options: StartOptions): Promise<RunningRegistry> {
  const { host = '127.0.0.1', port = 5000, allowAnyoneToWrite = false, limits = {} } = options;
  // J8: deny by default; opening up is something to say, not something to forget.
  if (!allowAnyoneToWrite && !isLoopback(host)) {
    throw new ServerError(
      'SERVER_ADDRESS_REFUSED',
      `listening on ${quoteText(host)}: other machines could write to this registry`,
    );
  }
  const registry = await createRegistry(options);
  let server: ListeningServer;
  try {
    server = await listen(registry.handler, { host, port, limits });
  } catch (error) {
    await registry.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await server.close();
    await registry.close();
  };
  return { host: server.host, port: server.port, close, [Symbol.asyncDispose]: close };
}

/**
 * Names count only where they cannot be made to mean another machine: `localhost` is fixed (RFC 6761), others are not.
 */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
