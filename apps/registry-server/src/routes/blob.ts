// Blobs by digest (A2, A13).

import type { TransportResponse } from '@nv2/base';
import { bytesResponse, findHeader } from '@nv2/base';
import type { Digest } from '@nv2/oci';
import { mediaTypes } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import { emptyAnswer, streamAnswer } from '../http/answer.ts';
import { isRangeCurrent, isUnchanged } from '../http/conditions.ts';
import { contentHeaders, unchangedHeaders } from '../http/content-headers.ts';
import { toPartialAnswer } from '../http/partial-answer.ts';
import { checkRange } from '../http/range.ts';
import { assertDeletable, getRepository, parseDigestArgument } from './arguments.ts';
import type { Route, RouteContext } from './route.ts';

export const blob: Route = { name: 'blob', path: '/v2/*/blobs/:', methods: { GET: readBlob, DELETE: deleteBlob } };

/** F1: readable only where the repository holds it. F5: HEAD never touches the storage. */
async function readBlob(context: RouteContext): Promise<TransportResponse> {
  const { services, request, method } = context;
  const digest = parseDigestArgument(context.parameter);
  const size = services.metadata.blobs.findSize(getRepository(context), digest);
  if (size === undefined) throw unknown(context.repository, digest);
  if (isUnchanged(request.headers, `"${digest}"`)) return emptyAnswer(304, unchangedHeaders(digest, true));
  const headers = [
    ...contentHeaders({ mediaType: mediaTypes.octetStream, digest, size, isImmutable: true }),
    ['Accept-Ranges', 'bytes'] as const,
  ];
  if (method === 'HEAD') return bytesResponse(200, headers);
  const range = findHeader(request.headers, 'range');
  if (range !== undefined && isRangeCurrent(request.headers, `"${digest}"`)) {
    const outcome = checkRange(range, size);
    if (outcome.kind === 'unsatisfiable') throw outside(digest, size);
    if (outcome.kind === 'parts')
      return toPartialAnswer(services.storage, { digest, size, headers, parts: outcome.parts });
  }
  return streamAnswer(200, headers, await services.storage.openBlob(digest));
}

/** L3: not while a manifest of the repository refers to it. */
async function deleteBlob(context: RouteContext): Promise<TransportResponse> {
  const { services } = context;
  assertDeletable(services);
  const digest = parseDigestArgument(context.parameter);
  const repository = getRepository(context);
  const { metadata } = services;
  await metadata.write(() => {
    if (metadata.blobs.findSize(repository, digest) === undefined) throw unknown(context.repository, digest);
    const referrer = metadata.blobs.findReferrer(repository, digest);
    if (referrer !== undefined) {
      throw new ServerError('SERVER_BLOB_REFERENCED', `deleting a blob: manifest ${referrer} refers to it`);
    }
    metadata.blobs.unlink(repository, digest);
  });
  return emptyAnswer(202);
}

function unknown(repository: string, digest: Digest): ServerError {
  return new ServerError('SERVER_BLOB_UNKNOWN', `${repository} has no blob ${digest}`);
}

function outside(digest: Digest, size: number): ServerError {
  return new ServerError('SERVER_RANGE_INVALID', `no byte of the range lies in ${digest}`, {
    headers: [['Content-Range', `bytes */${size}`]],
  });
}
