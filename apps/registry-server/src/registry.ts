// The composition of a registry: storage, metadata, services, routes.

import type { Transport } from '@nv2/base';
import { createDispatcher } from './dispatch.ts';
import { ServerError } from './errors.ts';
import { createManifestBytes } from './manifests/bytes.ts';
import { openMetadata } from './metadata/metadata.ts';
import { type RegistryOptions, withDefaults } from './options.ts';
import { toProblem } from './http/problem.ts';
import { builtinRoutes } from './routes/builtin.ts';
import { UploadSessions } from './uploads/sessions.ts';

export interface Registry extends AsyncDisposable {
  /** Answers requests in origin form; never rejects. */
  readonly handler: Transport;
  /** Lets running requests finish, refuses new ones, and releases the directory. */
  close(): Promise<void>;
}

/**
 * Opens the registry kept in a directory, or makes one.
 *
 * @throws ServerError `SERVER_DIRECTORY_UNUSABLE`, `SERVER_DIRECTORY_IN_USE`, `SERVER_DATABASE_FAILED`
 */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const settings = withDefaults(options);
  const { directory, durability } = settings;
  const storage = await settings.storage.open(directory, { isDurable: durability !== 'off' });
  const metadata = await openMetadata(directory, durability);
  const uploads = new UploadSessions(settings, metadata, storage);
  await uploads.sweep();
  const manifestBytes = createManifestBytes(metadata, storage);
  const dispatch = createDispatcher({ settings, metadata, storage, manifestBytes, uploads }, builtinRoutes);

  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  const shutDown = async (): Promise<void> => {
    await Promise.all(running);
    metadata.close();
  };
  const close = (): Promise<void> => (closing ??= shutDown());
  const handler: Transport = (request) => {
    if (closing !== undefined) {
      const error = new ServerError('SERVER_CLOSING', 'the registry is shutting down', {
        headers: [['Retry-After', '5']],
      });
      return Promise.resolve(toProblem(error, '', false));
    }
    const response = dispatch(request);
    running.add(response);
    void response.finally(() => running.delete(response));
    return response;
  };
  return { handler, close, [Symbol.asyncDispose]: close };
}
