// Verifies an artifact in a registry under a trust policy: nothing global, nothing read from disk.

import { type ArtifactOutcome, type NotaryEventListener, policyTrust, verify } from '@nv2/notary';
import { formatRepository, parseReference } from '@nv2/oci';
import { createRegistrySession } from '@nv2/registry-client';
import { createTransport, nodeRuntime } from '@nv2/transport';
import { type OciTrustPolicy, selectStatement, type TrustStore } from '@nv2/trust';

/** Throws when there is no verdict: the registry is away, the reference is none. */
export async function verifyArtifact(
  text: string,
  policy: OciTrustPolicy,
  trustStore: TrustStore,
  onEvent: NotaryEventListener = () => undefined,
): Promise<ArtifactOutcome> {
  const reference = parseReference(text);
  const trust = policyTrust(selectStatement(policy, formatRepository(reference)), trustStore);
  const transport = createTransport();
  try {
    const session = createRegistrySession({ ...nodeRuntime(), transport, userAgent: 'example/1.0.0' });
    const store = session.repository(reference.registry, reference.repository, { actions: ['pull'] });
    const subject = reference.digest ?? reference.tag ?? 'latest';
    return await verify({ store, subject, trust, at: new Date(), onEvent });
  } finally {
    transport.close();
  }
}
