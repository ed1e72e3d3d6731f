// Manifests over HTTP (distribution-spec end-3, end-7, end-9).

import {
  bytesBody,
  findHeader,
  findHeaders,
  type HeaderFields,
  isNv2Error,
  quoteText,
  type TransportResponse,
} from '@nv2/base';
import { checkManifestBytes, ContentError, type FetchOptions, type Manifest } from '@nv2/content';
import {
  type Descriptor,
  type Digest,
  detectManifestMediaType,
  digestAlgorithm,
  digestOf,
  isDigest,
  isManifestMediaType,
  isTag,
  manifestMediaTypes,
  OciError,
  parseManifest,
} from '@nv2/oci';
import { repositoryScope } from './auth/scopes.ts';
import { type RepositoryContext, repositoryPath } from './context.ts';
import { RegistryError } from './errors.ts';
import { complaintError, readBounded, readComplaints, responseError } from './http/failure.ts';
import { backoffMs } from './http/retry.ts';
import { limits } from './limits.ts';

// A server asked for less than all families may convert, and so change the digest.
const acceptAll: HeaderFields = [['Accept', manifestMediaTypes.join(', ')]];

/** A manifest with the fields of the answer that brought it. */
export interface FetchedManifest extends Manifest {
  readonly headers: HeaderFields;
}

/**
 * Fetches a manifest in one request, without reading it as one. The digest is computed from the bytes (OC-52).
 *
 * @throws OciError `OCI_MEDIA_TYPE_UNSUPPORTED`, `OCI_MANIFEST_TOO_LARGE`; ContentError `CONTENT_MISMATCH`; RegistryError
 */
export async function fetchManifestBytes(
  context: RepositoryContext,
  reference: string,
  { signal }: FetchOptions = {},
): Promise<FetchedManifest | undefined> {
  const doing = `fetching manifest ${reference} of ${context.name}`;
  const response = await context.client.send({
    method: 'GET',
    target: manifestPath(context, reference),
    headers: acceptAll,
    scopes: [repositoryScope(context.repository, 'pull')],
    doing,
    signal,
  });
  if (response.status === 404) return absent(response);
  if (response.status !== 200) throw await responseError(response, doing);
  const declared = mediaTypeOf(response);
  if (declared !== undefined) checkMediaType(declared, response, doing);
  const bytes = await readManifestBody(response, doing);
  const mediaType = declared ?? detectManifestMediaType(bytes);
  const digest = checkDigest(bytes, reference, response, doing);
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes, headers: response.headers };
}

/** As {@link fetchManifestBytes}, and proven to be a well-formed manifest of its media type. */
export async function findManifest(
  context: RepositoryContext,
  reference: string,
  options: FetchOptions = {},
): Promise<Manifest | undefined> {
  const fetched = await fetchManifestBytes(context, reference, options);
  if (fetched === undefined) return undefined;
  const { descriptor, bytes } = fetched;
  parseManifest(bytes, descriptor.mediaType);
  return { descriptor, bytes };
}

/** HEAD; a registry that leaves out type, length or digest is asked by GET. */
export async function findManifestDescriptor(
  context: RepositoryContext,
  reference: string,
  options: FetchOptions = {},
): Promise<Descriptor | undefined> {
  const doing = `resolving manifest ${reference} of ${context.name}`;
  const response = await context.client.send({
    method: 'HEAD',
    target: manifestPath(context, reference),
    headers: acceptAll,
    scopes: [repositoryScope(context.repository, 'pull')],
    doing,
    signal: options.signal,
  });
  response.discard();
  if (response.status === 404) return undefined;
  if (response.status === 405) return (await findManifest(context, reference, options))?.descriptor;
  if (response.status !== 200) throw complaintError(response, [], doing);
  const mediaType = mediaTypeOf(response);
  const length = findHeader(response.headers, 'content-length') ?? '';
  const claimed = findDigestField(response, doing);
  const digest = isDigest(reference) ? reference : claimed;
  if (claimed !== undefined && isDigest(reference) && claimed !== reference && isSameAlgorithm(claimed, reference)) {
    throw mismatch(doing, reference, claimed);
  }
  if (mediaType === undefined || digest === undefined || !/^\d{1,15}$/.test(length)) {
    return (await findManifest(context, reference, options))?.descriptor;
  }
  checkMediaType(mediaType, response, doing);
  if (Number(length) > limits.maxManifestBytes) throw tooLarge(doing);
  return { mediaType, digest, size: Number(length) };
}

/**
 * Stores a manifest under its digest or, in the same request, under a tag.
 *
 * @returns the answer's fields: `OCI-Subject` tells whether the registry keeps referrers
 * @throws ContentError `CONTENT_PARTS_MISSING` when the registry misses something the manifest refers to
 */
export async function putManifest(
  context: RepositoryContext,
  manifest: Manifest,
  reference: string,
  options: FetchOptions & { readonly conditions?: HeaderFields } = {},
): Promise<HeaderFields> {
  checkManifestBytes(manifest);
  const doing = `pushing manifest ${reference} to ${context.name}`;
  const response = await sendManifest(context, manifest, reference, doing, options);
  response.discard();
  const { digest } = manifest.descriptor;
  const claimed = findDigestField(response, doing);
  if (claimed !== undefined && isSameAlgorithm(claimed, digest) && claimed !== digest)
    throw mismatch(doing, digest, claimed);
  return response.headers;
}

async function sendManifest(
  context: RepositoryContext,
  manifest: Manifest,
  reference: string,
  doing: string,
  options: FetchOptions & { readonly conditions?: HeaderFields },
): Promise<TransportResponse> {
  for (let tries = 1; ; tries++) {
    const response = await context.client.send({
      method: 'PUT',
      target: manifestPath(context, reference),
      headers: [['Content-Type', manifest.descriptor.mediaType], ...(options.conditions ?? [])],
      body: bytesBody(manifest.bytes),
      scopes: [repositoryScope(context.repository, 'pull', 'push')],
      doing,
      signal: options.signal,
    });
    if (response.status === 201 || response.status === 200) return response;
    const error = await putError(response, doing);
    // Distribution rewrites its links in place: a blob that somebody else is pushing too is missing for an instant.
    if (tries === 2 || !isNv2Error(error, 'CONTENT_PARTS_MISSING')) throw error;
    await context.runtime.sleep(backoffMs(tries, context.runtime.random), options.signal);
  }
}

/** Removes a tag or, by digest, a manifest. @throws ContentError `CONTENT_NOT_FOUND` */
export async function removeManifest(
  context: RepositoryContext,
  reference: string,
  { signal }: FetchOptions = {},
): Promise<void> {
  const doing = `deleting manifest ${reference} of ${context.name}`;
  const response = await context.client.send({
    method: 'DELETE',
    target: manifestPath(context, reference),
    scopes: [repositoryScope(context.repository, 'delete', 'pull')],
    doing,
    signal,
  });
  if (response.status === 404) {
    response.discard();
    throw new ContentError('CONTENT_NOT_FOUND', `${doing}: it is not there`);
  }
  if (response.status !== 202 && response.status !== 200 && response.status !== 204)
    throw await responseError(response, doing);
  response.discard();
}

function manifestPath(context: RepositoryContext, reference: string): string {
  if (!isDigest(reference) && !isTag(reference)) {
    throw new OciError('OCI_REFERENCE_INVALID', `${quoteText(reference)} is neither a tag nor a digest`);
  }
  return repositoryPath(context, `manifests/${reference}`);
}

// SIGN-09: a manifest that arrives before its blobs is refused, and says so.
async function putError(response: TransportResponse, doing: string): Promise<Error> {
  const complaints = await readComplaints(response);
  const cause = complaintError(response, complaints, doing);
  const isMissingPart = complaints.some(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN');
  return isMissingPart
    ? new ContentError('CONTENT_PARTS_MISSING', `${doing}: the registry misses content it refers to`, { cause })
    : cause;
}

function absent(response: TransportResponse): undefined {
  response.discard();
}

function mediaTypeOf(response: TransportResponse): string | undefined {
  const [type = ''] = (findHeader(response.headers, 'content-type') ?? '').split(';');
  return type.trim() === '' ? undefined : type.trim().toLowerCase();
}

function checkMediaType(mediaType: string, response: TransportResponse, doing: string): void {
  if (isManifestMediaType(mediaType)) return;
  response.discard();
  const isSchema1 = mediaType.startsWith('application/vnd.docker.distribution.manifest.v1+');
  const what = isSchema1
    ? 'a Docker schema 1 manifest, which is not supported'
    : `content of type ${quoteText(mediaType)}`;
  throw new OciError('OCI_MEDIA_TYPE_UNSUPPORTED', `${doing}: found ${what}`);
}

async function readManifestBody(response: TransportResponse, doing: string): Promise<Uint8Array> {
  try {
    return await readBounded(response, limits.maxManifestBytes, doing);
  } catch (cause) {
    if (cause instanceof RegistryError && cause.code === 'REGISTRY_LIMIT') throw tooLarge(doing);
    throw cause;
  }
}

// OC-52: the registry's word for a digest is compared, never taken.
function checkDigest(bytes: Uint8Array, reference: string, response: TransportResponse, doing: string): Digest {
  const claimed = findDigestField(response, doing);
  if (claimed !== undefined) {
    const found = digestOf(bytes, digestAlgorithm(claimed));
    if (found !== claimed) throw mismatch(doing, claimed, found);
  }
  if (!isDigest(reference)) return claimed ?? digestOf(bytes);
  const found = digestOf(bytes, digestAlgorithm(reference));
  if (found !== reference) throw mismatch(doing, reference, found);
  return reference;
}

function findDigestField(response: TransportResponse, doing: string): Digest | undefined {
  const [value, ...others] = new Set(findHeaders(response.headers, 'docker-content-digest'));
  if (value === undefined) return undefined;
  if (others.length === 0 && isDigest(value)) return value;
  response.discard();
  const found = quoteText([value, ...others].join(', '));
  throw new RegistryError(
    'REGISTRY_RESPONSE_INVALID',
    `${doing}: expected one digest in Docker-Content-Digest, found ${found}`,
  );
}

function isSameAlgorithm(a: Digest, b: Digest): boolean {
  return digestAlgorithm(a) === digestAlgorithm(b);
}

function mismatch(doing: string, expected: Digest, found: Digest): ContentError {
  return new ContentError('CONTENT_MISMATCH', `${doing}: expected digest ${expected}, found ${found}`);
}

function tooLarge(doing: string): OciError {
  return new OciError('OCI_MANIFEST_TOO_LARGE', `${doing}: it has more than ${limits.maxManifestBytes} bytes`);
}
