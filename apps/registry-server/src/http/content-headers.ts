import type { HeaderFields } from '@nv2/base';

export interface ContentFacts {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** Whether the request named a digest: then the answer never changes. */
  readonly isImmutable: boolean;
}

/**
 * C1, C2, C3, C14, C16, C19: what every answer about content carries. Content is chosen by strangers, so no browser may
 * run it.
 */
export function contentHeaders({ mediaType, digest, size, isImmutable }: ContentFacts): HeaderFields {
  return [
    ['Content-Type', mediaType],
    ['Content-Length', String(size)],
    ['Docker-Content-Digest', digest],
    ['ETag', `"${digest}"`],
    ['Cache-Control', isImmutable ? 'private, max-age=31536000, immutable' : 'no-cache'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Content-Security-Policy', "sandbox; default-src 'none'"],
  ];
}

/** The part of them that a 304 repeats (RFC 9110 section 15.4.5). */
export function unchangedHeaders(digest: string, isImmutable: boolean): HeaderFields {
  return contentHeaders({ mediaType: '', digest, size: 0, isImmutable }).filter(
    ([name]) => !name.startsWith('Content-'),
  );
}
