// A time-stamp authority for tests: RFC 3161 over HTTP, as a Transport or on a socket, honest unless told otherwise.
// It reads requests and writes answers with a library of others, so that both ends cannot share a mistake of ours.

import { bytesResponse, findHeader, type HashName, readAll, type Transport, type TransportResponse } from '@nv2/base';
import type { Certificate } from '@nv2/pki';
import { listen } from '@nv2/transport';
import { mintChain, type TestChain } from './pki.ts';
import { encodeTestToken, type TestStatement, type TestTokenOptions } from './tsa-token.ts';

/** What a request says, read by the library. */
export interface TestTsaRequest {
  readonly version: number;
  readonly hashOid: string;
  /** Whether the parameters of the hash algorithm are NULL. */
  readonly hasNull: boolean;
  readonly digest: Uint8Array;
  readonly policy: string | undefined;
  /** Content octets of the INTEGER. */
  readonly nonce: Uint8Array | undefined;
  readonly wantsCertificates: boolean;
  readonly headers: readonly (readonly [string, string])[];
}

export interface TestTsaOptions extends Omit<TestTokenOptions, 'authority' | 'statement'> {
  /** Default: a chain of three with RSA 2048. */
  readonly authority?: TestChain;
  /** Default: the present, to the second. */
  readonly now?: () => Date;
  /** Changes what the honest answer would state. */
  readonly tweakAnswer?: (statement: TestStatement) => TestStatement;
  /** PKIStatus. Default 0, granted. */
  readonly status?: number;
  /** Bit numbers of failInfo. */
  readonly failInfo?: readonly number[];
  readonly statusText?: readonly string[];
  /** Changes the TimeStampResp. */
  readonly tweakResponse?: (der: Uint8Array) => Uint8Array;
  readonly httpStatus?: number;
  readonly contentType?: string;
  /** In the place of the body: what the wire may carry. */
  readonly body?: () => AsyncIterable<Uint8Array>;
  /** Answers only when this settles. */
  readonly delay?: (signal: AbortSignal | undefined) => Promise<void>;
}

export interface TestTsa {
  readonly authority: TestChain;
  readonly root: Certificate;
  /** What was asked so far. */
  readonly requests: readonly TestTsaRequest[];
  readonly transport: Transport;
}

export interface ListeningTsa extends TestTsa, AsyncDisposable {
  readonly url: string;
}

/** An authority in process: every request that the transport gets is one for it. */
export async function testTsa(options: TestTsaOptions = {}): Promise<TestTsa> {
  const authority = options.authority ?? (await mintChain({ keyType: 'rsa2048', length: 3, purpose: 'timestamping' }));
  const requests: TestTsaRequest[] = [];
  const transport: Transport = async (request) => {
    const body = request.body === undefined ? new Uint8Array() : await readAll(request.body.open(), maxRequestBytes);
    await options.delay?.(request.signal);
    if (request.method !== 'POST' || findHeader(request.headers, 'content-type') !== queryType) {
      return bytesResponse(415, []);
    }
    const query = { ...(await parseRequest(body)), headers: request.headers };
    requests.push(query);
    return respond(await answer(query, authority, options), options);
  };
  return { authority, root: authority.root, requests, transport };
}

/** The same, on a socket. */
export async function listeningTsa(options: TestTsaOptions = {}): Promise<ListeningTsa> {
  const tsa = await testTsa(options);
  const server = await listen(tsa.transport, { host: '127.0.0.1', port: 0 });
  return {
    ...tsa,
    url: `http://127.0.0.1:${server.port}/tsa`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

const queryType = 'application/timestamp-query';
const replyType = 'application/timestamp-reply';
const maxRequestBytes = 64 * 1024;
const hashNames: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

// Loaded when the first request comes: the library costs every test file that loads it a tenth of a second.
function loadTsp(): Promise<[typeof import('@peculiar/asn1-tsp'), typeof import('@peculiar/asn1-schema')]> {
  return Promise.all([import('@peculiar/asn1-tsp'), import('@peculiar/asn1-schema')]);
}

async function parseRequest(body: Uint8Array): Promise<Omit<TestTsaRequest, 'headers'>> {
  const [{ TimeStampReq }, { AsnConvert }] = await loadTsp();
  const request = AsnConvert.parse(body, TimeStampReq);
  const { hashAlgorithm, hashedMessage } = request.messageImprint;
  return {
    version: request.version,
    hashOid: hashAlgorithm.algorithm,
    // The library says null for NULL.
    hasNull: hashAlgorithm.parameters === null,
    digest: new Uint8Array(hashedMessage.buffer),
    policy: request.reqPolicy,
    nonce: request.nonce === undefined ? undefined : new Uint8Array(request.nonce),
    wantsCertificates: request.certReq,
  };
}

async function answer(query: TestTsaRequest, authority: TestChain, options: TestTsaOptions): Promise<Uint8Array> {
  const [tsp, { AsnConvert }] = await loadTsp();
  const { status = 0, failInfo, statusText, tweakResponse = (der) => der } = options;
  // Any number, not only those that the library has names for.
  const info = Object.assign(new tsp.PKIStatusInfo(), {
    status,
    ...(statusText && { statusString: new tsp.PKIFreeText([...statusText]) }),
    ...(failInfo && { failInfo: toFailureInfo(tsp, failInfo) }),
  });
  const response = new tsp.TimeStampResp({ status: info });
  if (status <= 1) response.timeStampToken = AsnConvert.parse(grant(query, authority, options), tsp.TimeStampToken);
  return tweakResponse(new Uint8Array(AsnConvert.serialize(response)));
}

function toFailureInfo(
  { PKIFailureInfo }: typeof import('@peculiar/asn1-tsp'),
  bits: readonly number[],
): InstanceType<typeof PKIFailureInfo> {
  const octets = new Uint8Array(4);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return new PKIFailureInfo(octets.buffer);
}

function grant(query: TestTsaRequest, authority: TestChain, options: TestTsaOptions): Uint8Array {
  const { now = () => new Date(), tweakAnswer = (honest) => honest } = options;
  const hash = hashNames.get(query.hashOid) ?? 'sha256';
  const honest: TestStatement = {
    digest: query.digest,
    imprintHash: hash,
    genTime: `${now().toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`,
    ...(query.nonce === undefined ? {} : { nonce: query.nonce }),
  };
  return encodeTestToken({ ...options, authority, statement: tweakAnswer(honest) });
}

function respond(body: Uint8Array, options: TestTsaOptions): TransportResponse {
  const { httpStatus = 200, contentType = replyType } = options;
  const response = bytesResponse(httpStatus, [['content-type', contentType]], body);
  return options.body === undefined ? response : { ...response, body: options.body() };
}
