// The referrers of a manifest (A15, I1 to I8). Every manifest with a subject is listed, however its client
// recorded it, so an index kept under a fallback tag needs no merging: its entries that exist here are listed already
// (I6).

import { encodeUtf8, type HeaderFields, quoteText, type TransportResponse } from '@nv2/base';
import { type Digest, digestOf, mediaTypes } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import { emptyAnswer, textAnswer } from '../http/answer.ts';
import { isUnchanged } from '../http/conditions.ts';
import { nextLink } from '../http/paging.ts';
import { findParameter, type Query } from '../http/target.ts';
import { maxArtifactTypes, maxPageEntries, maxReferrersBytes } from '../limits.ts';
import type { ReferrerEntry } from '../metadata/referrers.ts';
import { parseDigestArgument, parsePageSize, parseRepository } from './arguments.ts';
import type { Route, RouteContext } from './route.ts';

export const referrers: Route = {
  name: 'referrers',
  path: '/v2/*/referrers/:',
  methods: { GET: listReferrers },
  isEnabled: ({ settings }) => settings.referrersApi,
};

/** I1: 200 for any well-formed digest, in an unknown repository too. */
function listReferrers({ services, request, query, ...context }: RouteContext): TransportResponse {
  const subject = parseDigestArgument(context.parameter);
  const name = parseRepository(context.repository);
  const artifactTypes = query.get('artifactType') ?? [];
  if (artifactTypes.length > maxArtifactTypes) {
    throw new ServerError('SERVER_PAGE_INVALID', `${artifactTypes.length} artifact types, at most ${maxArtifactTypes}`);
  }
  const size = Math.max(1, parsePageSize(query, maxPageEntries));
  const repository = services.metadata.repositories.find(name);
  // One entry more than the page tells whether there is a next one.
  const page = { after: parseCursor(query), limit: size + 1, artifactTypes };
  const found = repository === undefined ? [] : services.metadata.referrers.list(repository, subject, page);
  const entries = fitPage(found.slice(0, size));
  const isLast = entries.length === found.length;
  const body = renderIndex(entries);
  const etag = `"${digestOf(encodeUtf8(body))}"`;
  const headers: HeaderFields = [
    ['ETag', etag],
    ['Cache-Control', 'no-cache'],
    ...(artifactTypes.length === 0 ? [] : [['OCI-Filters-Applied', 'artifactType'] as const]),
    ...(isLast ? [] : linkAfter(name, subject, entries, size, artifactTypes)),
  ];
  if (isUnchanged(request.headers, etag)) return emptyAnswer(304, headers);
  return textAnswer(200, mediaTypes.ociIndex, body, headers);
}

/** As many entries as stay within 4 MiB of JSON, but at least one, or the list would never end. */
function fitPage(entries: readonly ReferrerEntry[]): readonly ReferrerEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ json }, index) => {
    bytes += encodeUtf8(json).length + 1;
    return index > 0 && bytes > maxReferrersBytes;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

function renderIndex(entries: readonly ReferrerEntry[]): string {
  const manifests = entries.map(({ json }) => json).join(',');
  return `{"schemaVersion":2,"mediaType":"${mediaTypes.ociIndex}","manifests":[${manifests}]}`;
}

function linkAfter(
  name: string,
  subject: Digest,
  entries: readonly ReferrerEntry[],
  size: number,
  artifactTypes: readonly string[],
): HeaderFields {
  return nextLink(`/v2/${name}/referrers/${subject}`, [
    ...artifactTypes.map((type) => ['artifactType', type] as const),
    ['n', String(size)],
    ['last', String(entries.at(-1)?.sequence ?? 0)],
  ]);
}

function parseCursor(query: Query): number {
  const text = findParameter(query, 'last') ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ServerError('SERVER_PAGE_INVALID', `not a place in a list of referrers: ${quoteText(text)}`);
}
