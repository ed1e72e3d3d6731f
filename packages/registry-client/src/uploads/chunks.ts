// Large blobs in chunks, going on after a failure where the server says it stands.

import type { BodySource, TransportResponse } from '@nv2/base';
import type { Descriptor } from '@nv2/oci';
import type { RepositoryContext } from '../context.ts';
import { RegistryError } from '../errors.ts';
import { isTransient, responseError } from '../http/failure.ts';
import { backoffMs, isTransientStatus } from '../http/retry.ts';
import { limits } from '../limits.ts';
import { findUploadedBytes, parseLocation } from './location.ts';
import { octets, pushScopes, type UploadOutcome, type UploadSession } from './session.ts';
import { BodySlices } from './slices.ts';

interface ChunkOptions {
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
}

interface Position {
  readonly location: URL;
  readonly offset: number;
}

/**
 * Sends the whole body by PATCH.
 *
 * @returns `sent` with the location to close, or `lost` when the server forgot the session or kept failing
 */
export async function sendChunks(
  context: RepositoryContext,
  session: UploadSession,
  descriptor: Descriptor,
  body: BodySource,
  options: ChunkOptions,
): Promise<UploadOutcome> {
  const slices = new BodySlices(body);
  try {
    return await sendAll(context, session, descriptor, slices, options);
  } finally {
    await slices.close();
  }
}

async function sendAll(
  context: RepositoryContext,
  session: UploadSession,
  descriptor: Descriptor,
  slices: BodySlices,
  options: ChunkOptions,
): Promise<UploadOutcome> {
  const wanted = Math.max(context.settings.uploadChunkBytes, session.minChunkBytes);
  const chunkBytes = Math.min(wanted, limits.maxUploadChunkBytes);
  let at: Position = { location: session.location, offset: 0 };
  let resumes = 0;
  while (at.offset < descriptor.size) {
    const length = Math.min(chunkBytes, descriptor.size - at.offset);
    const sent = await sendChunk(context, at, slices.slice(at.offset, length), options);
    if ('offset' in sent) {
      at = sent;
      continue;
    }
    if (resumes++ === limits.maxUploadResumes) return { status: 'lost', cause: sent.cause };
    await context.runtime.sleep(backoffMs(resumes, context.runtime.random), options.signal);
    const found = await readPosition(context, at.location, options);
    if (found === undefined || found.offset > descriptor.size) return { status: 'lost', cause: sent.cause };
    at = found;
    const { digest } = descriptor;
    context.onEvent?.({ kind: 'resumed', repository: context.name, digest, direction: 'upload', offset: at.offset });
  }
  await slices.finish();
  return { status: 'sent', location: at.location };
}

/** One PATCH. A failure that may pass is returned, so that the caller asks where the server stands. */
async function sendChunk(
  context: RepositoryContext,
  at: Position,
  body: BodySource,
  { doing, signal }: ChunkOptions,
): Promise<Position | { readonly cause: unknown }> {
  const end = at.offset + (body.length ?? 0);
  try {
    const response = await context.client.send({
      method: 'PATCH',
      target: at.location,
      headers: [...octets, ['Content-Range', `${at.offset}-${end - 1}`]],
      body,
      scopes: pushScopes(context),
      doing,
      signal,
      isSingle: true,
    });
    if (response.status === 404 || response.status === 416 || isTransientStatus(response.status)) {
      return { cause: await responseError(response, doing) };
    }
    // 202 by the specification; Distribution has said 204 at times.
    if (response.status !== 202 && response.status !== 204) throw await responseError(response, doing);
    response.discard();
    return {
      location: parseLocation(context, response, at.location, doing),
      offset: advance(response, at.offset, end, doing),
    };
  } catch (cause) {
    if (isTransient(cause)) return { cause };
    throw cause;
  }
}

/** The server may have kept less than was sent, never more. */
function advance(response: TransportResponse, start: number, end: number, doing: string): number {
  const stored = findUploadedBytes(response) ?? end;
  if (stored > start && stored <= end) return stored;
  throw new RegistryError(
    'REGISTRY_RESPONSE_INVALID',
    `${doing}: expected a range that ends between ${start} and ${end - 1}, the registry reports ${stored} bytes`,
  );
}

/** Asks the server how far an upload is; `undefined` when it does not know (any more). */
async function readPosition(
  context: RepositoryContext,
  location: URL,
  { doing, signal }: ChunkOptions,
): Promise<Position | undefined> {
  const response = await context.client.send({
    method: 'GET',
    target: location,
    scopes: pushScopes(context),
    doing,
    signal,
  });
  if (response.status !== 204 && response.status !== 200 && response.status !== 202) {
    response.discard();
    return undefined;
  }
  response.discard();
  const offset = findUploadedBytes(response);
  if (offset === undefined) return undefined;
  const hasLocation = response.headers.some(([name]) => name.toLowerCase() === 'location');
  return { location: hasLocation ? parseLocation(context, response, location, doing) : location, offset };
}
