// Upload sessions: the first step of every upload, and the leftover of a refused mount.

import { bytesBody, findHeader, type HeaderFields, type TransportResponse } from '@nv2/base';
import type { FetchOptions } from '@nv2/content';
import { repositoryScope } from '../auth/scopes.ts';
import { type RepositoryContext, repositoryPath } from '../context.ts';
import { responseError } from '../http/failure.ts';
import { parseLocation } from './location.ts';

/** An upload session: where it goes on, and the smallest chunk the server takes. */
export interface UploadSession {
  readonly location: URL;
  readonly minChunkBytes: number;
}

/** What one attempt came to; `lost` means the session is gone or its fate is unknown. */
export type UploadOutcome =
  | { readonly status: 'stored' }
  | { readonly status: 'sent'; readonly location: URL }
  | { readonly status: 'lost'; readonly cause: unknown };

/** Opens an upload session. */
export async function openSession(
  context: RepositoryContext,
  doing: string,
  { signal }: FetchOptions,
): Promise<UploadSession> {
  const response = await context.client.send({
    method: 'POST',
    target: repositoryPath(context, 'blobs/uploads/'),
    body: bytesBody(new Uint8Array()),
    scopes: pushScopes(context),
    doing,
    signal,
  });
  if (response.status !== 202) throw await responseError(response, doing);
  response.discard();
  return sessionOf(context, response, doing);
}

/** The session that a 202 describes. */
export function sessionOf(context: RepositoryContext, response: TransportResponse, doing: string): UploadSession {
  const wanted = findHeader(response.headers, 'oci-chunk-min-length')?.trim() ?? '';
  const minChunkBytes = /^\d{1,15}$/.test(wanted) ? Number(wanted) : 0;
  return { location: parseLocation(context, response, new URL(context.client.origin), doing), minChunkBytes };
}

/** What every step of an upload needs. */
export function pushScopes(context: RepositoryContext): readonly string[] {
  return [repositoryScope(context.repository, 'pull', 'push')];
}

export const octets: HeaderFields = [['Content-Type', 'application/octet-stream']];
