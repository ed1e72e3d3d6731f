// What `--debug` says about each request, without what would let a reader of the log in.

import type { RegistryEvent } from '@nv2/registry-client';

/** One half of an exchange with a registry. */
export type Exchange = Extract<RegistryEvent, { readonly kind: 'request' | 'response' }>;

/** Parameters whose values are no secrets: those of the distribution specification and of token requests. */
const openParameters = new Set([
  'service',
  'scope',
  'client_id',
  'n',
  'last',
  'digest',
  'mount',
  'from',
  'artifactType',
  'tag',
]);

const hidden = '*****';

/** The URL with user information and every value that may be a secret replaced: signed addresses of storage carry some. */
export function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return text.replace(/\?.*$/s, `?${hidden}`);
  const url = new URL(text);
  const query = [...url.searchParams].map(([name, value]) => {
    return `${encodeURIComponent(name)}=${openParameters.has(name) ? value : hidden}`;
  });
  return `${url.origin}${url.pathname}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

const secretFields = /^(?:authorization|proxy-authorization|cookie|set-cookie|authentication-info)$/i;

/** A header's value as it may be shown. */
export function headerText(name: string, value: string): string {
  if (secretFields.test(name)) return hidden;
  return /^(?:location|link|referer)$/i.test(name) ? value.replaceAll(/\?[^>\s]*/g, `?${hidden}`) : value;
}

/** One line for each half: method, URL; status and time. */
export function createTrace(say: (line: string) => void, now: () => Date): (exchange: Exchange) => void {
  const started = new Map<number, number>();
  return (exchange) => {
    const { id, method, url } = exchange;
    if (exchange.kind === 'request') {
      started.set(id, now().getTime());
      return say(`request ${id}: ${method} ${withoutSecrets(url)}`);
    }
    const ms = now().getTime() - (started.get(id) ?? now().getTime());
    started.delete(id);
    return say(`response ${id}: ${exchange.status} in ${ms} ms`);
  };
}
