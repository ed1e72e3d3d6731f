// Reading manifests. The path every pull takes: one indexed query, and bytes from memory.

import { bytesResponse, type TransportResponse } from '@nv2/base';
import { quoteText } from '@nv2/base';
import { ServerError } from '../errors.ts';
import { emptyAnswer } from '../http/answer.ts';
import { isUnchanged } from '../http/conditions.ts';
import { contentHeaders, unchangedHeaders } from '../http/content-headers.ts';
import { isDigestReference } from '../manifests/store.ts';
import type { StoredManifest } from '../metadata/manifests.ts';
import { findReference, getRepository } from './arguments.ts';
import type { RouteContext } from './route.ts';

/** E12: whatever Accept says, the stored type is what there is. */
export function readManifest(context: RouteContext): TransportResponse | Promise<TransportResponse> {
  const found = findManifest(context);
  const { request, method, services } = context;
  const isImmutable = context.parameter.includes(':');
  if (isUnchanged(request.headers, `"${found.digest}"`))
    return emptyAnswer(304, unchangedHeaders(found.digest, isImmutable));
  const headers = contentHeaders({ ...found, isImmutable });
  if (method === 'HEAD') return bytesResponse(200, headers);
  const bytes = services.manifestBytes.find(found.contentId);
  if (bytes !== undefined) return bytesResponse(200, headers, bytes);
  return services.manifestBytes.read(found.contentId).then((read) => bytesResponse(200, headers, read));
}

/** @throws ServerError `SERVER_NAME_UNKNOWN`, `SERVER_MANIFEST_UNKNOWN` */
export function findManifest(context: RouteContext): StoredManifest {
  const repository = getRepository(context);
  const { manifests } = context.services.metadata;
  const reference = findReference(context.parameter);
  const found =
    reference === undefined
      ? undefined
      : isDigestReference(reference)
        ? manifests.findByDigest(repository, reference)
        : manifests.findByTag(repository, reference);
  if (found !== undefined) return found;
  throw new ServerError(
    'SERVER_MANIFEST_UNKNOWN',
    `${context.repository} has no manifest ${quoteText(context.parameter)}`,
  );
}
