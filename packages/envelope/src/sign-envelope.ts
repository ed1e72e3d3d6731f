// Making an envelope (SIGN-03 to SIGN-07, SIGN-11).

import { isEqualBytes, isSignatureValid } from '@nv2/base';
import {
  type Certificate,
  type CertificateCache,
  checkChain,
  createCertificateCache,
  findAlgorithm,
  type RemoteKey,
  type SigningKey,
} from '@nv2/pki';
import { payloadContentType } from './attribute-names.ts';
import { checkIntegrity } from './check-integrity.ts';
import type { ExtendedAttribute, SignedAttributes, SigningScheme, UnsignedAttributes } from './envelope.ts';
import { EnvelopeError, notWritable } from './errors.ts';
import type { EnvelopeFormat } from './formats/format.ts';
import { checkCertificateSize, checkChainLength } from './unsigned-attributes.ts';

export interface SignEnvelopeRequest {
  readonly format: EnvelopeFormat;
  /** The exact bytes to sign. */
  readonly payload: Uint8Array;
  readonly key: SigningKey | RemoteKey;
  /** Cut to whole seconds (SIGN-05). */
  readonly signingTime: Date;
  /** Whole seconds, or whole seconds after `signingTime`; strictly later than it. */
  readonly expiry?: Date;
  /** For example `nv2/0.1.0`; the key's own agent is appended (SIGN-11). */
  readonly signingAgent: string;
  /** Default `notary.x509`. The other scheme is for signing authorities, whose time others will believe. */
  readonly scheme?: SigningScheme;
  readonly extended?: readonly ExtendedAttribute[];
  readonly verificationPlugin?: string;
  readonly verificationPluginMinVersion?: string;
  /** Obtains a TimeStampToken over the signature. If it throws, nothing is signed (SIGN-08). Only with `notary.x509` (TSA-01). */
  readonly timestamp?: (signature: Uint8Array, options: { readonly signal?: AbortSignal }) => Promise<Uint8Array>;
  readonly cache?: CertificateCache;
}

/**
 * Signs a payload and gives back the envelope, after reading and verifying it as a verifier would (SIGN-07).
 *
 * @throws EnvelopeError `ENVELOPE_REQUEST_INVALID`, `ENVELOPE_CHAIN_INVALID`, `ENVELOPE_KEY_MISMATCH`,
 * `ENVELOPE_LIMIT`, `ENVELOPE_SELF_CHECK_FAILED`; and whatever the key or the timestamp authority throws
 */
export async function signEnvelope(
  request: SignEnvelopeRequest,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const cache = request.cache ?? createCertificateCache();
  const signed = signedAttributes(request);
  // TSA-01: a signing authority states the time itself; a token that every verifier ignores is not asked for silently.
  if (request.timestamp !== undefined && signed.signingScheme !== 'notary.x509') {
    throw notWritable('TSA-01', 'the signing-authority scheme has no place for a time-stamp');
  }
  // What is wrong with a key at hand shows before it is used; of one far away, only by using it.
  if ('chain' in request.key) checkKey(request.key, signed.signingTime, cache);

  const prepared = request.format.prepare({ payload: request.payload, algorithm: request.key.algorithm, signed });
  options.signal?.throwIfAborted();
  const { key, signature } = await signWith(request.key, prepared.signedBytes, { ...options, cache });
  if (key !== request.key) checkKey(key, signed.signingTime, cache);
  checkSignature(key, prepared.signedBytes, signature, cache);

  const timestampSignature = await request.timestamp?.(signature, options);
  options.signal?.throwIfAborted();
  const unsigned: UnsignedAttributes = {
    certificateChain: key.chain.map(({ der }) => der),
    ...(timestampSignature ? { timestampSignature } : {}),
    signingAgent: [request.signingAgent, request.key.agent].filter(Boolean).join(' '),
  };
  const envelope = prepared.seal(signature, unsigned);
  checkEnvelope(envelope, request, cache);
  return envelope;
}

function signedAttributes(request: SignEnvelopeRequest): SignedAttributes {
  const { expiry, verificationPlugin, verificationPluginMinVersion } = request;
  const signingTime = wholeSeconds(request.signingTime);
  return {
    contentType: payloadContentType,
    signingScheme: request.scheme ?? 'notary.x509',
    signingTime,
    ...(expiry === undefined ? {} : { expiry: checkExpiry(expiry, request.signingTime) }),
    ...(verificationPlugin === undefined ? {} : { verificationPlugin }),
    ...(verificationPluginMinVersion === undefined ? {} : { verificationPluginMinVersion }),
    extended: request.extended ?? [],
  };
}

// SIGN-04: whole seconds from the signing time on, so that cutting both to seconds keeps the distance.
function checkExpiry(expiry: Date, signingTime: Date): Date {
  const ms = expiry.getTime();
  if (ms % 1000 !== 0 && (ms - signingTime.getTime()) % 1000 !== 0)
    throw notWritable('SIGN-04', 'expiry is not in whole seconds');
  const cut = wholeSeconds(expiry);
  // ATTR-07
  if (!(cut.getTime() > wholeSeconds(signingTime).getTime()))
    throw notWritable('ATTR-07', 'expiry is not later than the signing time');
  return cut;
}

function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

type KnownKey = Pick<SigningKey, 'name' | 'algorithm' | 'chain'>;

async function signWith(
  key: SigningKey | RemoteKey,
  data: Uint8Array,
  { cache, ...options }: { readonly cache: CertificateCache; readonly signal?: AbortSignal },
): Promise<{ readonly key: KnownKey; readonly signature: Uint8Array }> {
  if ('chain' in key) return { key, signature: await key.sign(data, options) };
  const { signature, chain } = await key.signWithChain(data, options);
  const { name, algorithm } = key;
  return { key: { name, algorithm, chain: parseChain(name, chain, cache) }, signature };
}

/** ATTR-14: a chain from far away may be missing, and need not be certificates at all. */
function parseChain(name: string, chain: readonly Uint8Array[], cache: CertificateCache): KnownKey['chain'] {
  checkChainLength(chain.length);
  const refuse = (rule: string, why: string, cause?: unknown): EnvelopeError => {
    const message = `the chain that came with a signature of key ${name} ${why}`;
    return new EnvelopeError('ENVELOPE_CHAIN_INVALID', message, { details: { rule }, cause });
  };
  let certificates: readonly Certificate[];
  try {
    certificates = chain.map((der) => cache.parse(der));
  } catch (cause) {
    throw refuse('CERT-01', 'holds an unreadable certificate', cause);
  }
  const [leaf, ...rest] = certificates;
  if (leaf === undefined) throw refuse('ATTR-14', 'is empty');
  return [leaf, ...rest];
}

// SIGN-06, CERT-10, ALG-02
function checkKey(key: KnownKey, signingTime: Date, cache: CertificateCache): void {
  checkChainLength(key.chain.length);
  key.chain.forEach(({ der }, index) => {
    checkCertificateSize(der.length, index);
  });
  const chain = checkChain(key.chain, { purpose: 'code-signing', at: signingTime, cache });
  if (chain.status === 'failed') {
    throw new EnvelopeError(
      'ENVELOPE_CHAIN_INVALID',
      `certificate ${chain.certificate + 1} of the chain of key ${key.name}: ${chain.reason}`,
      { details: { rule: chain.rule } },
    );
  }
  const algorithm = findAlgorithm(key.chain[0].key);
  if (algorithm?.name !== key.algorithm.name) {
    throw new EnvelopeError(
      'ENVELOPE_KEY_MISMATCH',
      `key ${key.name} signs with ${key.algorithm.name}, but its certificate asks for ${algorithm?.name ?? 'another kind of key'}`,
      { details: { rule: 'ALG-02' } },
    );
  }
}

// ALG-05: a key of the same kind that does not belong to the certificate shows only in what it signs.
function checkSignature(key: KnownKey, signedBytes: Uint8Array, signature: Uint8Array, cache: CertificateCache): void {
  const publicKey = cache.publicKey(key.chain[0]);
  if (publicKey !== undefined && isSignatureValid(key.algorithm.scheme, publicKey, signedBytes, signature)) return;
  throw new EnvelopeError(
    'ENVELOPE_KEY_MISMATCH',
    `what key ${key.name} signed does not verify with the first certificate of its chain`,
    { details: { rule: 'ALG-05', algorithm: key.algorithm.name } },
  );
}

// SIGN-07
function checkEnvelope(bytes: Uint8Array, { format, payload }: SignEnvelopeRequest, cache: CertificateCache): void {
  let problem: string | undefined;
  let cause: unknown;
  try {
    const parsed = format.parse(bytes);
    const result = checkIntegrity(parsed, { cache });
    if (result.status === 'failed') problem = result.reason;
    else if (!isEqualBytes(parsed.payload, payload)) problem = 'its payload is not the one that was given';
  } catch (error) {
    // Our own reader refuses what was just written: the caller gets no envelope, whatever the reason.
    problem = 'it cannot be read';
    cause = error;
  }
  if (problem !== undefined)
    throw new EnvelopeError('ENVELOPE_SELF_CHECK_FAILED', `signed envelope is unusable: ${problem}`, { cause });
}
