// Answers with a part of a blob, or several (RFC 9110 sections 14.4 and 14.6).

import { encodeUtf8, type HeaderFields, type TransportResponse } from '@nv2/base';
import type { Digest } from '@nv2/oci';
import type { ByteRange, StorageDriver } from '../storage/driver.ts';
import { streamAnswer } from './answer.ts';

export interface PartialContent {
  readonly digest: Digest;
  /** Bytes of the whole blob. */
  readonly size: number;
  /** As for the whole blob. */
  readonly headers: HeaderFields;
  readonly parts: readonly [ByteRange, ...ByteRange[]];
}

/** A 206: one part as it is, several as multipart/byteranges. */
export async function toPartialAnswer(storage: StorageDriver, content: PartialContent): Promise<TransportResponse> {
  const { digest, size, parts } = content;
  const [only, ...others] = parts;
  if (others.length === 0) {
    const headers = replaceHeaders(content.headers, {
      'Content-Length': String(only.end - only.start + 1),
      'Content-Range': contentRange(only, size),
    });
    return streamAnswer(206, headers, await storage.openBlob(digest, only));
  }
  // The digest cannot occur in the parts by chance, and its text is legal in a boundary once the colon is gone.
  const boundary = digest.slice(-64);
  const heads = parts.map((part) => encodeUtf8(partHead(boundary, contentRange(part, size))));
  const tail = encodeUtf8(`\r\n--${boundary}--\r\n`);
  const length = parts.reduce(
    (sum, { start, end }, index) => sum + end - start + 1 + (heads[index]?.length ?? 0),
    tail.length,
  );
  const headers = replaceHeaders(content.headers, {
    'Content-Type': `multipart/byteranges; boundary=${boundary}`,
    'Content-Length': String(length),
  });
  const stream = joinParts(storage, content, heads, tail);
  return streamAnswer(206, headers, { stream, close: async () => undefined });
}

/** Opens one part at a time, so that sixteen parts cost one file descriptor. */
async function* joinParts(
  storage: StorageDriver,
  { digest, parts }: PartialContent,
  heads: readonly Uint8Array[],
  tail: Uint8Array,
): AsyncIterable<Uint8Array> {
  for (const [index, part] of parts.entries()) {
    yield heads[index] ?? new Uint8Array();
    yield* (await storage.openBlob(digest, part)).stream;
  }
  yield tail;
}

function partHead(boundary: string, range: string): string {
  return `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: ${range}\r\n\r\n`;
}

function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end}/${size}`;
}

function replaceHeaders(headers: HeaderFields, replacements: Readonly<Record<string, string>>): HeaderFields {
  return [...headers.filter(([name]) => !(name in replacements)), ...Object.entries(replacements)];
}
