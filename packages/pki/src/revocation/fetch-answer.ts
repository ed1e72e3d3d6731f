// One question to one server of revocation data, with every wait and every byte bounded. Such addresses come out of
// certificates, and what answers is anybody on the way: plain HTTP it is, because the answer itself is signed (REV-08).

import {
  bytesBody,
  describeError,
  findHeader,
  type HeaderFields,
  isNv2Error,
  quoteText,
  readAll,
  type Transport,
  type TransportResponse,
} from '@nv2/base';
import { PkiError } from '../errors.ts';
import { maxRedirects } from '../limits.ts';
import { type AddressClass, classifyAddress, classifyHost, mayRedirect } from './address-class.ts';

export interface AnswerRequest {
  readonly url: string;
  /** Sent with POST; without it the request is a GET. */
  readonly body?: { readonly mediaType: string; readonly bytes: Uint8Array };
}

export interface FetchAnswerOptions {
  readonly transport: Transport;
  readonly headers: HeaderFields;
  /** For everything together, redirects and body included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** From the first request on, as if a public address had led there. Default: only redirects are held to that. */
  readonly isPublicOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onRedirect: (from: string, to: string) => void;
}

const getRedirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** A POST is repeated only where HTTP says that it stays one. */
const postRedirects: ReadonlySet<number> = new Set([307, 308]);

/**
 * Fetches an answer. Media types are not looked at (REV-13): the answer is DER and signed, or it is worth nothing.
 *
 * @throws PkiError `PKI_REVOCATION_SOURCE`, `PKI_REVOCATION_UNAVAILABLE`; BaseError `BYTES_LIMIT`; whatever the transport
 * throws; the reason of `signal`
 */
export function fetchAnswer(request: AnswerRequest, options: FetchAnswerOptions): Promise<Uint8Array> {
  return withDeadline(options, async (signal) => {
    const response = await follow(request, options, signal);
    return readAll(response.body, options.maxBytes);
  });
}

/** Whether a URL of a certificate is one that is asked at all: only `http`, in any case of letters (REV-08). */
export function isAskable(url: string): boolean {
  return /^http:\/\//i.test(url) && URL.canParse(url);
}

async function follow(
  request: AnswerRequest,
  options: FetchAnswerOptions,
  signal: AbortSignal,
): Promise<TransportResponse> {
  const { body } = request;
  const redirects = body === undefined ? getRedirects : postRedirects;
  let url = parseTarget(request.url);
  let reached: AddressClass | undefined = options.isPublicOnly === true ? 'public' : undefined;
  for (let hops = 0; ; hops++) {
    const hop: Hop = new Hop(url, reached);
    const response = await options.transport({
      method: body === undefined ? 'GET' : 'POST',
      url: url.href,
      headers: body === undefined ? options.headers : [...options.headers, ['Content-Type', body.mediaType]],
      ...(body === undefined ? {} : { body: bytesBody(body.bytes) }),
      signal,
      allowAddress: (address) => hop.allow(address),
    });
    // REV-13, REV-20: nothing but 200 is an answer (OC-56).
    if (response.status === 200) return response;
    response.discard();
    const location = findHeader(response.headers, 'location');
    if (!redirects.has(response.status) || location === undefined) {
      throw unavailable(`${url.host} answered with status ${response.status}`);
    }
    if (hops >= maxRedirects) throw unavailable(`${url.host} redirected more than ${maxRedirects} times`);
    const next = parseTarget(location, url);
    options.onRedirect(url.href, next.href);
    reached = hop.reached;
    url = next;
  }
}

/** One request of a chain of redirects (REV-10): what it may connect to, and what it did connect to. */
class Hop {
  readonly #from: AddressClass | undefined;
  #reached: AddressClass | undefined;

  constructor(url: URL, from: AddressClass | undefined) {
    this.#from = from;
    const written = classifyHost(url.hostname);
    if (written !== undefined && !this.#isAllowed(written)) {
      const why =
        from === undefined ? 'is no place of a revocation service' : `is closer to this machine than what led there`;
      throw new PkiError('PKI_REVOCATION_SOURCE', `${url.host} ${why}`);
    }
    this.#reached = written;
  }

  /** Where a proxy connected, nothing is known; taking it as public is the strict reading. */
  get reached(): AddressClass {
    return this.#reached ?? 'public';
  }

  allow(address: string): boolean {
    const kind = classifyAddress(address);
    if (!this.#isAllowed(kind)) return false;
    // The last one asked about is the one that is connected to.
    this.#reached = kind;
    return true;
  }

  // The first address is the certificate's own, and private authorities run their services inside: only a redirect is
  // kept from leading closer.
  #isAllowed(kind: AddressClass): boolean {
    return this.#from === undefined ? kind !== 'unusable' : mayRedirect(this.#from, kind);
  }
}

function parseTarget(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined;
  const isPlain = url?.protocol === 'http:' && url.username === '' && url.password === '';
  if (url !== undefined && isPlain) return url;
  const what = base === undefined ? 'the address' : `the redirect of ${base.host} to`;
  throw new PkiError('PKI_REVOCATION_SOURCE', `${what} ${quoteText(text, 200)} is not a plain http URL`);
}

/** Runs `work` until it ends, the time is over or the caller gives up, whatever a transport makes of its signal. */
async function withDeadline<Result>(
  { timeoutMs, signal }: Pick<FetchAnswerOptions, 'timeoutMs' | 'signal'>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(unavailable(`no answer within ${timeoutMs} ms`)), timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  const ended = new Promise<never>((_, reject) => {
    const end = (): void =>
      reject(controller.signal.reason instanceof Error ? controller.signal.reason : new Error('aborted'));
    controller.signal.addEventListener('abort', end, { once: true });
  });
  const working = work(controller.signal);
  // Whichever loses the race must not be an unhandled rejection.
  working.catch(() => undefined);
  try {
    return await Promise.race([working, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Why there is no answer, for a reason that people read. */
export function describeFailure(error: unknown): string {
  return isNv2Error(error, 'BYTES_LIMIT') ? `the answer is too large: ${error.message}` : describeError(error);
}

function unavailable(found: string): PkiError {
  return new PkiError('PKI_REVOCATION_UNAVAILABLE', found);
}
