// Blobs over HTTP: existence, verified and resumable download, mount, removal (distribution-spec end-2, end-10, end-11).

import { findHeader, type TransportResponse } from '@nv2/base';
import { ContentError, type FetchOptions, verifyStream } from '@nv2/content';
import type { Descriptor, Digest } from '@nv2/oci';
import { repositoryScope } from './auth/scopes.ts';
import { type RepositoryContext, repositoryPath } from './context.ts';
import { complaintError, isTransient, responseError } from './http/failure.ts';
import { backoffMs } from './http/retry.ts';
import { limits } from './limits.ts';

/** Whether the repository has a blob of this digest and size. */
export async function hasBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  { signal }: FetchOptions = {},
): Promise<boolean> {
  const doing = `looking for blob ${descriptor.digest} in ${context.name}`;
  const response = await context.client.send({
    method: 'HEAD',
    target: repositoryPath(context, `blobs/${descriptor.digest}`),
    scopes: [repositoryScope(context.repository, 'pull')],
    doing,
    signal,
  });
  response.discard();
  if (response.status === 404) return false;
  if (response.status !== 200) throw complaintError(response, [], doing);
  const length = findHeader(response.headers, 'content-length');
  return length === undefined || Number(length) === descriptor.size;
}

/**
 * Opens a blob. The stream goes on by Range after a broken connection, a bounded number of times, and ends normally only
 * if size and digest matched (STORE-13).
 *
 * @throws ContentError `CONTENT_NOT_FOUND`, `CONTENT_MISMATCH`; RegistryError
 */
export async function fetchBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  options: FetchOptions = {},
): Promise<AsyncIterable<Uint8Array>> {
  const doing = `fetching blob ${descriptor.digest} of ${context.name}`;
  const response = await openBlob(context, descriptor, 0, doing, options);
  const length = findHeader(response.headers, 'content-length');
  if (length !== undefined && Number(length) !== descriptor.size) {
    response.discard();
    throw new ContentError(
      'CONTENT_MISMATCH',
      `${doing}: expected ${descriptor.size} bytes, the registry offers ${Number(length)}`,
    );
  }
  return verifyStream(descriptor, resumingStream(context, descriptor, response, doing, options));
}

async function openBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  offset: number,
  doing: string,
  { signal }: FetchOptions,
): Promise<TransportResponse> {
  const response = await context.client.send({
    method: 'GET',
    target: repositoryPath(context, `blobs/${descriptor.digest}`),
    headers: offset === 0 ? [] : [['Range', `bytes=${offset}-${descriptor.size - 1}`]],
    scopes: [repositoryScope(context.repository, 'pull')],
    doing,
    signal,
  });
  if (response.status === 404) {
    response.discard();
    throw new ContentError('CONTENT_NOT_FOUND', `${doing}: it is not there`);
  }
  if (response.status === 200 || (response.status === 206 && offset > 0)) return response;
  throw await responseError(response, doing);
}

/** The bytes of a blob over as many connections as it takes, up to the bound. */
async function* resumingStream(
  context: RepositoryContext,
  descriptor: Descriptor,
  first: TransportResponse,
  doing: string,
  options: FetchOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let response = first;
  let offset = 0;
  for (let resumes = 0; ; resumes++) {
    let skip = response.status === 206 ? 0 : offset;
    try {
      for await (const chunk of response.body) {
        const fresh = skip >= chunk.length ? undefined : chunk.subarray(skip);
        skip = Math.max(0, skip - chunk.length);
        if (fresh === undefined) continue;
        offset += fresh.length;
        yield fresh;
      }
      return;
    } catch (error) {
      // Only what the transport calls passing is worth a new connection; verification catches whatever went wrong before.
      if (!isTransient(error) || resumes === limits.maxBlobResumes || offset >= descriptor.size) throw error;
    } finally {
      response.discard();
    }
    context.onEvent?.({
      kind: 'resumed',
      repository: context.name,
      digest: descriptor.digest,
      direction: 'download',
      offset,
    });
    await context.runtime.sleep(backoffMs(resumes + 1, context.runtime.random), options.signal);
    response = await openBlob(context, descriptor, offset, doing, options);
    checkRange(response, offset, descriptor, doing);
  }
}

function checkRange(response: TransportResponse, offset: number, descriptor: Descriptor, doing: string): void {
  if (response.status !== 206) return;
  const expected = `bytes ${offset}-${descriptor.size - 1}/${descriptor.size}`;
  const found = findHeader(response.headers, 'content-range') ?? 'nothing';
  if (found.trim().toLowerCase() === expected) return;
  response.discard();
  throw new ContentError('CONTENT_MISMATCH', `${doing}: expected the range ${expected}, the registry sent another`);
}

/** Removes a blob from the repository. @throws ContentError `CONTENT_NOT_FOUND` */
export async function deleteBlob(
  context: RepositoryContext,
  digest: Digest,
  { signal }: FetchOptions = {},
): Promise<void> {
  const doing = `deleting blob ${digest} of ${context.name}`;
  const response = await context.client.send({
    method: 'DELETE',
    target: repositoryPath(context, `blobs/${digest}`),
    scopes: [repositoryScope(context.repository, 'delete', 'pull')],
    doing,
    signal,
  });
  if (response.status === 404) {
    response.discard();
    throw new ContentError('CONTENT_NOT_FOUND', `${doing}: it is not there`);
  }
  if (response.status !== 202 && response.status !== 200 && response.status !== 204)
    throw await responseError(response, doing);
  response.discard();
}
