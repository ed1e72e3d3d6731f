// A service that answers whether an artifact may run: `GET /?ref=registry.example.com/team/app:v1` gives the report as JSON, 200 for
// an artifact that is trusted and 403 for any other. One connection pool, one certificate cache, any number of requests at once.

import { createServer, type Server } from 'node:http';
import { policyTrust, toReport, verify } from '@nv2/notary';
import { formatRepository, parseReference } from '@nv2/oci';
import { createCertificateCache, parseCertificates } from '@nv2/pki';
import { createRegistrySession } from '@nv2/registry-client';
import { createTransport, nodeRuntime } from '@nv2/transport';
import { memoryTrustStore, parseTrustPolicy, selectStatement } from '@nv2/trust';

export interface ServiceOptions {
  /** A trust policy document; its statements name the store `ca:example`. */
  readonly policy: Uint8Array;
  /** The certificates of that store, PEM. */
  readonly roots: Uint8Array;
}

/** The caller listens and closes. Throws for a policy or certificates that are none. */
export function createVerificationService({ policy: policyBytes, roots }: ServiceOptions): Server {
  const policy = parseTrustPolicy(policyBytes, { kind: 'oci' });
  const trustStore = memoryTrustStore([{ type: 'ca', name: 'example', certificates: parseCertificates(roots) }]);
  const transport = createTransport();
  const session = createRegistrySession({ ...nodeRuntime(), transport, userAgent: 'example/1.0.0' });
  const cache = createCertificateCache();

  async function judge(text: string): Promise<ReturnType<typeof toReport>> {
    const reference = parseReference(text);
    const outcome = await verify({
      store: session.repository(reference.registry, reference.repository, { actions: ['pull'] }),
      subject: reference.digest ?? reference.tag ?? 'latest',
      trust: policyTrust(selectStatement(policy, formatRepository(reference)), trustStore),
      at: new Date(),
      cache,
      signal: AbortSignal.timeout(30_000),
    });
    return toReport(outcome);
  }

  const server = createServer((request, response) => {
    const text = new URL(request.url ?? '/', 'http://service').searchParams.get('ref') ?? '';
    const answer = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    judge(text).then(
      (report) => answer(report.verdict === 'trusted' ? 200 : 403, report),
      // No verdict: whoever asks must not take this for one.
      (error: unknown) => answer(502, { error: error instanceof Error ? error.message : 'unknown error' }),
    );
  });
  server.on('close', () => transport.close());
  return server;
}
