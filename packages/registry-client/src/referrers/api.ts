// The referrers API (distribution-spec end-12), page by page.

import { findHeader } from '@nv2/base';
import type { FetchOptions } from '@nv2/content';
import { type Digest, mediaTypes } from '@nv2/oci';
import { repositoryScope } from '../auth/scopes.ts';
import { type RepositoryContext, repositoryPath } from '../context.ts';
import { RegistryError } from '../errors.ts';
import { readBounded, responseError } from '../http/failure.ts';
import { findNextPage } from '../http/link.ts';
import { limits } from '../limits.ts';
import { type Listing, parseListing } from './listing.ts';

export interface ReferrersPage {
  readonly listing: Listing;
  readonly bytes: number;
  readonly next: URL | undefined;
}

/** The first page, or that the registry has no such API (as far as this answer tells). */
export type FirstPage =
  | { readonly kind: 'page'; readonly page: ReferrersPage }
  | { readonly kind: 'unsupported' | 'unknown-repository' };

export function firstPageUrl(context: RepositoryContext, subject: Digest, artifactType: string | undefined): URL {
  const url = new URL(repositoryPath(context, `referrers/${subject}`), context.client.origin);
  if (artifactType !== undefined) url.searchParams.set('artifactType', artifactType);
  return url;
}

// Without the API a server knows no such route: 404 (or, of some, 405, 501, 400), or a page that is no index.
const unsupportedStatus = new Set([400, 404, 405, 406, 501]);

/** @throws RegistryError for everything but a listing and the signs of a registry without the API */
export async function fetchFirstPage(
  context: RepositoryContext,
  page: URL,
  doing: string,
  options: FetchOptions,
): Promise<FirstPage> {
  const response = await sendPage(context, page, doing, options);
  if (unsupportedStatus.has(response.status)) {
    const error = await responseError(response, doing);
    const isUnknown = response.status === 404 && isListed(error.details['registryCodes'], 'NAME_UNKNOWN');
    return { kind: isUnknown ? 'unknown-repository' : 'unsupported' };
  }
  if (response.status === 200 && !isIndex(response.headers)) {
    response.discard();
    return { kind: 'unsupported' };
  }
  return { kind: 'page', page: await readPage(response, page, doing) };
}

/** @throws RegistryError `REGISTRY_RESPONSE_INVALID`, `REGISTRY_LIMIT`, the codes of a failed answer */
export async function fetchPage(
  context: RepositoryContext,
  page: URL,
  doing: string,
  options: FetchOptions,
): Promise<ReferrersPage> {
  const response = await sendPage(context, page, doing, options);
  if (response.status === 200 && !isIndex(response.headers)) {
    response.discard();
    throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: a page is not an image index`);
  }
  return readPage(response, page, doing);
}

type Response = Awaited<ReturnType<RepositoryContext['client']['send']>>;

function sendPage(context: RepositoryContext, page: URL, doing: string, { signal }: FetchOptions): Promise<Response> {
  return context.client.send({
    method: 'GET',
    target: page,
    headers: [['Accept', mediaTypes.ociIndex]],
    scopes: [repositoryScope(context.repository, 'pull')],
    doing,
    signal,
  });
}

async function readPage(response: Response, page: URL, doing: string): Promise<ReferrersPage> {
  if (response.status !== 200) throw await responseError(response, doing);
  const bytes = await readBounded(response, limits.maxPageBytes, doing);
  const next = findNextPage(response, page, doing);
  try {
    return { listing: parseListing(bytes), bytes: bytes.length, next };
  } catch (cause) {
    throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the answer is no listing`, { cause });
  }
}

function isIndex(headers: Response['headers']): boolean {
  const [type = ''] = (findHeader(headers, 'content-type') ?? '').split(';');
  return type.trim().toLowerCase() === mediaTypes.ociIndex;
}

function isListed(codes: unknown, code: string): boolean {
  return Array.isArray(codes) && codes.includes(code);
}
