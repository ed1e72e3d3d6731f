// Which signatures a store lists for a subject, and in which order to try them. Listings are claims (R11): they find
// signatures and decide nothing.

import { encodeUtf8, isNv2Error, parseJson, parseStringArray } from '@nv2/base';
import type { ContentStore } from '@nv2/content';
import { type Descriptor, mediaTypes } from '@nv2/oci';
import { NotaryError } from './errors.ts';
import type { NotaryEventListener } from './events.ts';
import { defaultMaxSignatures, maxInlineEnvelopeBytes, maxListedReferrers, maxThumbprintChars } from './limits.ts';
import { thumbprintAnnotation } from './signature-manifest.ts';

/** A listed signature of `subject`. */
export interface SignatureListing {
  readonly subject: Descriptor;
  /** Of the signature manifest, as listed. */
  readonly descriptor: Descriptor;
}

export interface ListSignaturesOptions {
  /** Default 100; more than 0 (OC-51). */
  readonly maxSignatures?: number;
  readonly onEvent?: NotaryEventListener;
  readonly signal?: AbortSignal;
}

/**
 * Lists the Notary signatures of a subject, in all three forms (STORE-10 to STORE-12), at most `maxSignatures`. What lies
 * beyond is reported as the event `limit-reached`.
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID`
 */
export async function* listSignatures(
  store: ContentStore,
  subject: Descriptor,
  options: ListSignaturesOptions = {},
): AsyncGenerator<SignatureListing, void, undefined> {
  const max = parseMaxSignatures(options.maxSignatures);
  let count = 0;
  for await (const descriptor of listDescriptors(store, subject, options.signal)) {
    count += 1;
    if (count > max) {
      options.onEvent?.({ type: 'limit-reached', maxSignatures: max });
      return;
    }
    yield { subject, descriptor };
  }
}

/** VER-01. @throws NotaryError `NOTARY_REQUEST_INVALID` */
export function parseMaxSignatures(max: number = defaultMaxSignatures): number {
  if (Number.isSafeInteger(max) && max > 0) return max;
  throw new NotaryError('NOTARY_REQUEST_INVALID', `maxSignatures is ${max}, expected an integer above 0`);
}

export interface Candidates {
  /** Most promising first, each once. */
  readonly descriptors: readonly Descriptor[];
  /** How many of them, from the first on, carry a hint. */
  readonly hinted: number;
  /** There are more than `max`, or the listing does not end. */
  readonly isLimitReached: boolean;
}

/**
 * Collects up to `max` signatures to try, those in `except` left out and those first whose thumbprint annotation names a certificate in `hints` (STORE-14).
 * Junk can therefore not push a signature past the limit unless it copies that annotation; junk never gains trust by it.
 */
export async function collectCandidates(
  store: ContentStore,
  subject: Descriptor,
  options: {
    readonly hints: ReadonlySet<string>;
    readonly max: number;
    readonly except: ReadonlySet<string>;
    readonly signal?: AbortSignal;
  },
): Promise<Candidates> {
  const { hints, max, except } = options;
  const hinted: Descriptor[] = [];
  const others: Descriptor[] = [];
  const seen = new Set<string>();
  let isEndless = false;
  try {
    for await (const descriptor of listDescriptors(store, subject, options.signal)) {
      if (seen.size >= maxListedReferrers) {
        isEndless = true;
        break;
      }
      if (seen.has(descriptor.digest) || except.has(descriptor.digest)) continue;
      seen.add(descriptor.digest);
      const promising = hasHint(descriptor, hints) ? hinted : others;
      if (promising.length < max) promising.push(withoutAnnotations(descriptor));
    }
  } catch (error) {
    // OC-07, OC-51: a store's own bound ends a listing as ours does. Who attaches junk beyond it hides nothing that was
    // listed before; with nothing listed there is nothing to judge.
    if (!isNv2Error(error) || error.kind !== 'limit' || seen.size === 0) throw error;
    isEndless = true;
  }
  const descriptors = [...hinted, ...others].slice(0, max);
  const isLimitReached = isEndless || seen.size > descriptors.length;
  return { descriptors, hinted: Math.min(hinted.length, max), isLimitReached };
}

async function* listDescriptors(
  store: ContentStore,
  subject: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Descriptor, void, undefined> {
  // STORE-10: stores filter whatever their server does.
  yield* store.referrers(subject, { artifactType: mediaTypes.notarySignature, ...(signal ? { signal } : {}) });
}

function hasHint({ annotations }: Descriptor, hints: ReadonlySet<string>): boolean {
  if (hints.size === 0) return false;
  return parseThumbprints(annotations?.[thumbprintAnnotation]).some((thumbprint) => hints.has(thumbprint));
}

/** STORE-07: a JSON array in a string. Upper case occurs; what is no such array says nothing. */
function parseThumbprints(text: string | undefined): readonly string[] {
  if (text === undefined || text.length > maxThumbprintChars) return [];
  try {
    const value = parseJson(encodeUtf8(text), { maxBytes: maxThumbprintChars * 4, maxDepth: 1 });
    return parseStringArray(value, thumbprintAnnotation).map((thumbprint) => thumbprint.toLowerCase());
  } catch (error) {
    // Unsigned and optional: no hint is not an error.
    if (!isNv2Error(error)) throw error;
    return [];
  }
}

// Annotations of a listing have served their purpose and need not stay in memory. Inline data stays as far as it could be
// used; it is compared with digest and size then.
function withoutAnnotations({ mediaType, digest, size, data }: Descriptor): Descriptor {
  const isUsable = data !== undefined && data.length <= maxInlineEnvelopeBytes;
  return { mediaType, digest, size, ...(isUsable ? { data } : {}) };
}
