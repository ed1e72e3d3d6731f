// Signers that make whole envelopes (PLUG-25): a signing service decides about attributes, chain and time-stamp itself. What it
// hands out is judged here before it counts (PLUG-26).

import { describeError, isNv2Error, type JsonObject, parseJson, parseObject, plainText, quoteText } from '@nv2/base';
import type { EnvelopeFormat, VerifiedEnvelope } from '@nv2/envelope';
import { payloadContentType } from '@nv2/envelope';
import type { Annotations } from '@nv2/oci';
import { type Certificate, type CertificateCache, checkChain, createCertificateCache } from '@nv2/pki';
import type { SignatureAlgorithm } from '@nv2/pki';
import { checkEnvelopeIntegrity } from './checks/integrity.ts';
import { NotaryError } from './errors.ts';
import { expirySlackMs, maxPayloadBytes, maxPayloadDepth, maxReasonChars } from './limits.ts';
import { parsePayload, type TargetArtifact } from './payload.ts';
import { reservedPrefix } from './user-metadata.ts';

export interface EnvelopeRequest {
  /** The bytes that the envelope should carry. */
  readonly payload: Uint8Array;
  /** Always {@link payloadContentType}. */
  readonly payloadType: string;
  /** Media type of the envelope to make. */
  readonly mediaType: string;
  /** Whole seconds, more than 0; absent: no expiry is asked for. */
  readonly expirySeconds?: number;
  readonly signal?: AbortSignal;
}

export interface GeneratedEnvelope {
  readonly envelope: Uint8Array;
  /** For the signature manifest; unsigned, as it came. */
  readonly annotations?: Annotations;
}

/** Makes envelopes of the media type it is asked for. Nothing it says about them is believed. */
export interface EnvelopeSigner {
  /** What the key is called in messages. */
  readonly name: string;
  /** Of the key, where that is known beforehand. Blobs can only be signed then, since it selects their hash (BLOB-09). */
  readonly algorithm?: SignatureAlgorithm;
  generateEnvelope(request: EnvelopeRequest): Promise<GeneratedEnvelope>;
}

export interface GenerateOptions {
  readonly target: TargetArtifact;
  readonly payload: Uint8Array;
  readonly format: EnvelopeFormat;
  readonly expirySeconds: number;
  readonly cache?: CertificateCache;
  readonly signal?: AbortSignal;
}

export interface CheckedEnvelope {
  readonly envelope: Uint8Array;
  /** The signing certificate. */
  readonly signer: Certificate;
  /** What may go into the signature manifest (STORE-09). */
  readonly annotations: Annotations;
}

/**
 * Has an envelope made and checks it: it holds together, its chain was valid when it was signed, and it says what was asked for
 * and nothing else.
 *
 * @throws NotaryError `NOTARY_ENVELOPE_REFUSED`, and what the signer throws
 */
export async function generateEnvelope(signer: EnvelopeSigner, options: GenerateOptions): Promise<CheckedEnvelope> {
  const { target, payload, format, expirySeconds, signal, cache = createCertificateCache() } = options;
  signal?.throwIfAborted();
  const generated = await signer.generateEnvelope({
    payload,
    payloadType: payloadContentType,
    mediaType: format.mediaType,
    ...(expirySeconds === 0 ? {} : { expirySeconds }),
    ...(signal ? { signal } : {}),
  });
  const refuse = (why: string): NotaryError =>
    new NotaryError('NOTARY_ENVELOPE_REFUSED', `the envelope that ${signer.name} made is not used: ${why}`, {
      details: { signer: signer.name },
    });
  const integrity = checkEnvelopeIntegrity(generated.envelope, format.mediaType, { formats: [format], cache });
  if (integrity.status === 'failed') throw refuse(integrity.finding.reason);
  const { envelope, chain } = integrity;
  const problem =
    findChainProblem(envelope, chain, cache) ??
    findPayloadProblem(envelope.payload, target) ??
    findExpiryProblem(envelope, expirySeconds) ??
    findAlgorithmProblem(envelope, signer.algorithm);
  if (problem !== undefined) throw refuse(problem);
  return { envelope: generated.envelope, signer: chain[0], annotations: storable(generated.annotations ?? {}) };
}

// SIGN-06: whoever signs with an expired certificate gets nothing verified.
function findChainProblem(
  { signed }: VerifiedEnvelope,
  chain: readonly Certificate[],
  cache: CertificateCache,
): string | undefined {
  const result = checkChain(chain, { purpose: 'code-signing', at: signed.signingTime, cache });
  return result.status === 'passed' ? undefined : `${plainText(result.reason, maxReasonChars)} (${result.rule})`;
}

/** PAY-13: what the descriptor of a payload may hold here. */
const descriptorMembers = ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform', 'artifactType'];

function findPayloadProblem(payload: Uint8Array, target: TargetArtifact): string | undefined {
  try {
    const document = parseObject(parseJson(payload, { maxBytes: maxPayloadBytes, maxDepth: maxPayloadDepth }), '$');
    const foreign = [
      ...foreignMembers(document, ['targetArtifact']),
      ...foreignMembers(parseObject(document['targetArtifact'], '$.targetArtifact'), descriptorMembers),
    ];
    if (foreign.length > 0) return `its payload has the foreign member ${quoteText(foreign[0] ?? '')}`;
    return compareTargets(parsePayload(payload), target);
  } catch (error) {
    // A payload that cannot be read is what is wrong with the envelope.
    if (!isNv2Error(error)) throw error;
    return plainText(describeError(error), maxReasonChars * 2);
  }
}

function foreignMembers(object: JsonObject, known: readonly string[]): readonly string[] {
  return Object.keys(object).filter((name) => !known.includes(name));
}

// PLUG-26: annotations may be added, none changed or left out.
function compareTargets(found: TargetArtifact, wanted: TargetArtifact): string | undefined {
  const { mediaType, digest, size } = wanted;
  if (found.mediaType !== mediaType || found.digest !== digest || found.size !== size) {
    return 'it is about something else than it was asked to sign';
  }
  const annotations = found.annotations ?? {};
  const lost = Object.entries(wanted.annotations ?? {}).find(([key, value]) => annotations[key] !== value);
  return lost === undefined ? undefined : `the annotation ${quoteText(lost[0])} is missing or changed`;
}

// PLUG-26: an expiry that was not asked for is the service's own; one that was asked for is counted from its signing time.
function findExpiryProblem({ signed }: VerifiedEnvelope, expirySeconds: number): string | undefined {
  if (expirySeconds === 0) return undefined;
  const { expiry, signingTime } = signed;
  if (expiry === undefined) return `it does not expire, and was asked to in ${expirySeconds} s`;
  const offMs = expiry.getTime() - signingTime.getTime() - expirySeconds * 1000;
  if (Math.abs(offMs) <= expirySlackMs) return undefined;
  return `it expires ${expiry.toISOString()}, which is not ${expirySeconds} s after ${signingTime.toISOString()}`;
}

function findAlgorithmProblem(
  envelope: VerifiedEnvelope,
  announced: SignatureAlgorithm | undefined,
): string | undefined {
  if (announced === undefined || announced.name === envelope.algorithm) return undefined;
  return `it is signed with ${envelope.algorithm}, and the key was said to be for ${announced.name}`;
}

// STORE-09: the namespace is the specification's; a service that writes into it is not obeyed, and does no harm.
function storable(annotations: Annotations): Annotations {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith(reservedPrefix)));
}
