// Is this artifact signed by somebody we trust? (docs/spec-map.md section 16.1)
//
// Round trips: manifest; listing; signature manifest; envelope. A reference by digest asks for the first two at once, and an
// inline envelope saves the last. Layers of the artifact are never fetched.

import type { ContentStore, Manifest } from '@nv2/content';
import { type Descriptor, isDigest, mediaTypes } from '@nv2/oci';
import { NotaryError } from './errors.ts';
import type { NotaryEventListener } from './events.ts';
import { findOtherReferrers, foreignFormatsOf } from './other-referrers.ts';
import { defaultConcurrency } from './limits.ts';
import type {
  ArtifactOutcome,
  AuditedSignature,
  SignatureRecord,
  TrustedSignature,
  UntrustedReason,
  UntrustedSignature,
} from './outcome.ts';
import { openSession, type VerificationOptions, type VerificationSession } from './session.ts';
import { type Candidates, collectCandidates, parseMaxSignatures } from './signature-listing.ts';
import { contentOf, resolveSubject } from './subject.ts';
import { findHints } from './trust.ts';
import { type Trial, trySignatures } from './try-signatures.ts';

export interface VerifyRequest extends VerificationOptions {
  readonly store: ContentStore;
  /** A tag or digest in `store`, or what {@link resolveSubject} gave for one. */
  readonly subject: string | Manifest | Descriptor;
  /** Signatures to examine at most. Default 100; more than 0 (VER-01). */
  readonly maxSignatures?: number;
  /** Signatures to read at the same time. Default 4. They are judged one by one, in order. */
  readonly concurrency?: number;
}

/**
 * Verifies an artifact: trusted when one of its signatures is (VER-04). None, and none that is good, are outcomes (VER-05).
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID`, `NOTARY_METADATA_INVALID`, `NOTARY_ANCHORS_INVALID`, `NOTARY_SUBJECT_NOT_FOUND`,
 * `NOTARY_SUBJECT_MISMATCH`; what the store throws while there is nothing to judge yet
 */
export async function verify(request: VerifyRequest): Promise<ArtifactOutcome> {
  const search = openSearch(request);
  // VER-02: level skip contacts no signature.
  if (search.session.trust.level.name === 'skip') return skipped(await resolve(request), search);
  const { subject, listed } = await resolveAndList(request, search);
  search.onEvent?.({ type: 'subject-resolved', subject });
  await examine(search, subject, await listed);
  if (!search.isOver && search.isListingProvisional) {
    // The first listing was asked for by digest alone. A store that compares the whole subject has not answered it.
    await examine(search, subject, await list(search, subject));
  }
  return conclude(search, subject);
}

/** What one verification has seen so far. */
interface Search {
  readonly store: ContentStore;
  readonly session: VerificationSession;
  readonly maxSignatures: number;
  readonly concurrency: number;
  readonly onEvent?: NotaryEventListener;
  readonly records: SignatureRecord[];
  readonly tried: Set<string>;
  isListingProvisional: boolean;
  isLimitReached: boolean;
  isOver: boolean;
}

function openSearch(request: VerifyRequest): Search {
  const { store, concurrency = defaultConcurrency, onEvent } = request;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new NotaryError('NOTARY_REQUEST_INVALID', `concurrency is ${concurrency}, expected an integer above 0`);
  }
  return {
    store,
    session: openSession(request),
    maxSignatures: parseMaxSignatures(request.maxSignatures),
    concurrency,
    ...(onEvent ? { onEvent } : {}),
    records: [],
    tried: new Set(),
    isListingProvisional: false,
    isLimitReached: false,
    isOver: false,
  };
}

async function resolve({ store, subject, signal }: VerifyRequest): Promise<Descriptor> {
  if (typeof subject !== 'string') return 'bytes' in subject ? subject.descriptor : subject;
  const { descriptor } = await resolveSubject(store, subject, signal ? { signal } : {});
  return descriptor;
}

async function resolveAndList(
  request: VerifyRequest,
  search: Search,
): Promise<{ readonly subject: Descriptor; readonly listed: Promise<Candidates> }> {
  const reference = request.subject;
  if (typeof reference !== 'string' || !isDigest(reference)) {
    const subject = await resolve(request);
    return { subject, listed: list(search, subject) };
  }
  // Registries list by digest alone, so manifest and listing can be asked for at once. Every signature found is compared with
  // the real subject before it counts.
  search.isListingProvisional = true;
  const stop = new AbortController();
  const listed = list(search, { mediaType: mediaTypes.octetStream, digest: reference, size: 0 }, stop.signal);
  listed.catch(() => undefined); // awaited by the caller, unless the subject fails first
  try {
    return { subject: await resolve(request), listed };
  } catch (error) {
    // Nobody waits for the listing any more, which may be long; nothing outlives a verification.
    stop.abort();
    throw error;
  }
}

async function list(
  { store, session, maxSignatures, tried }: Search,
  subject: Descriptor,
  stop?: AbortSignal,
): Promise<Candidates> {
  const signals = [session.signal, stop].filter((one) => one !== undefined);
  const signal = signals.length === 0 ? {} : { signal: AbortSignal.any(signals) };
  const hints = await findHints(session.trust, session.signal);
  stop?.throwIfAborted();
  return collectCandidates(store, subject, { hints, max: maxSignatures, except: tried, ...signal });
}

async function examine(search: Search, subject: Descriptor, candidates: Candidates): Promise<void> {
  const { store, session, concurrency, onEvent, records, tried, maxSignatures } = search;
  onEvent?.({ type: 'signatures-listed', count: candidates.descriptors.length });
  const room = maxSignatures - records.length;
  const descriptors = candidates.descriptors.slice(0, room);
  const isCut = candidates.isLimitReached || candidates.descriptors.length > room;
  const subjectSession = { ...session, subject: { kind: 'artifact', descriptor: subject } } as const;
  const trial: Trial = { store, subject, session: subjectSession, ...(onEvent ? { onEvent } : {}) };
  // A hinted signature is very likely the one: nothing is read ahead beside it.
  const alone = candidates.hinted > 0 ? 1 : 0;
  for (const [part, width] of [
    [descriptors.slice(0, alone), 1],
    [descriptors.slice(alone), concurrency],
  ] as const) {
    for await (const record of trySignatures(trial, part, width)) {
      records.push(record);
      tried.add(record.descriptor.digest);
      search.isOver = record.outcome.verdict === 'trusted';
    }
    if (search.isOver) return;
  }
  if (!isCut) return;
  search.isLimitReached = true;
  onEvent?.({ type: 'limit-reached', maxSignatures });
}

function skipped(subject: Descriptor, search: Search): ArtifactOutcome {
  return { verdict: 'not-verified', because: 'policy-level-skip', ...factsOf(search, subject) };
}

async function conclude(search: Search, subject: Descriptor): Promise<ArtifactOutcome> {
  const facts = factsOf(search, subject);
  const { records } = search;
  const trusted = records.find(isTrusted);
  if (trusted !== undefined) return { verdict: 'trusted', ...facts, accepted: trusted };
  const audited = records.find(isAudited);
  if (audited !== undefined) {
    return { verdict: 'not-verified', because: 'authenticity-not-enforced', ...facts, accepted: audited };
  }
  return { verdict: 'untrusted', ...facts, why: await explain(search, subject) };
}

function factsOf(
  { session, records, isLimitReached }: Search,
  subject: Descriptor,
): Pick<ArtifactOutcome, 'subject' | 'level' | 'signatures' | 'isLimitReached'> {
  return { subject: contentOf(subject), level: session.trust.level, signatures: records, isLimitReached };
}

async function explain({ store, session, records }: Search, subject: Descriptor): Promise<UntrustedReason> {
  const untrusted = records.filter(isUntrusted);
  const best = findBest(untrusted);
  if (best === undefined) {
    const others = await findOtherReferrers(store, subject, session.signal ? { signal: session.signal } : {});
    const formats = foreignFormatsOf(others);
    return formats.length === 0 ? { code: 'no-signature', others } : { code: 'only-foreign-formats', formats, others };
  }
  // Nothing was judged because nobody answered: that is no verdict.
  const silent = untrusted.map(({ outcome }) => outcome.failures[0]);
  const [first] = silent;
  if (first?.status === 'inconclusive' && silent.every(({ facts }) => facts.code === 'unavailable')) throw first.cause;
  return { code: 'all-failed', best };
}

/** The best candidate: the one whose first enforced failure comes latest; the earlier tried wins a tie. */
function findBest(
  records: readonly SignatureRecord<UntrustedSignature>[],
): SignatureRecord<UntrustedSignature> | undefined {
  const stepOf = ({ outcome }: SignatureRecord<UntrustedSignature>): number =>
    outcome.checks.indexOf(outcome.failures[0]);
  return records.reduce<SignatureRecord<UntrustedSignature> | undefined>(
    (best, record) => (best === undefined || stepOf(record) > stepOf(best) ? record : best),
    undefined,
  );
}

function isTrusted(record: SignatureRecord): record is SignatureRecord<TrustedSignature> {
  return record.outcome.verdict === 'trusted';
}

function isAudited(record: SignatureRecord): record is SignatureRecord<AuditedSignature> {
  return record.outcome.verdict === 'not-verified';
}

function isUntrusted(record: SignatureRecord): record is SignatureRecord<UntrustedSignature> {
  return record.outcome.verdict === 'untrusted';
}
