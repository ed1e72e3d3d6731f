// One upload: its state, more bytes, its end (A7, A8, A16, A17).

import { findHeader, quoteText, type TransportRequest, type TransportResponse } from '@nv2/base';
import { ServerError } from '../errors.ts';
import { emptyAnswer } from '../http/answer.ts';
import { findChunkRange } from '../http/range.ts';
import { findParameter } from '../http/target.ts';
import { uploadHeaders } from '../uploads/place.ts';
import type { Chunk } from '../uploads/sessions.ts';
import { parseDigestArgument, parseRepository } from './arguments.ts';
import type { Route, RouteContext } from './route.ts';
import { created } from './upload-start.ts';

export const upload: Route = {
  name: 'upload',
  path: '/v2/*/blobs/uploads/:',
  methods: { GET: readState, PATCH: appendChunk, PUT: finishUpload, DELETE: cancelUpload },
};

function readState({ services, repository, parameter }: RouteContext): TransportResponse {
  return emptyAnswer(204, uploadHeaders(services.uploads.get(parseRepository(repository), parameter)));
}

async function appendChunk({ services, request, repository, parameter }: RouteContext): Promise<TransportResponse> {
  const upload = await services.uploads.append(parseRepository(repository), parameter, toChunk(request));
  return emptyAnswer(202, uploadHeaders(upload));
}

async function finishUpload({ services, request, query, ...context }: RouteContext): Promise<TransportResponse> {
  const repository = parseRepository(context.repository);
  const digest = parseDigestArgument(findParameter(query, 'digest'));
  await services.uploads.finish(repository, context.parameter, digest, toChunk(request));
  return created(repository, digest);
}

async function cancelUpload({ services, repository, parameter }: RouteContext): Promise<TransportResponse> {
  await services.uploads.cancel(parseRepository(repository), parameter);
  return emptyAnswer(204);
}

/** @throws ServerError `SERVER_UPLOAD_INVALID` for a Content-Range that is none */
function toChunk({ headers, body }: TransportRequest): Chunk {
  const header = findHeader(headers, 'content-range');
  // An empty last PUT often carries a Content-Range left over from the client's template.
  if (header === undefined || body === undefined || body.length === 0) return { body };
  const range = findChunkRange(header);
  if (range !== undefined) return { body, range };
  throw new ServerError('SERVER_UPLOAD_INVALID', `expected Content-Range such as 0-1023, found ${quoteText(header)}`);
}
