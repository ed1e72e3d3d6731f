// Tags of a repository (distribution-spec end-8).

import { parseArray, parseJson, parseObject, parseString } from '@nv2/base';
import type { FetchOptions } from '@nv2/content';
import { isTag } from '@nv2/oci';
import { repositoryScope } from './auth/scopes.ts';
import { type RepositoryContext, repositoryPath } from './context.ts';
import { RegistryError } from './errors.ts';
import { readBounded, responseError } from './http/failure.ts';
import { findNextPage } from './http/link.ts';
import { limits } from './limits.ts';

/**
 * All tags in byte order, each once, whatever order the server has; an unknown repository has none.
 *
 * @throws RegistryError `REGISTRY_LIMIT` beyond 100000 tags or 1000 pages, `REGISTRY_RESPONSE_INVALID`
 */
export async function* listTags(context: RepositoryContext, options: FetchOptions = {}): AsyncGenerator<string> {
  const tags = new Set<string>();
  const doing = `listing tags of ${context.name}`;
  let page: URL | undefined = new URL(repositoryPath(context, 'tags/list?n=1000'), context.client.origin);
  const visited = new Set<string>();
  while (page !== undefined) {
    if (visited.has(page.href))
      throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the pages go in a circle`);
    visited.add(page.href);
    const { found, next } = await fetchPage(context, page, doing, options);
    for (const tag of found) tags.add(tag);
    if (tags.size > limits.maxTags)
      throw new RegistryError('REGISTRY_LIMIT', `${doing}: more than ${limits.maxTags} tags`);
    if (visited.size === limits.maxTagPages && next !== undefined) {
      throw new RegistryError('REGISTRY_LIMIT', `${doing}: more than ${limits.maxTagPages} pages`);
    }
    page = next;
  }
  // Tags are ASCII, where the default order of strings is byte order.
  yield* [...tags].toSorted();
}

async function fetchPage(
  context: RepositoryContext,
  page: URL,
  doing: string,
  { signal }: FetchOptions,
): Promise<{ readonly found: readonly string[]; readonly next: URL | undefined }> {
  const response = await context.client.send({
    method: 'GET',
    target: page,
    headers: [['Accept', 'application/json']],
    scopes: [repositoryScope(context.repository, 'pull')],
    doing,
    signal,
  });
  if (response.status === 404) {
    response.discard();
    return { found: [], next: undefined };
  }
  if (response.status !== 200) throw await responseError(response, doing);
  const bytes = await readBounded(response, limits.maxPageBytes, doing);
  return { found: parsePage(bytes, doing), next: findNextPage(response, page, doing) };
}

function parsePage(bytes: Uint8Array, doing: string): readonly string[] {
  try {
    const { tags } = { ...parseObject(parseJson(bytes, { maxBytes: limits.maxPageBytes, maxDepth: 8 }), '$') };
    // Older servers say `null` for an empty list.
    const items = tags === null ? [] : parseArray(tags, '$.tags');
    return items.map((item, index) => parseString(item, `$.tags[${index}]`)).filter(isTag);
  } catch (cause) {
    throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the answer is no list of tags`, { cause });
  }
}
