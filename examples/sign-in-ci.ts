// What a build runs after it has pushed: signs the digest that the registry now holds. The key comes from files that the build
// system provides, credentials from its secrets.

import { pemKeyProvider } from '@nv2/config';
import { jwsFormat } from '@nv2/envelope';
import { resolveSubject, sign } from '@nv2/notary';
import { formatRepository, parseReference } from '@nv2/oci';
import { createRegistrySession } from '@nv2/registry-client';
import { createTransport, nodeRuntime } from '@nv2/transport';

export interface BuildSecrets {
  readonly keyPath: string;
  readonly certPath: string;
  readonly username?: string;
  readonly password?: string;
}

/** Gives back the reference of the signature by digest. */
export async function signBuild(text: string, secrets: BuildSecrets): Promise<string> {
  const reference = parseReference(text);
  const key = await pemKeyProvider.openKey({ kind: 'local', name: 'build', ...secrets });
  const { username, password } = secrets;
  const transport = createTransport();
  try {
    const session = createRegistrySession({
      ...nodeRuntime(),
      transport,
      userAgent: 'example-build/1.0.0',
      credentials: async () =>
        username === undefined || password === undefined
          ? { kind: 'anonymous' }
          : { kind: 'basic', username, password },
    });
    const store = session.repository(reference.registry, reference.repository, { actions: ['pull', 'push'] });
    const { descriptor } = await resolveSubject(store, reference.digest ?? reference.tag ?? 'latest');
    const signing = { key, format: jwsFormat, at: new Date(), signingAgent: 'example-build/1.0.0' };
    const { signature } = await sign({ store, subject: descriptor, ...signing, expirySeconds: 90 * 24 * 3600 });
    return `${formatRepository(reference)}@${signature.digest}`;
  } finally {
    transport.close();
  }
}
