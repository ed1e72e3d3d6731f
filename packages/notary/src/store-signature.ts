// Putting a signature beside its subject (STORE-01 to STORE-09, SIGN-09).

import { bytesBody, describeError, isNv2Error } from '@nv2/base';
import { type ContentStore, type Manifest, packManifest } from '@nv2/content';
import { builtinFormats, type EnvelopeFormat, type VerifiedEnvelope } from '@nv2/envelope';
import {
  type Annotations,
  type Descriptor,
  digestOf,
  emptyJsonBytes,
  emptyJsonDescriptor,
  isSameContent,
  mediaTypes,
} from '@nv2/oci';
import { type CertificateCache, type CertificateChain, createCertificateCache } from '@nv2/pki';
import { checkEnvelopeIntegrity } from './checks/integrity.ts';
import { NotaryError } from './errors.ts';
import type { NotaryEventListener } from './events.ts';
import { maxInlineEnvelopeBytes } from './limits.ts';
import { parsePayload } from './payload.ts';
import { createdAnnotation, type SignatureForm, thumbprintAnnotation } from './signature-manifest.ts';
import { contentOf, notFound } from './subject.ts';
import { reservedPrefix } from './user-metadata.ts';

export interface StoreSignatureRequest {
  readonly store: ContentStore;
  /** Must be in the store already, with this media type and size. */
  readonly subject: Descriptor;
  readonly envelope: Uint8Array;
  /** Media type of the envelope. */
  readonly mediaType: string;
  /** Further annotations of the signature manifest. Unsigned: they inform and never decide. */
  readonly annotations?: Annotations;
  /** Also carries an envelope of at most 32 KiB inside the manifest, which saves readers a round trip. Default false. */
  readonly inlineEnvelope?: boolean;
  /**
   * Default `default`. `fallback` is for registries that refuse `artifactType`, and what the reference tool writes (STORE-03).
   */
  readonly form?: Exclude<SignatureForm, 'legacy'>;
  readonly formats?: readonly EnvelopeFormat[];
  readonly cache?: CertificateCache;
  readonly onEvent?: NotaryEventListener;
  readonly signal?: AbortSignal;
}

export interface StoredSignatureResult {
  /** The signature manifest. */
  readonly signature: Descriptor;
  readonly envelopeDescriptor: Descriptor;
}

/**
 * Stores an envelope as a referrer of its subject. The subject does not change (R1), other signatures do not either (R2), and
 * the same envelope always becomes the same manifest, so repeating it changes nothing.
 *
 * @throws NotaryError `NOTARY_SUBJECT_NOT_FOUND`, `NOTARY_SUBJECT_MISMATCH`, `NOTARY_SIGNATURE_INVALID` for an envelope that
 * does not hold together or is about something else, `NOTARY_METADATA_INVALID` for a reserved annotation
 */
export async function storeSignature(request: StoreSignatureRequest): Promise<StoredSignatureResult> {
  const { store, subject, envelope, mediaType, inlineEnvelope = false } = request;
  const options = request.signal ? { signal: request.signal } : {};
  const { content, chain } = openEnvelope(request);
  const envelopeDescriptor: Descriptor = { mediaType, digest: digestOf(envelope), size: envelope.length };
  const isInline = inlineEnvelope && envelope.length <= maxInlineEnvelopeBytes;
  const layer = isInline ? { ...envelopeDescriptor, data: envelope } : envelopeDescriptor;
  const annotations = annotationsOf(content, chain, request.annotations ?? {});
  const config = configs[request.form ?? 'default'];
  const manifest = packSignature({ config, layer, annotations }, subject);
  await assertStored(store, subject, options);
  // SIGN-09: whoever sees the manifest can read all of it.
  await store.pushBlob(envelopeDescriptor, bytesBody(envelope), options);
  await store.pushBlob(config, bytesBody(emptyJsonBytes), options);
  await store.pushManifest(manifest, options);
  request.onEvent?.({ type: 'signature-stored', signature: manifest.descriptor });
  return { signature: manifest.descriptor, envelopeDescriptor };
}

/** The content of either is the empty JSON, which nobody interprets. */
const configs = {
  default: emptyJsonDescriptor,
  fallback: { ...emptyJsonDescriptor, mediaType: mediaTypes.notarySignature },
} as const;

/** STORE-01 to STORE-03, STORE-05, STORE-06 */
function packSignature(
  { config, layer, annotations }: Record<'config' | 'layer', Descriptor> & { readonly annotations: Annotations },
  subject: Descriptor,
): Manifest {
  const artifactType = config === configs.default ? { artifactType: mediaTypes.notarySignature } : {};
  return packManifest({ ...artifactType, config, layers: [layer], subject: contentOf(subject), annotations });
}

function openEnvelope(request: StoreSignatureRequest): {
  readonly content: VerifiedEnvelope;
  readonly chain: CertificateChain;
} {
  const { envelope, mediaType, subject, formats = builtinFormats, cache = createCertificateCache() } = request;
  const integrity = checkEnvelopeIntegrity(envelope, mediaType, { formats, cache });
  if (integrity.status === 'failed') throw invalid(subject, integrity.finding.reason);
  const target = targetOf(integrity.envelope, subject);
  if (!isSameContent(target, subject)) throw invalid(subject, `it is about ${target.digest}`);
  return { content: integrity.envelope, chain: integrity.chain };
}

function targetOf(envelope: VerifiedEnvelope, subject: Descriptor): Descriptor {
  try {
    return parsePayload(envelope.payload);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw invalid(subject, describeError(cause), cause);
  }
}

/** STORE-07 to STORE-09: the caller's annotations first, so that they cannot replace ours. */
function annotationsOf(content: VerifiedEnvelope, chain: CertificateChain, given: Annotations): Annotations {
  const reserved = Object.keys(given).find((key) => key.startsWith(reservedPrefix));
  if (reserved !== undefined) {
    throw new NotaryError('NOTARY_METADATA_INVALID', `annotation ${reserved} of a signature manifest is reserved`);
  }
  return {
    ...given,
    [thumbprintAnnotation]: JSON.stringify(chain.map(({ fingerprint }) => fingerprint)),
    [createdAnnotation]: content.signed.signingTime.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

async function assertStored(
  store: ContentStore,
  subject: Descriptor,
  options: { signal?: AbortSignal },
): Promise<void> {
  const found = await store.findManifestDescriptor(subject.digest, options);
  if (found === undefined) throw notFound(store, subject.digest);
  if (isSameContent(found, subject)) return;
  throw new NotaryError(
    'NOTARY_SUBJECT_MISMATCH',
    `${store.name} holds ${found.digest} as ${found.mediaType} of ${found.size} bytes, expected ${subject.mediaType} of ${subject.size} bytes`,
  );
}

function invalid(subject: Descriptor, why: string, cause?: unknown): NotaryError {
  const options = cause === undefined ? {} : { cause };
  return new NotaryError(
    'NOTARY_SIGNATURE_INVALID',
    `envelope cannot be stored as a signature of ${subject.digest}: ${why}`,
    options,
  );
}
