// Integrity (VER-10): header rules, content type (PAY-01), signature, algorithm, chain. It makes the only VerifiedEnvelope, so it cannot be left
// out or moved; that is why it is not in the list of builtin.ts.

import { describeError, isNv2Error, plainText } from '@nv2/base';
import {
  checkIntegrity,
  type EnvelopeFormat,
  parseEnvelope,
  type UnverifiedEnvelope,
  type VerifiedEnvelope,
} from '@nv2/envelope';
import type { CertificateCache, CertificateChain } from '@nv2/pki';
import { maxReasonChars } from '../limits.ts';
import { type Finding, failed } from './check.ts';

export interface IntegrityOptions {
  readonly formats: readonly EnvelopeFormat[];
  readonly cache: CertificateCache;
}

export type Integrity =
  | { readonly status: 'passed'; readonly envelope: VerifiedEnvelope; readonly chain: CertificateChain }
  | { readonly status: 'failed'; readonly finding: Exclude<Finding, { readonly status: 'passed' }> };

/** Parses and verifies an envelope of the given media type. Nothing about its content is known unless this passes. */
export function checkEnvelopeIntegrity(bytes: Uint8Array, mediaType: string, options: IntegrityOptions): Integrity {
  const envelope = parse(bytes, mediaType, options);
  if ('finding' in envelope) return envelope;
  const result = checkIntegrity(envelope, { cache: options.cache });
  if (result.status === 'passed') return result;
  // It may quote a name of a stranger's certificate.
  return failure(
    { code: 'altered', rule: result.rule },
    `${plainText(result.reason, maxReasonChars * 2)} (${result.rule})`,
  );
}

function parse(
  bytes: Uint8Array,
  mediaType: string,
  options: IntegrityOptions,
): UnverifiedEnvelope | Extract<Integrity, { status: 'failed' }> {
  try {
    return parseEnvelope(bytes, mediaType, options);
  } catch (error) {
    // Malformed bytes are a verdict about the signature, not a failure of ours.
    if (!isNv2Error(error)) throw error;
    return failure({ code: 'malformed' }, plainText(describeError(error), maxReasonChars * 2));
  }
}

function failure(facts: Parameters<typeof failed>[0], reason: string): Extract<Integrity, { status: 'failed' }> {
  return { status: 'failed', finding: { status: 'failed', reason, facts } };
}
