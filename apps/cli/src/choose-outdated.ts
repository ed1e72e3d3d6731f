// Which signatures have had their time: those that nobody can accept any more, and those that a newer one of the same signer
// replaces. Never one that is trusted, unless there is a newer trusted one that says the same.

import { isNv2Error } from '@nv2/base';
import { parsePayload, type ReasonCode, type SignatureClaims, type SignatureOutcome } from '@nv2/notary';
import type { ExaminedSignature } from './examine-signatures.ts';

export type OutdatedKind = 'expired' | 'revoked' | 'superseded' | 'malformed' | 'untrusted';

export interface OutdatedSignature {
  readonly examined: ExaminedSignature;
  readonly kind: OutdatedKind;
  readonly reason: string;
}

export interface OutdatedOptions {
  readonly at: Date;
  /** Also signatures that do not hold together; a newer version might read them. */
  readonly malformed: boolean;
  /** Also those of signers whom the policy does not trust; others may. */
  readonly untrusted: boolean;
}

export function chooseOutdated(
  signatures: readonly ExaminedSignature[],
  options: OutdatedOptions,
): readonly OutdatedSignature[] {
  return signatures.flatMap((examined) => {
    const found = judge(examined, signatures, options);
    return found === undefined ? [] : [{ examined, ...found }];
  });
}

type Judgement = Pick<OutdatedSignature, 'kind' | 'reason'>;

function judge(
  examined: ExaminedSignature,
  all: readonly ExaminedSignature[],
  { at, malformed, untrusted }: OutdatedOptions,
): Judgement | undefined {
  const { state, outcome, reason = '' } = examined;
  // A stranger's format is a stranger's business, and what could not be fetched is not judged.
  if (state === 'unknown format' || state === 'unreadable') return undefined;
  if (state === 'trusted') return findSuccessor(examined, all);
  if (state === 'revoked') return { kind: 'revoked', reason };
  if (state === 'malformed') return malformed ? { kind: 'malformed', reason } : undefined;
  const expired =
    outcome !== undefined && 'claims' in outcome && outcome.claims !== undefined && findEnd(outcome.claims, at);
  if (expired) return { kind: 'expired', reason: expired };
  // What is not checked is not judged either.
  return untrusted && state === 'untrusted' && isOfStranger(outcome) ? { kind: 'untrusted', reason } : undefined;
}

const strangerCodes: ReadonlySet<ReasonCode> = new Set(['signer-unknown', 'identity-mismatch']);

/** Whatever else is missing, an answer about revocation, a plugin, a trust store, a policy for authorities, may be there tomorrow. */
function isOfStranger(outcome: SignatureOutcome | undefined): boolean {
  return outcome?.verdict === 'untrusted' && strangerCodes.has(outcome.failures[0].facts.code);
}

/** What the signer said about its end needs nobody's trust: it is intact, and can only end sooner than it claims. */
function findEnd({ expiry, chain, scheme, hasTimestamp }: SignatureClaims, at: Date): string | undefined {
  if (expiry !== undefined && expiry <= at) return `the signature expired at ${expiry.toISOString()}`;
  // A time-stamp may show that the certificates were valid when they signed, and an authority's own time does (TSA-34).
  const mayOutlive = hasTimestamp || scheme === 'notary.x509.signingAuthority';
  const ended = mayOutlive ? undefined : chain.find(({ notAfter }) => notAfter < at);
  return ended === undefined
    ? undefined
    : `a certificate expired at ${ended.notAfter.toISOString()}, without a time-stamp`;
}

function findSuccessor(examined: ExaminedSignature, all: readonly ExaminedSignature[]): Judgement | undefined {
  const own = factsOf(examined);
  if (own === undefined) return undefined;
  const successor = all.find((other) => {
    const facts = other.state === 'trusted' ? factsOf(other) : undefined;
    return facts !== undefined && facts.sameness === own.sameness && isLater(facts, own) && facts.end >= own.end;
  });
  if (successor === undefined) return undefined;
  return { kind: 'superseded', reason: `${successor.descriptor.digest} of the same signer is newer and says the same` };
}

interface Facts {
  /** Equal for signatures that may replace each other: one certificate, one format, the same metadata. */
  readonly sameness: string;
  readonly time: number;
  readonly digest: string;
  /** Infinite without expiry. */
  readonly end: number;
}

function factsOf({ descriptor, outcome, envelope }: ExaminedSignature): Facts | undefined {
  if (outcome === undefined || !('claims' in outcome) || outcome.claims === undefined || envelope === undefined)
    return undefined;
  const { chain, mediaType, signingTime, expiry } = outcome.claims;
  const metadata = metadataOf(envelope.payload);
  if (metadata === undefined) return undefined;
  return {
    sameness: JSON.stringify([chain[0].fingerprint, mediaType, outcome.claims.hasTimestamp, metadata]),
    time: signingTime.getTime(),
    digest: descriptor.digest,
    end: expiry?.getTime() ?? Number.POSITIVE_INFINITY,
  };
}

function metadataOf(payload: Uint8Array): readonly (readonly [string, string])[] | undefined {
  try {
    return Object.entries(parsePayload(payload).annotations ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return undefined;
  }
}

/** Of two from the same second one stays. */
function isLater(one: Facts, other: Facts): boolean {
  return one.time > other.time || (one.time === other.time && one.digest > other.digest);
}
