// Deleting a tag, or a manifest with all its tags (L1, L2). Bytes stay until garbage is collected (L5).

import type { TransportResponse } from '@nv2/base';
import { isTag, parseDigest } from '@nv2/oci';
import { emptyAnswer } from '../http/answer.ts';
import { assertPrecondition } from '../http/conditions.ts';
import { toWarnings } from '../http/warning.ts';
import { assertDeletable, getRepository } from './arguments.ts';
import { findManifest } from './manifest-read.ts';
import type { RouteContext } from './route.ts';

export async function deleteManifest(context: RouteContext): Promise<TransportResponse> {
  const { services, request, parameter } = context;
  const { metadata } = services;
  assertDeletable(services);
  const repository = getRepository(context);
  const warnings = await metadata.write(() => {
    const found = findManifest(context);
    assertPrecondition(request.headers, found.digest);
    if (isTag(parameter)) {
      metadata.manifests.removeTag(repository, parameter);
      return [];
    }
    const parent = metadata.blobs.findReferrer(repository, parseDigest(found.digest));
    metadata.manifests.remove(repository, found.contentId);
    return parent === undefined ? [] : [`index ${parent} still lists the deleted manifest`];
  });
  return emptyAnswer(202, toWarnings(warnings));
}
