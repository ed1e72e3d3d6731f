// Joins what a revocation check needs: connections, the caches on disk, the user's own files. Nothing of it is loaded before
// a chain is to be asked about, so a verification that asks nobody pays for nothing.

import { describeError, type Transport, type TransportResponse } from '@nv2/base';
import type { Config, ConfigEvent } from '@nv2/config';
import type { CrlCache, OcspCache, RevocationChecker, RevocationData, RevocationEvent } from '@nv2/pki';
import { resolvePath } from '../files.ts';
import type { Exchange } from '../http-trace.ts';
import type { Io } from '../io.ts';
import type { RevocationChoice } from '../services.ts';

export interface RevocationParts {
  readonly io: Io;
  readonly config: () => Promise<Config>;
  readonly userAgent: string;
  readonly trace?: ((exchange: Exchange) => void) | undefined;
  readonly tell: (event: RevocationEvent) => void;
  readonly tellConfig: (event: ConfigEvent) => void;
  /** Called at the end of the run. */
  readonly onClose: (close: () => void) => void;
}

/** Requests of registries count from 1; those for revocation are told apart by what they begin with. */
const firstExchangeId = 1001;

/** A checker that is built when it is asked for the first time. */
export function lazyRevocationChecker(choice: RevocationChoice, parts: RevocationParts): RevocationChecker {
  let opened: Promise<RevocationChecker> | undefined;
  return async (request) => (await (opened ??= openChecker(choice, parts)))(request);
}

async function openChecker(choice: RevocationChoice, parts: RevocationParts): Promise<RevocationChecker> {
  const { ocspTimeoutMs, crlTimeoutMs, isOffline } = choice;
  const [{ createRevocationChecker }, data, { crlCache, ocspCache }] = await Promise.all([
    import('@nv2/pki'),
    openData(choice, parts),
    openCaches(parts),
  ]);
  return createRevocationChecker({
    ...(isOffline ? {} : { transport: await openTransport(parts) }),
    ...(data && { data }),
    ...(crlCache && { crlCache }),
    ...(ocspCache && { ocspCache }),
    ...(ocspTimeoutMs === undefined ? {} : { ocspTimeoutMs }),
    ...(crlTimeoutMs === undefined ? {} : { crlTimeoutMs }),
    userAgent: parts.userAgent,
    onEvent: parts.tell,
  });
}

async function openData(
  { dataDirectory }: RevocationChoice,
  { io, tellConfig }: RevocationParts,
): Promise<RevocationData | undefined> {
  if (dataDirectory === undefined) return undefined;
  const [{ readRevocationFiles }, { indexRevocationData }] = await Promise.all([
    import('@nv2/config'),
    import('@nv2/pki'),
  ]);
  const files = await readRevocationFiles(resolvePath(io.cwd, dataDirectory), { signal: io.signal });
  const { data, unusable } = indexRevocationData(files);
  for (const { name, reason } of unusable) tellConfig({ type: 'revocation-file-unusable', path: name, reason });
  return data;
}

/** A cache that cannot be opened is told about, and done without. */
async function openCaches({
  config,
  tellConfig,
}: RevocationParts): Promise<{ readonly crlCache?: CrlCache; readonly ocspCache?: OcspCache }> {
  const [{ openCrlCache, openOcspCache }, { directories }] = await Promise.all([import('@nv2/config'), config()]);
  const [crlCache, ocspCache] = await Promise.all([
    openCrlCache(directories.notationCache).catch((cause: unknown) => {
      tellConfig({ type: 'cache-unavailable', cache: 'crl', cause });
      return undefined;
    }),
    openOcspCache(directories.nv2Cache).catch((cause: unknown) => {
      tellConfig({ type: 'cache-unavailable', cache: 'ocsp', cause });
      return undefined;
    }),
  ]);
  return { ...(crlCache && { crlCache }), ...(ocspCache && { ocspCache }) };
}

/** Its own connections: what is asked here is plain HTTP to whomever a certificate names, with nothing of a registry's. */
async function openTransport({ io, trace, onClose }: RevocationParts): Promise<Transport> {
  const { createTransport } = await import('@nv2/transport');
  const transport = createTransport({ env: io.env });
  onClose(() => transport.close());
  return trace === undefined ? transport : traced(transport, trace);
}

function traced(transport: Transport, trace: (exchange: Exchange) => void): Transport {
  let next = firstExchangeId;
  return async (request): Promise<TransportResponse> => {
    const id = next++;
    const { method, url, headers } = request;
    trace({ kind: 'request', id, method, url, headers });
    const response = await transport(request);
    trace({ kind: 'response', id, method, url, status: response.status, headers: response.headers });
    return response;
  };
}

/** For `--debug`; `undefined` for what another line says better. */
export function describeRevocationEvent(event: RevocationEvent): string | undefined {
  switch (event.type) {
    case 'revocation-server-answered': {
      const { method, url, status, reason, from } = event.server;
      const where = from === undefined || from === 'network' ? '' : ` (from ${from})`;
      return `revocation: certificate ${event.place}: ${method} ${url}${where}: ${status}${reason === undefined ? '' : `: ${reason}`}`;
    }
    case 'ocsp-fallback-to-crl':
      return `revocation: certificate ${event.place}: OCSP gave no answer, CRLs are asked`;
    case 'revocation-no-source':
      return `revocation: certificate ${event.place} names nobody who could be asked`;
    case 'revocation-redirected':
      return `revocation: ${event.from} redirects to ${event.to}`;
    case 'crl-cache-hit':
      return `CRL cache: ${event.url} found`;
    case 'crl-cache-miss':
      return `CRL cache: ${event.url} not found`;
    case 'crl-cache-expired':
      return `CRL cache: ${event.url} expired at ${event.nextUpdate.toISOString()}`;
    case 'crl-cache-evicted':
      return `CRL cache: ${event.url} removed: ${event.reason}`;
    case 'crl-cache-read-failed':
    case 'crl-cache-write-failed':
      return `CRL cache: ${event.url} cannot be ${event.type === 'crl-cache-read-failed' ? 'read' : 'kept'}: ${describeError(event.error)}`;
    case 'ocsp-cache-failed':
      return `OCSP cache: ${event.url}: ${describeError(event.error)}`;
    default:
      return undefined;
  }
}
