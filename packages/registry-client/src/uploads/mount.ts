// Taking over a blob of a sibling repository (distribution-spec, end-11).

import { bytesBody } from '@nv2/base';
import type { FetchOptions } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';
import { repositoryScope } from '../auth/scopes.ts';
import { type RepositoryContext, repositoryPath } from '../context.ts';
import { RegistryError } from '../errors.ts';
import { responseError } from '../http/failure.ts';
import { pushScopes, sessionOf, type UploadSession } from './session.ts';

export type MountOutcome =
  | { readonly status: 'mounted' }
  /** The server wants an upload; it may have opened a session for it. */
  | { readonly status: 'refused'; readonly session?: UploadSession };

/** Asks for a mount. No right to mount (401, 403) is a refusal like any other: the upload will tell. */
export async function mountBlob(
  context: RepositoryContext,
  descriptor: Descriptor,
  from: string,
  { signal }: FetchOptions = {},
): Promise<MountOutcome> {
  const doing = `mounting blob ${descriptor.digest} of ${from} in ${context.name}`;
  const query = new URLSearchParams({ mount: descriptor.digest, from });
  try {
    const response = await context.client.send({
      method: 'POST',
      target: repositoryPath(context, `blobs/uploads/?${query.toString()}`),
      body: bytesBody(new Uint8Array()),
      scopes: [...pushScopes(context), repositoryScope(from, 'pull')],
      doing,
      signal,
    });
    if (response.status === 202) {
      response.discard();
      return { status: 'refused', session: sessionOf(context, response, doing) };
    }
    if (response.status !== 201) throw await responseError(response, doing);
    response.discard();
    return { status: 'mounted' };
  } catch (error) {
    const isRefusal =
      error instanceof RegistryError &&
      ['REGISTRY_UNAUTHORIZED', 'REGISTRY_DENIED', 'REGISTRY_NOT_FOUND', 'REGISTRY_REFUSED'].includes(error.code);
    // Without the right to read the source, or a server that knows no mounts: send the bytes instead.
    if (isRefusal) return { status: 'refused' };
    throw error;
  }
}
