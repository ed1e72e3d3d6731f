// Conditional requests (RFC 9110 section 13). An entity tag here is a digest in quotes (C14).

import { findHeader, type HeaderFields } from '@nv2/base';
import { ServerError } from '../errors.ts';

/** Whether If-None-Match says that the client has this already. */
export function isUnchanged(headers: HeaderFields, etag: string): boolean {
  const header = findHeader(headers, 'if-none-match');
  return header !== undefined && (header.trim() === '*' || parseTags(header, 'weak').includes(etag));
}

/** Whether a Range still applies: no If-Range, or one that names this very content. Dates never match. */
export function isRangeCurrent(headers: HeaderFields, etag: string): boolean {
  const header = findHeader(headers, 'if-range');
  return header === undefined || header.trim() === etag;
}

/**
 * Compare-and-swap for writes: If-Match names what the reference must point to now, `If-None-Match: *` that it must
 * not exist.
 *
 * @param current the digest now, `undefined` when there is none
 * @throws ServerError `SERVER_PRECONDITION_FAILED`
 */
export function assertPrecondition(headers: HeaderFields, current: string | undefined): void {
  const etag = current === undefined ? undefined : `"${current}"`;
  const match = findHeader(headers, 'if-match');
  if (match !== undefined && !isMatch(match, etag, 'strong')) throw failed('If-Match', current);
  const noneMatch = findHeader(headers, 'if-none-match');
  if (noneMatch !== undefined && isMatch(noneMatch, etag, 'weak')) throw failed('If-None-Match', current);
}

function isMatch(header: string, etag: string | undefined, comparison: 'strong' | 'weak'): boolean {
  if (etag === undefined) return false;
  return header.trim() === '*' || parseTags(header, comparison).includes(etag);
}

/** Entity tags of a list; for a strong comparison weak ones do not count. */
function parseTags(header: string, comparison: 'strong' | 'weak'): readonly string[] {
  return Array.from(header.matchAll(/(W\/)?("[^"]*")/g))
    .filter(([, weak]) => weak === undefined || comparison === 'weak')
    .map(([, , tag]) => tag ?? '');
}

function failed(header: string, current: string | undefined): ServerError {
  const now = current ?? 'nothing';
  return new ServerError('SERVER_PRECONDITION_FAILED', `${header} does not hold: the reference points to ${now}`);
}
