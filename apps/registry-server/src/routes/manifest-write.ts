// Pushing manifests by tag or digest, with further tags as parameters (A9, A10, E13).

import type { HeaderFields, TransportResponse } from '@nv2/base';
import { isTag, type Tag } from '@nv2/oci';
import { ServerError } from '../errors.ts';
import { emptyAnswer } from '../http/answer.ts';
import { toWarnings } from '../http/warning.ts';
import { maxTagsPerRequest } from '../limits.ts';
import { receiveManifest } from '../manifests/received.ts';
import { isDigestReference, storeManifest } from '../manifests/store.ts';
import { parseDigestArgument, parseRepository, parseTag } from './arguments.ts';
import type { RouteContext } from './route.ts';

export async function writeManifest({
  services,
  request,
  query,
  ...context
}: RouteContext): Promise<TransportResponse> {
  const { settings } = services;
  const repository = parseRepository(context.repository);
  const reference = context.parameter.includes(':')
    ? parseDigestArgument(context.parameter)
    : parseTag(context.parameter);
  const claimed = isDigestReference(reference) ? reference : undefined;
  const added = parseTags(query.get('tag') ?? []);
  const received = await receiveManifest(request, claimed, settings.maxManifestBytes);
  const tags = isDigestReference(reference) ? added : [reference, ...added];
  await storeManifest(services, { repository, received, tags, reference, headers: request.headers });

  const subject = settings.referrersApi ? received.manifest.subject : undefined;
  const headers: HeaderFields = [
    ['Location', `/v2/${repository}/manifests/${received.digest}`],
    ['Docker-Content-Digest', received.digest],
    // C8: truthful, for the referrer was stored in the same transaction.
    ...(subject === undefined ? [] : [['OCI-Subject', subject.digest] as const]),
    ...added.map((tag) => ['OCI-Tag', tag] as const),
    ...(settings.referrersApi ? toWarnings(tags.filter(isFallbackTag).map(describeFallback)) : []),
  ];
  return emptyAnswer(201, headers);
}

/** @throws ServerError `SERVER_TOO_MANY_TAGS`, `SERVER_MANIFEST_INVALID`: nothing is written then */
function parseTags(texts: readonly string[]): readonly Tag[] {
  if (texts.length > maxTagsPerRequest) {
    throw new ServerError('SERVER_TOO_MANY_TAGS', `${texts.length} tags in one request, at most ${maxTagsPerRequest}`);
  }
  return texts.map(parseTag);
}

/**
 * A tag under which clients keep referrers where there is no API for them (distribution-spec, "Referrers Tag Schema").
 */
function isFallbackTag(tag: string): boolean {
  return isTag(tag) && /^sha(?:256|384|512)-[0-9a-f]{64}$/.test(tag);
}

function describeFallback(tag: string): string {
  return `tag ${tag} lists referrers, but this registry has the referrers API and lists them itself`;
}
