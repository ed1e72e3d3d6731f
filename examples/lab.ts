// What the examples are tried on: a real registry on a loopback port with one image, a signer, and a policy that trusts its root.

import { encodeUtf8 } from '@nv2/base';
import { type TestChain, listeningRegistry, mintChain, pushArtifact, testImage } from '@nv2/testing';
import { createRegistrySession } from '@nv2/registry-client';
import { createTransport, nodeRuntime } from '@nv2/transport';

export interface Lab extends AsyncDisposable {
  readonly host: string;
  /** `localhost:PORT/team/app:v1`. */
  readonly reference: string;
  readonly chain: TestChain;
  /** The root certificate as PEM. */
  readonly root: Uint8Array;
  readonly policy: Uint8Array;
}

export async function openLab(): Promise<Lab> {
  const registry = await listeningRegistry();
  const transport = createTransport();
  const session = createRegistrySession({ ...nodeRuntime(), transport, userAgent: 'lab/1.0.0' });
  await pushArtifact(session.repository(registry.host, 'team/app'), testImage(), 'v1');
  transport.close();
  const chain = await mintChain({ length: 3 });
  return {
    host: registry.host,
    reference: `${registry.host}/team/app:v1`,
    chain,
    root: encodeUtf8(chain.pem.slice(chain.pem.lastIndexOf('-----BEGIN'))),
    policy: policyFor(`${registry.host}/team/app`),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

function policyFor(scope: string): Uint8Array {
  const statement = {
    name: 'example',
    registryScopes: [scope],
    signatureVerification: { level: 'strict' },
    trustStores: ['ca:example'],
    trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example'],
  };
  return encodeUtf8(JSON.stringify({ version: '1.0', trustPolicies: [statement] }));
}
