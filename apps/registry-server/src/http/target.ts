// The request target: path and query, decoded once (B3, B7).

import { quoteText } from '@nv2/base';
import { ServerError } from '../errors.ts';
import { maxTargetChars } from '../limits.ts';

/** Decoded values by decoded name, in order. */
export type Query = ReadonlyMap<string, readonly string[]>;

export interface Target {
  /** Decoded; starts with a slash. */
  readonly path: string;
  readonly query: Query;
}

const noQuery: Query = new Map();
const forbiddenCharacters = /[^\x21-\x7e]|[\\]/;
const encodedSeparator = /%(?:2f|5c|00)/i;
const dotSegment = /\/\.{1,2}(?:\/|$)/;

/**
 * Splits and decodes a target in origin form.
 *
 * @throws ServerError `SERVER_TARGET_INVALID` for encoded slashes, dot segments, control characters or a bad escape
 */
export function parseTarget(url: string): Target {
  if (url.length > maxTargetChars) throw invalid(url, `is longer than ${maxTargetChars} characters`);
  if (!url.startsWith('/') || forbiddenCharacters.test(url)) throw invalid(url, 'is not a plain path');
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  if (encodedSeparator.test(rawPath)) throw invalid(url, 'has an encoded separator');
  const path = decode(rawPath, url);
  // Looked for after decoding, so that %2e is a dot too. Control characters cannot be written raw, only encoded.
  if (dotSegment.test(path) || (path !== rawPath && forbiddenCharacters.test(path)))
    throw invalid(url, 'has a dot segment or control character');
  return { path, query: mark < 0 ? noQuery : parseQuery(url.slice(mark + 1), url) };
}

/** The first value of a query parameter. */
export function findParameter(query: Query, name: string): string | undefined {
  return query.get(name)?.[0];
}

// A plus stays a plus: media types carry it (application/vnd.example+json), and nothing here contains blanks.
function parseQuery(text: string, url: string): Query {
  const query = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), url);
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1), url);
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

function decode(text: string, url: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // decodeURIComponent says no more than that an escape is malformed.
    throw invalid(url, 'has a malformed escape');
  }
}

function invalid(url: string, why: string): ServerError {
  return new ServerError('SERVER_TARGET_INVALID', `request target ${quoteText(url)} ${why}`);
}
