// Starting an upload, pushing a blob in one request, mounting one of another repository (A4, A5, A6, A14).

import type { HeaderFields, TransportResponse } from '@nv2/base';
import type { Digest, RepositoryName } from '@nv2/oci';
import { emptyAnswer } from '../http/answer.ts';
import { findParameter } from '../http/target.ts';
import type { Services } from '../services.ts';
import { uploadHeaders } from '../uploads/place.ts';
import { parseAlgorithm, parseDigestArgument, parseRepository } from './arguments.ts';
import type { Route, RouteContext } from './route.ts';

export const uploadStart: Route = {
  name: 'upload-start',
  path: '/v2/*/blobs/uploads/',
  methods: { POST: startUpload },
};

/** Some clients leave the last slash out. */
export const uploadStartWithoutSlash: Route = {
  name: 'upload-start-without-slash',
  path: '/v2/*/blobs/uploads',
  methods: { POST: startUpload },
};

async function startUpload({ services, request, query, ...context }: RouteContext): Promise<TransportResponse> {
  const repository = parseRepository(context.repository);
  const mount = findParameter(query, 'mount');
  if (mount !== undefined) {
    const digest = parseDigestArgument(mount);
    if (await mountBlob(services, repository, digest, findParameter(query, 'from'))) return created(repository, digest);
  }
  const claimed = findParameter(query, 'digest');
  if (claimed !== undefined) {
    const digest = parseDigestArgument(claimed);
    await services.uploads.store(repository, digest, request.body);
    return created(repository, digest);
  }
  const upload = await services.uploads.start(repository, parseAlgorithm(findParameter(query, 'digest-algorithm')));
  return emptyAnswer(202, uploadHeaders(upload));
}

/** 201 for a blob that the repository now holds. */
export function created(repository: RepositoryName, digest: Digest): TransportResponse {
  const headers: HeaderFields = [
    ['Location', `/v2/${repository}/blobs/${digest}`],
    ['Docker-Content-Digest', digest],
  ];
  return emptyAnswer(201, headers);
}

/** G10: from the named repository, or from any that the caller may read, which today is every one. */
async function mountBlob(
  { metadata }: Services,
  target: RepositoryName,
  digest: Digest,
  from: string | undefined,
): Promise<boolean> {
  const source = from === undefined ? undefined : metadata.repositories.find(parseRepository(from));
  if (from !== undefined && source === undefined) return false;
  return metadata.write(() => {
    const { blobs, repositories } = metadata;
    const size = source === undefined ? blobs.findSizeAnywhere(digest) : blobs.findSize(source, digest);
    if (size !== undefined) blobs.link(repositories.ensure(target), digest, size);
    return size !== undefined;
  });
}
