// Asking a time-stamp authority (docs/spec-map.md sections 11.1 and 11.2). What comes back is verified like any token before
// anybody embeds it.

import {
  bytesBody,
  findHeaders,
  type HashName,
  hashBytes,
  isEqualBytes,
  isNv2Error,
  quoteText,
  randomBytes,
  readAll,
  type Transport,
  type TransportResponse,
} from '@nv2/base';
import { hasNoParameters } from '../algorithm-id.ts';
import type { Certificate } from '../certificate.ts';
import type { CertificateCache } from '../certificate-cache.ts';
import { PkiError } from '../errors.ts';
import { findHash } from '../hash-algorithm.ts';
import type { RevocationChecker } from '../revocation/check-revocation.ts';
import { checkTimestamp, type Timestamp } from './check-timestamp.ts';
import { defaultTimestampTimeoutMs, maxTokenBytes, nonceBytes } from './limits.ts';
import { readSignedToken } from './parse-token.ts';
import { encodeTimestampRequest, type TimestampQuery, toNonce } from './request.ts';
import { parseTimestampResponse, type TimestampRefusal } from './response.ts';
import { parseTstInfo } from './tst-info.ts';

const queryType = 'application/timestamp-query';
const replyType = 'application/timestamp-reply';

export interface RequestTimestampOptions {
  /** Of the authority; http or https (TSA-05). */
  readonly url: string;
  /** Never follows redirects: the request goes to the address the user named. */
  readonly transport: Transport;
  /** What the authority's chain must end in (TSA-07). */
  readonly roots: readonly Certificate[];
  /** TSA-03: the hash of the signing key. */
  readonly hash: HashName;
  /** The present, at which the chain must be valid (TSA-11). */
  readonly at: Date;
  /** Asked about the authority's chain before its token is used (TSA-11, OC-54). */
  readonly checkRevocation: RevocationChecker;
  /** 20 octets that nobody can predict. Default: from the system's source. */
  readonly random?: (length: number) => Uint8Array;
  /** Default 5000. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  readonly cache?: CertificateCache;
  readonly signal?: AbortSignal;
}

export interface RequestedTimestamp {
  /** The TimeStampToken, byte for byte as received (TSA-12). */
  readonly token: Uint8Array;
  readonly timestamp: Timestamp;
}

/**
 * Obtains a time-stamp over `data`, the signature bytes of an envelope (TSA-02).
 *
 * @throws PkiError `PKI_TIMESTAMP_REQUEST_INVALID`, `PKI_TIMESTAMP_UNAVAILABLE`, `PKI_TIMESTAMP_REFUSED`,
 * `PKI_TIMESTAMP_RESPONSE_INVALID`, `PKI_TIMESTAMP_UNTRUSTED`; the reason of `signal` when that is aborted
 */
export async function requestTimestamp(
  data: Uint8Array,
  options: RequestTimestampOptions,
): Promise<RequestedTimestamp> {
  assertUrl(options.url);
  if (options.roots.length === 0) {
    throw new PkiError('PKI_TIMESTAMP_REQUEST_INVALID', 'no root certificate was given for the time-stamp authority');
  }
  const { hash, random = randomBytes } = options;
  const query = { hash, digest: hashBytes(hash, data), nonce: toNonce(random(nonceBytes)) };
  const token = readToken(await exchange(encodeTimestampRequest(query), options));
  const { at, roots, checkRevocation, cache, signal } = options;
  const result = await checkTimestamp({
    token,
    data,
    roots,
    at,
    validAt: at,
    checkRevocation,
    ...(cache && { cache }),
    ...(signal && { signal }),
  });
  if (result.status !== 'passed') {
    throw new PkiError('PKI_TIMESTAMP_UNTRUSTED', `the time-stamp that was received is not used: ${result.reason}`, {
      details: { rule: result.rule },
    });
  }
  assertAnswers(token, query);
  return { token, timestamp: result.timestamp };
}

function assertUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') return;
  throw new PkiError('PKI_TIMESTAMP_REQUEST_INVALID', `${quoteText(text)} is not an http or https URL`);
}

async function exchange(body: Uint8Array, options: RequestTimestampOptions): Promise<Uint8Array> {
  const { url, transport, timeoutMs = defaultTimestampTimeoutMs, userAgent, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const sent = transport({
      method: 'POST',
      url,
      headers: [
        ['content-type', queryType],
        ['accept', replyType],
        ...(userAgent === undefined ? [] : ([['user-agent', userAgent]] as const)),
      ],
      body: bytesBody(body),
      signal: both,
    });
    return await untilAborted(sent.then(readResponse), both);
  } catch (cause) {
    signal?.throwIfAborted();
    if (isNv2Error(cause, 'PKI_TIMESTAMP_RESPONSE_INVALID') || isNv2Error(cause, 'PKI_TIMESTAMP_UNAVAILABLE'))
      throw cause;
    const why = timeout.aborted ? ` within ${timeoutMs} ms` : '';
    throw new PkiError('PKI_TIMESTAMP_UNAVAILABLE', `the time-stamp authority ${originOf(url)} did not answer${why}`, {
      cause,
    });
  }
}

// A transport may take its time to notice an abort; the caller does not.
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // What comes after the abort is nobody's business any more.
  work.catch(() => undefined);
  aborted.catch(() => undefined);
  return Promise.race([work, aborted]);
}

// TSA-06, OC-23: exactly this status and exactly this type, and strictly less than 1 MiB.
async function readResponse(response: TransportResponse): Promise<Uint8Array> {
  const types = findHeaders(response.headers, 'content-type');
  if (response.status !== 200) {
    response.discard();
    throw new PkiError(
      'PKI_TIMESTAMP_UNAVAILABLE',
      `the time-stamp authority answered with HTTP status ${response.status}`,
    );
  }
  if (types.length !== 1 || types[0] !== replyType) {
    response.discard();
    throw notAnAnswer(`the answer is ${quoteText(types.join(', '))}, expected ${replyType}`);
  }
  try {
    return await readAll(response.body, maxTokenBytes - 1);
  } catch (cause) {
    if (!isNv2Error(cause, 'BYTES_LIMIT')) throw cause;
    response.discard();
    throw new PkiError('PKI_TIMESTAMP_RESPONSE_INVALID', `the answer has ${maxTokenBytes} bytes or more`, { cause });
  }
}

/** TSA-08 */
function readToken(bytes: Uint8Array): Uint8Array {
  const response = reading(() => parseTimestampResponse(bytes));
  if (response.status === 'refused') throw refused(response.refusal);
  return response.token;
}

/** TSA-09: to exactly this question. Asked once the signature is known to be good (TSA-29). */
function assertAnswers(token: Uint8Array, query: TimestampQuery): void {
  const { imprint, nonce } = parseTstInfo(readSignedToken(token).content);
  const isSameHash = findHash(imprint.algorithm.oid) === query.hash && hasNoParameters(imprint.algorithm);
  if (!isSameHash || !isEqualBytes(imprint.digest, query.digest)) {
    throw notAnAnswer('the time-stamp is about another hash than the one that was sent');
  }
  if (nonce === undefined || !isSameNumber(nonce, query.nonce)) throw notAnAnswer('the time-stamp has another nonce');
}

function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new PkiError('PKI_TIMESTAMP_RESPONSE_INVALID', 'the answer is not a time-stamp response', { cause });
  }
}

function refused({ status, failures, texts }: TimestampRefusal): PkiError {
  const why = [...failures, ...texts.map((text) => quoteText(text))].join(', ');
  return new PkiError(
    'PKI_TIMESTAMP_REFUSED',
    `the time-stamp authority refused: ${status}${why === '' ? '' : ` (${why})`}`,
    {
      details: { status, failures, texts },
    },
  );
}

function notAnAnswer(problem: string): PkiError {
  return new PkiError('PKI_TIMESTAMP_RESPONSE_INVALID', problem);
}

/** As numbers: leading zeros do not count. */
function isSameNumber(a: Uint8Array, b: Uint8Array): boolean {
  const digits = (octets: Uint8Array): Uint8Array => {
    const start = octets.findIndex((octet) => octet !== 0);
    return start < 0 ? new Uint8Array() : octets.subarray(start);
  };
  return isEqualBytes(digits(a), digits(b));
}

/** Without user information, path and query, which may hold secrets. */
function originOf(url: string): string {
  return new URL(url).origin;
}
