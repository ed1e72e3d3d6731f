// What the reference writes while it finds out about revocation; scripts look for these words.

import { describeError, isNv2Error } from '@nv2/base';
import type { ConfigEvent } from '@nv2/config';
import { type CertificateRevocation, formatName, type RevocationEvent } from '@nv2/pki';
import type { PluginEvent } from '@nv2/plugin';
import type { RegistryEvent } from '@nv2/registry-client';
import { wordOsError } from './os-error.ts';

export interface EventOutput {
  readonly warn: (message: string) => void;
  readonly debug: (message: string) => void;
}

type Event = ConfigEvent | RegistryEvent | RevocationEvent | PluginEvent;

/** A listener that returns whether the event was one of revocation. */
export function createRevocationLog({ warn, debug }: EventOutput): (event: Event) => boolean {
  let hasWarned = false;

  function discard(what: string, error: unknown): void {
    debug(`${what}: ${wordCacheError(error)}`);
    if (!hasWarned) warn("CRL cache error discarded. Enable debug log through '-d' for error details.");
    hasWarned = true;
  }

  return (event) => {
    if ('kind' in event) return false;
    switch (event.type) {
      case 'cache-unavailable':
        if (event.cache === 'crl') warn(`failed to create crl file cache: ${wordCacheError(event.cause, 'mkdir')}`);
        return true;
      case 'crl-cache-read':
        debug(`Retrieving crl bundle from file cache with key ${quote(event.url)} ...`);
        return true;
      case 'crl-cache-miss':
        debug(`CRL file cache miss. Key ${quote(event.url)} does not exist`);
        return true;
      case 'crl-cache-expired':
        debug(`CRL bundle retrieved from file cache has expired at ${goTime(event.nextUpdate)}`);
        return true;
      case 'crl-cache-read-failed':
        discard(`failed to get crl bundle from file cache with key ${quote(event.url)}`, event.error);
        return true;
      case 'crl-cache-write':
        debug(`Storing crl bundle to file cache with key ${quote(event.url)} ...`);
        return true;
      case 'crl-cache-write-failed':
        discard('failed to store crl bundle in file cache', event.error);
        return true;
      case 'ocsp-fallback-to-crl':
        debug(
          `OCSP check failed with unknown error and fallback to CRL check for certificate #${event.place + 1} in chain with subject ${quote(formatName(event.certificate.subject))}`,
        );
        return true;
      case 'revocation-no-source':
        debug(`Certificate #${event.place + 1} in chain names neither OCSP responders nor CRL distribution points`);
        return true;
      case 'revocation-certificate-checked':
        for (const line of wordServers(event.place, event.result)) debug(line);
        return true;
      default:
        return false;
    }
  };
}

const methodNames = { ocsp: 'OCSP', crl: 'CRL' } as const;

function wordServers(place: number, { certificate, status, servers }: CertificateRevocation): readonly string[] {
  const name = `Certificate #${place + 1} in chain with subject ${quote(formatName(certificate.subject))}`;
  const lines = servers.flatMap(({ method, url, status: found, reason = '' }) => {
    if (found === 'ok') return [];
    const text = found === 'revoked' ? `certificate is revoked via ${methodNames[method]}` : reason;
    return [`${name} encountered an error for revocation method ${methodNames[method]} at URL ${quote(url)}: ${text}`];
  });
  return status === 'revoked' ? [...lines, `${name} is revoked`] : lines;
}

/** `open /path: permission denied` where the system has refused. */
function wordCacheError(error: unknown, operation = 'open'): string {
  const path = isNv2Error(error) ? error.details['path'] : undefined;
  const worded = typeof path === 'string' ? wordOsError(error, operation, path) : undefined;
  return worded ?? describeError(error);
}

/** As the runtime of the reference prints a time. */
function goTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
