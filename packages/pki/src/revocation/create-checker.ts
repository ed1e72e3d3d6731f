// The revocation checker: every certificate of a chain at the same time, each by OCSP and then by CRL (REV-03 to REV-06).

import { type HeaderFields, type Mutable, plainText, quoteText, SharedWork, type Transport } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import { type CertificateCache, createCertificateCache } from '../certificate-cache.ts';
import { formatName } from '../distinguished-name.ts';
import { defaultCrlTimeoutMs, defaultOcspTimeoutMs } from '../limits.ts';
import { builtinRevocationMethods } from './builtin.ts';
import type { CrlCache, OcspCache } from './caches.ts';
import type {
  CertificateRevocation,
  RevocationChecker,
  RevocationOutcome,
  RevocationRequest,
  RevocationServerResult,
} from './check-revocation.ts';
import { createCrlFacts } from './crl-facts.ts';
import type { RevocationEventListener } from './events.ts';
import { createRevocationMemory } from './memory.ts';
import type { MethodResult, RevocationMethod, RevocationQuestion, RevocationTools } from './method.ts';
import type { RevocationData } from './revocation-data.ts';
import { ageText } from './words.ts';

export interface RevocationCheckerOptions {
  /** Asks responders and fetches CRLs. Without one nobody is asked, and only data at hand and caches can answer. */
  readonly transport?: Transport;
  /** Default: {@link builtinRevocationMethods}. */
  readonly methods?: readonly RevocationMethod[];
  /** For each OCSP server, everything included. Default 2 s (REV-09). */
  readonly ocspTimeoutMs?: number;
  /** For each CRL, everything included. Default 5 s (REV-09). */
  readonly crlTimeoutMs?: number;
  /** The `User-Agent` of requests. Default: none. */
  readonly userAgent?: string;
  /** Parsed certificates and imported keys. Default: one for this checker. */
  readonly keys?: CertificateCache;
  readonly crlCache?: CrlCache;
  readonly ocspCache?: OcspCache;
  /** Files that the user has at hand; they come before every server. */
  readonly data?: RevocationData;
  /** Makes a nonce for each OCSP request, which the answer must repeat. Default: none is sent (REV-12). */
  readonly createNonce?: () => Uint8Array;
  readonly onEvent?: RevocationEventListener;
}

/** Creates a checker. It remembers what it has been told as long as that is valid, so use one for many chains. */
export function createRevocationChecker(options: RevocationCheckerOptions = {}): RevocationChecker {
  const methods = options.methods ?? builtinRevocationMethods;
  const tools = toTools(options);
  const finish = (certificates: readonly CertificateRevocation[], request: RevocationRequest): RevocationOutcome => {
    const outcome = conclude(certificates, request);
    tools.tell?.({ type: 'revocation-checked', outcome });
    return outcome;
  };
  return (request) => {
    const scene = { request, methods, tools };
    const remembered = findRemembered(scene);
    if (remembered !== undefined) return finish(remembered, request);
    const asked = request.chain.map((certificate, place) => checkOne(certificate, place, scene));
    return Promise.all(asked).then((certificates) => finish(certificates, request));
  };
}

function toTools(options: RevocationCheckerOptions): RevocationTools {
  const { transport, crlCache, ocspCache, data, createNonce, userAgent, onEvent } = options;
  const keys = options.keys ?? createCertificateCache();
  const headers: HeaderFields = userAgent === undefined ? [] : [['User-Agent', userAgent]];
  // Member by member: V8 makes a hash table of an object that others are spread into.
  const tools: Mutable<RevocationTools> = {
    headers,
    ocspTimeoutMs: options.ocspTimeoutMs ?? defaultOcspTimeoutMs,
    crlTimeoutMs: options.crlTimeoutMs ?? defaultCrlTimeoutMs,
    keys,
    crlFacts: createCrlFacts(keys),
    memory: createRevocationMemory(),
    fetches: { ocsp: new SharedWork(), crl: new SharedWork() },
  };
  if (transport !== undefined) tools.transport = transport;
  if (crlCache !== undefined) tools.crlCache = crlCache;
  if (ocspCache !== undefined) tools.ocspCache = ocspCache;
  if (data !== undefined) tools.data = data;
  if (createNonce !== undefined) tools.createNonce = createNonce;
  if (onEvent !== undefined) tools.tell = onEvent;
  return tools;
}

interface Scene {
  readonly request: RevocationRequest;
  readonly methods: readonly RevocationMethod[];
  readonly tools: RevocationTools;
}

/** What is known about a chain of which every certificate was asked about before; `undefined` if one has to be asked about now. */
function findRemembered(scene: Scene): readonly CertificateRevocation[] | undefined {
  const { request, tools } = scene;
  // Files at hand come first, and waiting for them costs little beside reading them.
  if (tools.data !== undefined || request.signal?.aborted === true) return undefined;
  const certificates: CertificateRevocation[] = [];
  for (const certificate of request.chain) {
    const result = recall(certificate, request.chain[certificates.length + 1], scene);
    if (result === undefined) return undefined;
    certificates.push(result);
  }
  if (tools.tell !== undefined) tellOf(certificates, tools.tell);
  return certificates;
}

/** The events of a first answer. */
function tellOf(certificates: readonly CertificateRevocation[], tell: RevocationEventListener): void {
  for (const [place, result] of certificates.entries()) {
    const { certificate, servers } = result;
    for (const server of servers) tell({ type: 'revocation-server-answered', certificate, place, server });
    if (servers.length === 0 && place < certificates.length - 1) {
      tell({ type: 'revocation-no-source', certificate, place });
    }
    tell({ type: 'revocation-certificate-checked', place, result });
  }
}

function recall(
  certificate: Certificate,
  issuer: Certificate | undefined,
  { request, methods, tools }: Scene,
): CertificateRevocation | undefined {
  if (issuer === undefined) return uncheckable(certificate); // REV-03
  const method = methods.find((candidate) => candidate.findUrls(certificate).length > 0);
  if (method === undefined) return uncheckable(certificate);
  const { at, authenticSigningTime, signal } = request;
  const result = method.checkRemembered({ certificate, issuer, at, authenticSigningTime, signal }, tools);
  return result && toCertificateResult(certificate, method.name, result);
}

function uncheckable(certificate: Certificate): CertificateRevocation {
  return { certificate, status: 'not-checkable', method: 'none', servers: [] };
}

async function checkOne(certificate: Certificate, place: number, scene: Scene): Promise<CertificateRevocation> {
  const { request, tools } = scene;
  const issuer = request.chain[place + 1];
  const result =
    issuer === undefined
      ? uncheckable(certificate) // REV-03
      : await ask(
          place,
          { ...request, certificate, issuer, isPublicOnly: place >= (request.vouched ?? Infinity) },
          scene,
        );
  tools.tell?.({ type: 'revocation-certificate-checked', place, result });
  return result;
}

async function ask(place: number, question: RevocationQuestion, scene: Scene): Promise<CertificateRevocation> {
  const { methods, tools } = scene;
  const { certificate } = question;
  const atHand = findInData(question, scene);
  // What the user has brought along and says revoked is revoked, whatever a server says about it.
  if (atHand?.result.status === 'revoked') return toCertificateResult(certificate, atHand.method, atHand.result);
  const able = methods.filter((method) => method.findUrls(certificate).length > 0);
  if (able.length === 0) {
    if (atHand?.result.status === 'ok') return toCertificateResult(certificate, atHand.method, atHand.result);
    tools.tell?.({ type: 'revocation-no-source', certificate, place });
    return uncheckable(certificate);
  }
  const servers: RevocationServerResult[] = [];
  let method: CertificateRevocation['method'] = 'none';
  for (const [index, next] of able.entries()) {
    // REV-04: whatever the reason why OCSP gave no answer.
    if (index > 0) tools.tell?.({ type: 'ocsp-fallback-to-crl', certificate, place });
    method = index === 0 ? next.name : 'ocsp-then-crl';
    const result = await next.check(question, tools);
    servers.push(...result.servers);
    for (const server of result.servers)
      tools.tell?.({ type: 'revocation-server-answered', certificate, place, server });
    if (result.status !== 'unknown') return toCertificateResult(certificate, method, { ...result, servers });
  }
  return { certificate, status: 'unknown', method, servers };
}

function findInData(
  question: RevocationQuestion,
  { methods, tools }: Scene,
): { readonly method: RevocationMethod['name']; readonly result: MethodResult } | undefined {
  if (tools.data === undefined) return undefined;
  const found = methods.flatMap((method) => {
    const result = method.checkData(question, tools);
    return result === undefined || result.status === 'unknown' ? [] : [{ method: method.name, result }];
  });
  return found.find(({ result }) => result.status === 'revoked') ?? found[0];
}

function toCertificateResult(
  certificate: Certificate,
  method: CertificateRevocation['method'],
  result: MethodResult,
): CertificateRevocation {
  const { servers } = result;
  if (result.status === 'revoked') return { certificate, status: 'revoked', method, servers, facts: result.facts };
  return { certificate, status: result.status, method, servers };
}

/** REV-06. OC-37: certificates are asked about at the same time, and told of from the root downwards. */
function conclude(certificates: readonly CertificateRevocation[], { at }: RevocationRequest): RevocationOutcome {
  const revoked = certificates.findLast((result) => result.status === 'revoked');
  if (revoked !== undefined) {
    return { status: 'revoked', certificate: revoked.certificate, reason: revokedText(revoked), certificates };
  }
  const open = certificates.findLast(({ status }) => status === 'unknown');
  if (open !== undefined) return { status: 'unknown', reason: unknownText(open, at), certificates };
  return { status: 'passed', certificates };
}

const maxNameChars = 300;
const maxUrlChars = 200;
const maxReasonChars = 300;
const maxNamedServers = 3;

function revokedText({
  certificate,
  facts,
  servers,
}: Extract<CertificateRevocation, { readonly status: 'revoked' }>): string {
  const by = servers.find(({ status }) => status === 'revoked');
  const why = facts.reason === undefined ? '' : ` (${facts.reason})`;
  const issuer = plainText(formatName(certificate.issuer), maxNameChars);
  const where =
    by === undefined
      ? ''
      : ` says the ${by.method === 'ocsp' ? 'OCSP answer' : 'CRL'} of ${quoteText(by.url, maxUrlChars)}`;
  return `since ${facts.revokedAt.toISOString()}${why}, by ${issuer};${where}`;
}

function unknownText({ certificate, servers }: CertificateRevocation, at: Date): string {
  const failures = servers.slice(0, maxNamedServers).map(({ method, url, reason = 'no answer', updatedAt }) => {
    const age = updatedAt === undefined ? '' : ` (the last answer is ${ageText(updatedAt, at)} old)`;
    return `${method === 'ocsp' ? 'OCSP' : 'CRL'} ${quoteText(url, maxUrlChars)}: ${plainText(reason, maxReasonChars)}${age}`;
  });
  const more = servers.length > maxNamedServers ? `; and ${servers.length - maxNamedServers} more` : '';
  return `nobody could say whether ${plainText(formatName(certificate.subject), maxNameChars)} is revoked: ${failures.join('; ')}${more}`;
}
