// TLS of the requests: authorities, client certificate, checks. Loaded with the first https request.

import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { TransportError } from './errors.ts';
import type { ClientCertificate, TransportOptions } from './options.ts';
import type { Environment } from './proxy-rules.ts';
import { parseCa, readRoots, tlsConfigError } from './roots.ts';

export interface TlsProfile {
  /** Connections are shared only within a profile. */
  readonly name: string;
  readonly options: tls.ConnectionOptions;
}

export interface TlsProfiles {
  find(url: URL, options: { readonly isProxied: boolean }): TlsProfile;
}

/** @throws TransportError `TRANSPORT_TLS_CONFIG` */
export async function createTlsProfiles(options: TransportOptions, env: Environment): Promise<TlsProfiles> {
  const ca = options.ca === undefined ? await readRoots(env) : parseCa(options.ca);
  const plain = contextWith(ca);
  const client = options.clientCertificate === undefined ? undefined : clientContext(ca, options.clientCertificate);
  const insecure = new Set(options.insecureSkipVerify?.map((host) => host.toLowerCase()));
  return {
    find(url, { isProxied }) {
      const isClient = client !== undefined && url.origin === client.origin;
      const isUnchecked = insecure.has(url.host) || insecure.has(url.hostname);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      return {
        name: `${isClient ? 'client' : 'plain'} ${isUnchecked ? 'unchecked' : 'checked'}`,
        options: {
          secureContext: isClient ? client.context : plain,
          rejectUnauthorized: !isUnchecked,
          // Behind a proxy Node would compare an address with the name `localhost`. Only there: from Node 24 on a
          // connection with a check of its own is not used again.
          ...(isProxied && isIP(host) !== 0
            ? { checkServerIdentity: (_: string, found: tls.PeerCertificate) => tls.checkServerIdentity(host, found) }
            : {}),
        },
      };
    },
  };
}

function clientContext(
  ca: readonly string[] | undefined,
  { origin, certificate, key, passphrase }: ClientCertificate,
): { readonly origin: string; readonly context: tls.SecureContext } {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url?.protocol !== 'https:') {
    throw new TransportError('TRANSPORT_TLS_CONFIG', 'a client certificate needs the https origin it is meant for');
  }
  const pem = {
    cert: Buffer.from(certificate),
    key: Buffer.from(key),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  return { origin: url.origin, context: contextWith(ca, pem) };
}

function contextWith(ca: readonly string[] | undefined, client: tls.SecureContextOptions = {}): tls.SecureContext {
  const what = client.cert === undefined ? 'the certificate authorities' : 'the client certificate and key';
  try {
    return tls.createSecureContext({ ...client, ...(ca === undefined ? {} : { ca: [...ca] }), minVersion: 'TLSv1.2' });
  } catch (cause) {
    throw tlsConfigError(what, cause);
  }
}
