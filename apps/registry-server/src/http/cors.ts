// Reading by pages of other origins (A22), only those named in the options.

import { findHeader, type HeaderFields, type TransportResponse } from '@nv2/base';
import type { Route } from '../routes/route.ts';
import { emptyAnswer } from './answer.ts';

const exposed = 'Docker-Content-Digest, Link, OCI-Filters-Applied, OCI-Subject, Warning, WWW-Authenticate';

/** The fields that let a page of an allowed origin see the answer. */
export function corsHeaders(headers: HeaderFields, allowedOrigins: readonly string[]): HeaderFields {
  if (allowedOrigins.length === 0) return [];
  const origin = findHeader(headers, 'origin');
  const isAllowed = origin !== undefined && allowedOrigins.includes(origin);
  // Vary also where it is not allowed, or a cache would give that answer to an origin that is.
  if (!isAllowed) return [['Vary', 'Origin']];
  return [
    ['Vary', 'Origin'],
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Expose-Headers', exposed],
  ];
}

/** The answer to a browser's question before the request itself. Writing is never offered. */
export function preflightAnswer({ methods }: Route): TransportResponse {
  return emptyAnswer(204, [
    ['Access-Control-Allow-Methods', methods.GET === undefined ? '' : 'GET, HEAD'],
    ['Access-Control-Allow-Headers', 'Accept, Authorization, If-None-Match, Range'],
    ['Access-Control-Max-Age', '600'],
  ]);
}
