// Where an upload goes on. The server's word for it is opaque, but must stay at the registry (distribution-spec, "Pushing blobs").

import { findHeader, quoteText, type TransportResponse } from '@nv2/base';
import type { RepositoryContext } from '../context.ts';
import { RegistryError } from '../errors.ts';
import { findUrl, redactUrl } from '../origin.ts';

/**
 * The upload location an answer names.
 *
 * @throws RegistryError `REGISTRY_RESPONSE_INVALID` without one, `REGISTRY_REDIRECT_REFUSED` for another host or plain HTTP
 */
export function parseLocation(context: RepositoryContext, response: TransportResponse, base: URL, doing: string): URL {
  const field = findHeader(response.headers, 'location');
  const location = field === undefined ? undefined : findUrl(field, base);
  if (field === undefined || location === undefined) {
    const found = field === undefined ? 'nothing' : quoteText(field);
    throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: expected an upload location, found ${found}`);
  }
  // URL drops the default port on both sides, so `https://host:443` and `https://host` are one origin.
  if (location.origin !== context.client.origin || location.username !== '' || location.password !== '') {
    const where = quoteText(location.host === '' ? field : redactUrl(location));
    throw new RegistryError(
      'REGISTRY_REDIRECT_REFUSED',
      `${doing}: the upload would go to ${where}, outside ${context.client.origin}`,
    );
  }
  return location;
}

/** The location that closes an upload: the server's own query stays. */
export function closingLocation(location: URL, digest: string): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

/**
 * How many bytes the server says it has. `0-0` is what servers say for an empty upload, so it counts as none.
 *
 * @returns `undefined` without a readable Range field
 */
export function findUploadedBytes(response: TransportResponse): number | undefined {
  const [, last] = /^(?:bytes=)?0-(\d{1,15})$/.exec(findHeader(response.headers, 'range')?.trim() ?? '') ?? [];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}
