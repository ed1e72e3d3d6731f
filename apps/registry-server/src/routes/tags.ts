// Tag lists and the catalog (A11, A18): pages by key over an index, so that concurrent writes shift nothing (H4).

import type { TransportResponse } from '@nv2/base';
import { jsonAnswer } from '../http/answer.ts';
import { nextLink } from '../http/paging.ts';
import { findParameter, type Query } from '../http/target.ts';
import { defaultCatalogEntries, maxPageEntries } from '../limits.ts';
import { getRepository, parsePageSize } from './arguments.ts';
import type { Route, RouteContext } from './route.ts';

export const tags: Route = { name: 'tags', path: '/v2/*/tags/list', methods: { GET: listTags } };

export const catalog: Route = { name: 'catalog', path: '/v2/_catalog', methods: { GET: listRepositories } };

function listTags(context: RouteContext): TransportResponse {
  const repository = getRepository(context);
  const { manifests } = context.services.metadata;
  const list = (after: string, limit: number): readonly string[] => manifests.listTags(repository, after, limit);
  const page = readPage(context.query, maxPageEntries, list);
  const path = `/v2/${context.repository}/tags/list`;
  return jsonAnswer(
    200,
    { name: context.repository, tags: page.entries },
    page.next === undefined ? [] : nextLink(path, page.next),
  );
}

function listRepositories({ services, query }: RouteContext): TransportResponse {
  const page = readPage(query, defaultCatalogEntries, services.metadata.repositories.list);
  return jsonAnswer(
    200,
    { repositories: page.entries },
    page.next === undefined ? [] : nextLink('/v2/_catalog', page.next),
  );
}

interface Page {
  readonly entries: readonly string[];
  /** Parameters of the next page; absent at the end. */
  readonly next?: readonly (readonly [string, string])[];
}

/** H1: `last` is exclusive and need not exist; `n=0` is an empty page without a next one. */
function readPage(query: Query, fallback: number, list: (after: string, limit: number) => readonly string[]): Page {
  const size = parsePageSize(query, fallback);
  if (size === 0) return { entries: [] };
  // One entry more than asked tells whether there is a next page.
  const found = list(findParameter(query, 'last') ?? '', size + 1);
  const entries = found.slice(0, size);
  const last = entries.at(-1);
  if (found.length <= size || last === undefined) return { entries };
  return {
    entries,
    next: [
      ['n', String(size)],
      ['last', last],
    ],
  };
}
