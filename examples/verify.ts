// Verifies an artifact in a registry under a trust policy, as a service would: nothing global, nothing read from disk.
//
//   verifyArtifact('registry.example.com/team/app:v1', policyBytes, rootCertificatePem)

import { setTimeout as sleep } from 'node:timers/promises';
import { type ArtifactReport, toReport, verify } from '@nv2/notary';
import { formatRepository, parseReference } from '@nv2/oci';
import { parseCertificates } from '@nv2/pki';
import { createRegistrySession } from '@nv2/registry-client';
import { createTransport } from '@nv2/transport';
import { memoryTrustStore, parseTrustPolicy, selectStatement } from '@nv2/trust';

/** The report says `trusted`, `untrusted` or `not-verified`, and why. It throws when there is no verdict: registry away, policy invalid. */
export async function verifyArtifact(text: string, policyBytes: Uint8Array, root: Uint8Array): Promise<ArtifactReport> {
  const reference = parseReference(text);
  const policy = parseTrustPolicy(policyBytes, { kind: 'oci' });
  const statement = selectStatement(policy, formatRepository(reference));
  const trustStore = memoryTrustStore([{ type: 'ca', name: 'example', certificates: parseCertificates(root) }]);

  const transport = createTransport();
  try {
    const session = createRegistrySession({
      transport,
      userAgent: 'example/1.0.0',
      now: () => new Date(),
      sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
      random: Math.random,
    });
    const outcome = await verify({
      store: session.repository(reference.registry, reference.repository, { actions: ['pull'] }),
      subject: reference.digest ?? reference.tag ?? 'latest',
      trust:
        statement === undefined ? { kind: 'none', because: 'no-statement' } : { kind: 'policy', statement, trustStore },
      at: new Date(),
    });
    return toReport(outcome);
  } finally {
    transport.close();
  }
}
