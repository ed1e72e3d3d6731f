// The `Link: <…>; rel="next"` field of paged answers (RFC 8288, the part registries use).

import { findHeaders, quoteText, type TransportResponse } from '@nv2/base';
import { RegistryError } from '../errors.ts';
import { limits } from '../limits.ts';
import { findUrl, redactUrl } from '../origin.ts';

const link = /<([^<>]*)>((?:\s*;\s*[A-Za-z*]+\s*=\s*(?:"[^"]*"|[^\s",;<>]+))*)\s*(?:,|$)/g;
const nextRelation = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)/i;

/**
 * The next page, which must lie at the registry that served this one.
 *
 * @throws RegistryError `REGISTRY_RESPONSE_INVALID`, `REGISTRY_REDIRECT_REFUSED`
 */
export function findNextPage(response: TransportResponse, page: URL, doing: string): URL | undefined {
  const fields = findHeaders(response.headers, 'link').join(', ');
  if (fields.length > limits.maxFieldChars) {
    throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the Link field has ${fields.length} characters`);
  }
  for (const [, target = '', parameters = ''] of fields.matchAll(link)) {
    if (!nextRelation.test(parameters)) continue;
    const next = findUrl(target, page);
    if (next === undefined) {
      throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the next page is no URL: ${quoteText(target)}`);
    }
    if (next.origin !== page.origin) {
      const where = quoteText(redactUrl(next));
      throw new RegistryError('REGISTRY_REDIRECT_REFUSED', `${doing}: the next page is at another host: ${where}`);
    }
    return next;
  }
  return undefined;
}
