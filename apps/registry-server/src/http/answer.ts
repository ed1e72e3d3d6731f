// Making responses.

import { bytesResponse, encodeUtf8, type HeaderFields, type TransportResponse } from '@nv2/base';
import type { OpenedBlob } from '../storage/driver.ts';

/** A response without body. */
export function emptyAnswer(status: number, headers: HeaderFields = []): TransportResponse {
  // 204 and 304 have no length by definition.
  return bytesResponse(status, status === 204 || status === 304 ? headers : [...headers, ['Content-Length', '0']]);
}

export function jsonAnswer(status: number, value: unknown, headers: HeaderFields = []): TransportResponse {
  return textAnswer(status, 'application/json', JSON.stringify(value), headers);
}

/** A response of text that was rendered already. */
export function textAnswer(
  status: number,
  contentType: string,
  text: string,
  headers: HeaderFields = [],
): TransportResponse {
  const bytes = encodeUtf8(text);
  const own: HeaderFields = [
    ['Content-Type', contentType],
    ['Content-Length', String(bytes.length)],
    ['X-Content-Type-Options', 'nosniff'],
  ];
  return bytesResponse(status, [...own, ...headers], bytes);
}

/** The same head without the body, for HEAD. */
export function withoutBody(response: TransportResponse): TransportResponse {
  response.discard();
  return bytesResponse(response.status, response.headers);
}

/** A response that streams a blob; discarding it closes the blob. */
export function streamAnswer(status: number, headers: HeaderFields, { stream, close }: OpenedBlob): TransportResponse {
  // A blob that cannot be closed was closed already; there is nobody left to tell.
  const discard = (): void => void close().catch(() => undefined);
  return { status, headers, body: stream, discard };
}
