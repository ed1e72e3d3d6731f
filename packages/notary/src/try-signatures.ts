// Trying listed signatures one after the other until one is trusted. Whatever is wrong with one is recorded and does not stop
// the search (VER-06, OC-07): whoever can attach a referrer could otherwise keep everybody from the good one. The registry is
// treated as hostile throughout (OC-56).

import { describeError, isNv2Error, type Nv2Error, plainText } from '@nv2/base';
import type { ContentStore } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';
import type { NotaryEventListener } from './events.ts';
import { type JudgedSignature, judgeSignature, refuse } from './judge-signature.ts';
import { maxPrefetchedEnvelopeBytes, maxReasonChars } from './limits.ts';
import type { Failure, SignatureRecord } from './outcome.ts';
import { mapAhead } from './read-ahead.ts';
import { readEnvelope, readSignatureManifest } from './read-signature.ts';
import type { SubjectSession } from './session.ts';

export interface Trial {
  readonly store: ContentStore;
  readonly subject: Descriptor;
  readonly session: SubjectSession;
  readonly onEvent?: NotaryEventListener;
}

/** Judges signatures in the given order; ends after the first trusted one. */
export async function* trySignatures(
  trial: Trial,
  descriptors: readonly Descriptor[],
  concurrency: number,
): AsyncGenerator<SignatureRecord, void, undefined> {
  const { signal } = trial.session;
  const read = (descriptor: Descriptor, both: AbortSignal): Promise<Reading> => readAhead(trial, descriptor, both);
  for await (const reading of mapAhead(descriptors, concurrency, read, signal)) {
    const outcome = await judge(trial, reading);
    const { mediaType, digest, size } = reading.descriptor;
    const record: SignatureRecord = { descriptor: { mediaType, digest, size }, outcome };
    trial.onEvent?.({ type: 'signature-judged', record });
    yield record;
    if (outcome.verdict === 'trusted') return;
  }
}

/** A signature as far as it was read before its turn. `open` gives the envelope, which a large one fetches only then. */
type Reading = { readonly descriptor: Descriptor } & (
  | { readonly mediaType: string; readonly open: () => Promise<Uint8Array> }
  | { readonly error: Nv2Error }
);

async function readAhead(trial: Trial, descriptor: Descriptor, signal: AbortSignal): Promise<Reading> {
  const { store, subject, session, onEvent } = trial;
  const options = { signal, ...(onEvent ? { onEvent } : {}) };
  try {
    const { envelope } = await readSignatureManifest(store, { descriptor, subject }, options);
    const { mediaType, size } = envelope;
    if (size > maxPrefetchedEnvelopeBytes) {
      const later = session.signal ? { signal: session.signal } : {};
      return { descriptor, mediaType, open: () => readEnvelope(store, envelope, later) };
    }
    const bytes = await readEnvelope(store, envelope, options);
    return { descriptor, mediaType, open: () => Promise.resolve(bytes) };
  } catch (error) {
    return { descriptor, error: expected(error) };
  }
}

async function judge({ session, onEvent }: Trial, reading: Reading): Promise<JudgedSignature> {
  if ('error' in reading) return unreadable(reading.error, session);
  let bytes: Uint8Array;
  try {
    bytes = await reading.open();
  } catch (error) {
    return unreadable(expected(error), session);
  }
  const { mediaType, digest, size } = reading.descriptor;
  onEvent?.({ type: 'signature-opened', mediaType: reading.mediaType, signature: { mediaType, digest, size } });
  // What goes wrong from here on is not about reading, so it is not caught.
  return judgeSignature(bytes, reading.mediaType, session);
}

/** Errors with a code are about this one signature; aborts and defects end the verification. */
function expected(error: unknown): Nv2Error {
  if (isNv2Error(error) && error.kind !== 'internal' && error.kind !== 'usage') return error;
  throw error;
}

function unreadable(error: Nv2Error, session: SubjectSession): JudgedSignature {
  const reason = plainText(describeError(error), maxReasonChars * 2);
  const isSilent = error.kind === 'unavailable' || error.kind === 'denied';
  const failure: Failure = isSilent
    ? {
        check: 'integrity',
        status: 'inconclusive',
        action: 'enforce',
        reason,
        facts: { code: 'unavailable' },
        cause: error,
      }
    : { check: 'integrity', status: 'failed', action: 'enforce', reason, facts: { code: 'unreadable' } };
  return refuse(failure, session);
}
