// Reports every exchange, with secrets removed, and the Warning fields of answers.

import { findHeaders, type HeaderFields, plainText, type Transport } from '@nv2/base';
import type { RegistryEventListener } from '../events.ts';
import { limits } from '../limits.ts';
import { findUrl, redactUrl } from '../origin.ts';

const secretFields = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/** Wraps a transport so that `onEvent` hears of each request and each response head. */
export function traceTransport(transport: Transport, onEvent: RegistryEventListener | undefined): Transport {
  if (onEvent === undefined) return transport;
  let count = 0;
  return async (request) => {
    const id = ++count;
    const { method } = request;
    const base = new URL(request.url);
    const url = redactUrl(base);
    onEvent({ kind: 'request', id, method, url, headers: redactFields(request.headers, base) });
    const response = await transport(request);
    onEvent({
      kind: 'response',
      id,
      method,
      url,
      status: response.status,
      headers: redactFields(response.headers, base),
    });
    return response;
  };
}

/** Header fields for people: credentials and cookies hidden, URLs without presigned queries. */
export function redactFields(fields: HeaderFields, base: URL): HeaderFields {
  return fields.map(([name, value]) => {
    const key = name.toLowerCase();
    if (secretFields.has(key)) return [name, '*****'];
    if (key !== 'location') return [name, plainText(value, 1000)];
    const url = findUrl(value, base);
    return [name, url === undefined ? '*****' : redactUrl(url)];
  });
}

const warning = /^299 \S+ "((?:[^"\\]|\\.)*)"/;

/** The texts of `Warning: 299 - "…"` fields (distribution-spec, "Warnings"); everything else is passed over. */
export function findWarnings(fields: HeaderFields): readonly string[] {
  const values = findHeaders(fields, 'warning');
  if (values.reduce((sum, value) => sum + value.length, 0) > limits.maxWarningBytes) return [];
  return values.flatMap((value) => {
    const [, text] = warning.exec(value) ?? [];
    return text === undefined ? [] : [plainText(text.replace(/\\(.)/g, '$1'), 500)];
  });
}
