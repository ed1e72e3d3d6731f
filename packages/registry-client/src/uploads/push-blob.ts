// Uploading a blob (distribution-spec "Pushing blobs"): look, open a session, send whole or in chunks, close.

import { type BodySource, bytesBody, findHeader } from '@nv2/base';
import { ContentError, type FetchOptions, verifyStream } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';
import { hasBlob } from '../blobs.ts';
import type { RepositoryContext } from '../context.ts';
import { isTransient, responseError } from '../http/failure.ts';
import { backoffMs, isTransientStatus } from '../http/retry.ts';
import { limits } from '../limits.ts';
import { sendChunks } from './chunks.ts';
import { closingLocation } from './location.ts';
import { octets, openSession, pushScopes, type UploadOutcome, type UploadSession } from './session.ts';

/**
 * Stores a blob unless it is there. The body is compared with size and digest while it is sent, so that a changed file
 * fails here and not at the registry.
 *
 * @param pending a session left over from a refused mount
 * @throws ContentError `CONTENT_MISMATCH`; RegistryError
 */
export async function pushBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  body: BodySource,
  options: FetchOptions & { readonly pending?: UploadSession } = {},
): Promise<void> {
  const doing = `pushing blob ${descriptor.digest} to ${context.name}`;
  if (body.length !== undefined && body.length !== descriptor.size) {
    throw new ContentError(
      'CONTENT_MISMATCH',
      `${doing}: expected ${descriptor.size} bytes, the body has ${body.length}`,
    );
  }
  // A refused mount has just said that the repository lacks the blob.
  if (options.pending === undefined && (await hasBlob(context, descriptor, options))) return;
  const checked = new CheckedBody(descriptor, body);
  try {
    await uploadUntilStored(context, descriptor, checked, doing, options);
  } catch (error) {
    // A server that loses a body in the middle answers something; what went wrong with the body is the truer story.
    throw checked.failure ?? error;
  }
}

async function uploadUntilStored(
  context: RepositoryContext,
  descriptor: Descriptor,
  checked: CheckedBody,
  doing: string,
  options: FetchOptions & { readonly pending?: UploadSession },
): Promise<void> {
  let { pending } = options;
  for (let restarts = 0; ; restarts++) {
    const session = pending ?? (await openSession(context, doing, options));
    pending = undefined;
    const outcome = await sendBody(context, session, descriptor, checked, { doing, signal: options.signal });
    if (outcome.status === 'stored') return;
    if (outcome.status === 'lost') {
      if (checked.failure !== undefined) throw outcome.cause;
      // The answer may have been lost after the registry had committed.
      if (await hasBlob(context, descriptor, options)) return;
      if (restarts === limits.maxUploadRestarts) throw outcome.cause;
      const { runtime } = context;
      await runtime.sleep(backoffMs(restarts + 1, runtime.random), options.signal);
    }
  }
}

/** A body compared with its descriptor while it is read; remembers why it could not be read to the end. */
class CheckedBody implements BodySource {
  readonly length: number;
  readonly #descriptor: Descriptor;
  readonly #body: BodySource;
  failure: unknown;

  constructor(descriptor: Descriptor, body: BodySource) {
    this.length = descriptor.size;
    this.#descriptor = descriptor;
    this.#body = body;
  }

  async *open(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* verifyStream(this.#descriptor, this.#body.open());
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

interface SendOptions {
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
}

async function sendBody(
  context: RepositoryContext,
  session: UploadSession,
  descriptor: Descriptor,
  body: BodySource,
  options: SendOptions,
): Promise<UploadOutcome> {
  const isLarge = descriptor.size > context.settings.uploadChunkThresholdBytes;
  if (!isLarge) return closeUpload(context, session.location, descriptor, { ...options, body });
  const outcome = await sendChunks(context, session, descriptor, body, options);
  return outcome.status === 'sent' ? closeUpload(context, outcome.location, descriptor, options) : outcome;
}

/** PUT with all that is missing. It is sent once: whether it took effect is asked by looking for the blob. */
async function closeUpload(
  context: RepositoryContext,
  location: URL,
  descriptor: Descriptor,
  { doing, signal, body = bytesBody(new Uint8Array()) }: SendOptions & { readonly body?: BodySource },
): Promise<UploadOutcome> {
  try {
    const response = await context.client.send({
      method: 'PUT',
      target: closingLocation(location, descriptor.digest),
      headers: octets,
      body,
      scopes: pushScopes(context),
      doing,
      signal,
      isSingle: true,
    });
    if (response.status === 404 || response.status === 416 || isTransientStatus(response.status)) {
      return { status: 'lost', cause: await responseError(response, doing) };
    }
    if (response.status !== 201 && response.status !== 204) throw await responseError(response, doing);
    response.discard();
    const stored = findHeader(response.headers, 'docker-content-digest');
    if (stored !== undefined && stored !== descriptor.digest && stored.startsWith(descriptor.digest.slice(0, 7))) {
      throw new ContentError('CONTENT_MISMATCH', `${doing}: the registry stored it under another digest`);
    }
    return { status: 'stored' };
  } catch (cause) {
    if (isTransient(cause)) return { status: 'lost', cause };
    throw cause;
  }
}
