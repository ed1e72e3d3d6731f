// Checking what a path or query carries.

import { type HashName, quoteText } from '@nv2/base';
import { type Digest, isDigest, isRepositoryName, isTag, type RepositoryName, type Tag } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import { findParameter, type Query } from '../http/target.ts';
import { maxPageEntries } from '../limits.ts';
import type { Services } from '../services.ts';
import type { RouteContext } from './route.ts';

/** @throws ServerError `SERVER_NAME_INVALID` */
export function parseRepository(name: string): RepositoryName {
  if (isRepositoryName(name)) return name;
  throw new ServerError('SERVER_NAME_INVALID', `${quoteText(name)} is not a repository name`);
}

/** The number of an existing repository. @throws ServerError `SERVER_NAME_INVALID`, `SERVER_NAME_UNKNOWN` */
export function getRepository({ services, repository }: RouteContext): number {
  const name = parseRepository(repository);
  const id = services.metadata.repositories.find(name);
  if (id !== undefined) return id;
  throw new ServerError('SERVER_NAME_UNKNOWN', `there is no repository ${name}`);
}

/** @throws ServerError `SERVER_DIGEST_INVALID` */
export function parseDigestArgument(text: string | undefined): Digest {
  if (text !== undefined && isDigest(text)) return text;
  throw new ServerError('SERVER_DIGEST_INVALID', `expected a digest, found ${quoteText(text ?? '')}`);
}

/** @throws ServerError `SERVER_DIGEST_INVALID` */
export function parseAlgorithm(text: string | undefined): HashName {
  if (text === undefined || text === 'sha256') return 'sha256';
  if (text === 'sha384' || text === 'sha512') return text;
  throw new ServerError('SERVER_DIGEST_INVALID', `digest algorithm ${quoteText(text)} is not supported`);
}

/**
 * B5: with a colon a digest, else a tag. A tag outside the grammar cannot exist. @throws ServerError
 * `SERVER_DIGEST_INVALID`
 */
export function findReference(text: string): Digest | Tag | undefined {
  if (text.includes(':')) return parseDigestArgument(text);
  return isTag(text) ? text : undefined;
}

/** @throws ServerError `SERVER_MANIFEST_INVALID` */
export function parseTag(text: string): Tag {
  if (isTag(text)) return text;
  throw new ServerError('SERVER_MANIFEST_INVALID', `${quoteText(text)} is not a tag`);
}

/** `n`, at most 1000 (H1). @throws ServerError `SERVER_PAGE_INVALID` */
export function parsePageSize(query: Query, fallback: number): number {
  const text = findParameter(query, 'n');
  if (text === undefined) return fallback;
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text), maxPageEntries);
  throw new ServerError('SERVER_PAGE_INVALID', `n must be a number from 0 upward, found ${quoteText(text)}`);
}

/** @throws ServerError `SERVER_DELETE_DISABLED` */
export function assertDeletable({ settings }: Services): void {
  if (!settings.allowDelete) throw new ServerError('SERVER_DELETE_DISABLED', 'this registry does not delete');
}
