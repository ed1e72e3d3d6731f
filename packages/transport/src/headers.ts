// Header fields between our form and Node's.

import { type HeaderFields, quoteText } from '@nv2/base';
import { TransportError } from './errors.ts';
import { limits } from './limits.ts';

/** Fields that this package sets itself, or that would let a caller change the framing of a message. */
const ownFields = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Fields that have one value. Two different ones are an attempt to be read in two ways. */
const singleFields = new Set([
  'content-length',
  'content-range',
  'content-type',
  'docker-content-digest',
  'etag',
  'location',
  'oci-subject',
  'retry-after',
  'transfer-encoding',
]);

const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

/** @throws TransportError `TRANSPORT_REQUEST_INVALID` for a name or value that is none, and for framing fields */
export function toNodeHeaders(fields: HeaderFields, doing: string): Record<string, string | string[]> {
  const headers = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [key, text] of fields) {
    if (!name.test(key) || !value.test(text)) {
      throw new TransportError(
        'TRANSPORT_REQUEST_INVALID',
        `${doing}: header field ${quoteText(key, 60)} has an illegal character`,
      );
    }
    if (ownFields.has(key.toLowerCase())) {
      throw new TransportError(
        'TRANSPORT_REQUEST_INVALID',
        `${doing}: header field ${quoteText(key, 60)} is not the caller's to set`,
      );
    }
    const known = headers.get(key.toLowerCase());
    if (known === undefined) headers.set(key.toLowerCase(), { name: key, values: [text] });
    else known.values.push(text);
  }
  return Object.fromEntries(
    [...headers.values()].map(({ name, values: [first = '', ...more] }) => [
      name,
      more.length === 0 ? first : [first, ...more],
    ]),
  );
}

/**
 * Reads Node's flat list of raw names and values.
 *
 * @throws TransportError `TRANSPORT_PROTOCOL` for too many fields, or different values of a field that has one
 */
export function fromRawHeaders(raw: readonly string[], doing: string): HeaderFields {
  if (raw.length > 2 * limits.maxHeaderFields) {
    throw new TransportError(
      'TRANSPORT_PROTOCOL',
      `${doing}: the answer has more than ${limits.maxHeaderFields} header fields`,
    );
  }
  const fields: (readonly [string, string])[] = [];
  const single = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [key = '', text = ''] = [raw[i], raw[i + 1]];
    fields.push([key, text]);
    const lower = key.toLowerCase();
    if (!singleFields.has(lower)) continue;
    if ((single.get(lower) ?? text) !== text) {
      throw new TransportError('TRANSPORT_PROTOCOL', `${doing}: the answer has two different ${lower} fields`);
    }
    single.set(lower, text);
  }
  return fields;
}
