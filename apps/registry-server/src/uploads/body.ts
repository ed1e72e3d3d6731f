import type { BodySource } from '@nv2/base';
import { ServerError } from '../errors.ts';

export interface BodyBounds {
  /** The body must have exactly this many bytes, if given. */
  readonly expected?: number | undefined;
  readonly maxBytes: number;
}

/**
 * Passes a body on while counting it.
 *
 * @throws ServerError `SERVER_BLOB_TOO_LARGE`, before anything is read where the length is announced;
 *  `SERVER_SIZE_INVALID` when it is not as announced
 */
export async function* boundedBody(
  body: BodySource | undefined,
  { expected, maxBytes }: BodyBounds,
): AsyncIterable<Uint8Array> {
  const announced = expected ?? body?.length;
  if ((announced ?? 0) > maxBytes) throw tooLarge();
  let length = 0;
  for await (const chunk of body?.open() ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    if (announced !== undefined && length > announced) throw wrongSize(announced, 'more');
    yield chunk;
  }
  if (announced !== undefined && length < announced) throw wrongSize(announced, String(length));
}

function tooLarge(): ServerError {
  return new ServerError('SERVER_BLOB_TOO_LARGE', 'pushing a blob: it is larger than this registry takes');
}

function wrongSize(expected: number, found: string): ServerError {
  return new ServerError('SERVER_SIZE_INVALID', `pushing a blob: announced ${expected} bytes, found ${found}`);
}
