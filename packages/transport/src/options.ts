// What a program may choose about its connections.

import type { LookupFunction } from 'node:net';
import type { Environment } from './proxy-rules.ts';
import type { Timeouts } from './watchdog.ts';

export interface ClientCertificate {
  /** The one origin that gets to see it, for example `https://registry.example.com`. */
  readonly origin: string;
  /** PEM: the certificate, then its intermediates. */
  readonly certificate: Uint8Array;
  /** PEM. */
  readonly key: Uint8Array;
  readonly passphrase?: string;
}

export interface TransportOptions extends Partial<Timeouts> {
  /** PEM certificates of the authorities to trust, and no others. Default: those of the system, as Go programs see them. */
  readonly ca?: Uint8Array;
  readonly clientCertificate?: ClientCertificate;
  /** Hosts (`host` or `host:port`) whose certificates are not checked. Anybody on the way can then read and change everything. */
  readonly insecureSkipVerify?: readonly string[];
  /** Proxy variables and SSL_CERT_FILE, SSL_CERT_DIR, NODE_EXTRA_CA_CERTS. Default: none set. */
  readonly env?: Environment;
  /** Finds the addresses of a host name. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}
