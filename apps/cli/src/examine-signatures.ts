// Every signature of an artifact with its state, for looking rather than deciding: all of them, not up to the first good one.

import { describeError, isNv2Error } from '@nv2/base';
import type { UnverifiedEnvelope } from '@nv2/envelope';
import type { SignatureOutcome, StoredSignature, VerificationTrust } from '@nv2/notary';
import type { Descriptor } from '@nv2/oci';
import type { Context } from './context.ts';
import type { OpenSubject } from './stores/place.ts';
import type { Subject } from './subject.ts';
import { chooseTrust, type TrustFlags } from './trust-choice.ts';

export type SignatureState =
  | 'trusted'
  | 'untrusted'
  | 'expired'
  | 'revoked'
  | 'malformed'
  | 'unreadable'
  | 'unknown format'
  /** Intact; there is no policy to say more. */
  | 'not checked';

export interface ExaminedSignature {
  readonly descriptor: Descriptor;
  readonly state: SignatureState;
  /** Why the state is not better. */
  readonly reason?: string;
  /** Absent for foreign formats and for what could not be read. */
  readonly outcome?: SignatureOutcome;
  readonly stored?: StoredSignature;
  /** What the envelope says; nothing of it counts before the outcome says so. */
  readonly envelope?: UnverifiedEnvelope;
  /** Name of a foreign format. */
  readonly foreign?: string;
}

export interface Examination {
  readonly signatures: readonly ExaminedSignature[];
  readonly isLimitReached: boolean;
  readonly decidedBy: string;
}

export interface ExamineRequest {
  readonly subject: Subject;
  readonly opened: OpenSubject;
  readonly descriptor: Descriptor;
  readonly flags: TrustFlags & { readonly maxSignatures: number };
}

/** Reads and judges up to `maxSignatures` signatures. One that cannot be read is reported, the others are still shown. */
export async function examineSignatures(request: ExamineRequest, context: Context): Promise<Examination> {
  const { opened, descriptor, flags } = request;
  const { trust, decidedBy } = await chooseTrustToLook(request, context);
  const { maxSignatures } = flags;
  return { ...(await examineListed({ opened, descriptor, trust, maxSignatures }, context)), decidedBy };
}

export interface ExamineListedRequest extends Pick<ExamineRequest, 'opened' | 'descriptor'> {
  readonly trust: VerificationTrust;
  readonly maxSignatures: number;
}

/** As {@link examineSignatures}, on grounds that were chosen already. */
export async function examineListed(
  { opened, descriptor, trust, maxSignatures }: ExamineListedRequest,
  context: Context,
): Promise<Omit<Examination, 'decidedBy'>> {
  const { findOtherReferrers, listSignatures } = await import('@nv2/notary');
  const signal = { signal: context.io.signal };
  const signatures: ExaminedSignature[] = [];
  let isLimitReached = false;
  const onEvent = (event: { readonly type: string }): void => void (isLimitReached ||= event.type === 'limit-reached');
  for await (const listing of listSignatures(opened.store, descriptor, { maxSignatures, onEvent, ...signal })) {
    context.progress(`reading signature ${listing.descriptor.digest}`);
    signatures.push(await examineOne(opened, listing, { trust, context }));
  }
  for (const other of await findOtherReferrers(opened.store, descriptor, signal)) {
    if (other.format !== undefined)
      signatures.push({ descriptor: other.descriptor, state: 'unknown format', foreign: other.format });
  }
  return { signatures, isLimitReached };
}

/** A layout has no place in a policy; looking at it needs none. */
async function chooseTrustToLook(
  { subject, flags }: ExamineRequest,
  context: Context,
): Promise<Awaited<ReturnType<typeof chooseTrust>>> {
  const isNamed =
    subject.kind === 'registry' || flags.scope !== undefined || flags.key !== undefined || flags.cert.length > 0;
  if (!isNamed)
    return {
      trust: { kind: 'none', because: 'no-policy' },
      decidedBy: 'nothing: a layout has no scope of its own (--scope)',
    };
  return chooseTrust(flags, subject, context);
}

interface ExamineOptions {
  readonly trust: VerificationTrust;
  readonly context: Context;
}

async function examineOne(
  opened: OpenSubject,
  listing: { readonly subject: Descriptor; readonly descriptor: Descriptor },
  { trust, context }: ExamineOptions,
): Promise<ExaminedSignature> {
  const { signal } = context.io;
  const [{ readSignature, verifyEnvelope }, { parseEnvelope }] = await Promise.all([
    import('@nv2/notary'),
    import('@nv2/envelope'),
  ]);
  const { descriptor, subject } = listing;
  let stored: StoredSignature | undefined;
  let envelope: UnverifiedEnvelope | undefined;
  try {
    stored = await readSignature(opened.store, listing, { signal });
    envelope = parseEnvelope(stored.envelope, stored.mediaType);
  } catch (error) {
    // One broken signature must not hide the others; anything that is not about its content ends the command.
    if (!isNv2Error(error) || error.kind === 'unavailable' || error.kind === 'denied') throw error;
    const state = stored === undefined ? 'unreadable' : 'malformed';
    return { descriptor, state, reason: describeError(error), ...(stored === undefined ? {} : { stored }) };
  }
  const { envelope: bytes, mediaType } = stored;
  const revocation = context.services.revocation();
  const outcome = await verifyEnvelope({
    envelope: bytes,
    mediaType,
    subject,
    trust,
    at: context.at,
    revocation,
    signal,
  });
  return { descriptor, stored, envelope, outcome, ...stateOf(outcome, trust) };
}

function stateOf(outcome: SignatureOutcome, trust: VerificationTrust): Pick<ExaminedSignature, 'state' | 'reason'> {
  if (outcome.verdict === 'trusted') return { state: 'trusted' };
  if (outcome.verdict === 'not-verified')
    return { state: 'not checked', reason: 'the trust policy does not decide about the signer' };
  const [first] = outcome.failures;
  const { reason } = first;
  switch (first.facts.code) {
    case 'altered':
    case 'malformed':
    case 'unreadable':
    case 'wrong-subject':
      return { state: 'malformed', reason };
    case 'expired':
    case 'certificate-expired':
    case 'not-yet-valid':
      return { state: 'expired', reason };
    case 'revoked':
      return { state: 'revoked', reason };
    case 'no-policy':
      return trust.kind === 'none'
        ? { state: 'not checked', reason: 'there is no trust policy' }
        : { state: 'untrusted', reason };
    case 'no-statement':
      return { state: 'not checked', reason: 'no statement of the trust policy covers this repository' };
    default:
      return { state: 'untrusted', reason };
  }
}
