// Bytes and byte streams.

import { BaseError } from './base-errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** @throws BaseError `UTF8_MALFORMED`; a byte order mark is kept, not skipped. */
export function parseUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BaseError('UTF8_MALFORMED', `${bytes.length} bytes are not valid UTF-8`, { cause });
  }
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * Reads a stream to its end, into bytes of its own. Parts are copied and let go at once: kept, they would cost a hundred times
 * their size when a sender makes them one byte long, and what a sender does to them later would change what was read.
 *
 * @throws BaseError `BYTES_LIMIT` as soon as more than `maxBytes` arrive; nothing beyond the bound is kept.
 */
export async function readAll(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array();
  let length = 0;
  for await (const part of stream) {
    const end = length + part.length;
    if (end > maxBytes) throw new BaseError('BYTES_LIMIT', `stream is longer than ${maxBytes} bytes`);
    if (end > bytes.length) bytes = grown(bytes, end, maxBytes);
    bytes.set(part, length);
    length = end;
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}

/** Twice the room each time, so that copying stays linear; exactly what is needed at first, since most streams have one part. */
function grown(bytes: Uint8Array, needed: number, maxBytes: number): Uint8Array {
  const wanted = bytes.length === 0 ? needed : Math.max(needed, bytes.length * 2, 64 * 1024);
  const larger = new Uint8Array(Math.min(wanted, maxBytes));
  larger.set(bytes);
  return larger;
}
