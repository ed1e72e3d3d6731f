// Sign and store: the whole of `nv2 sign` for an artifact in a store.

import type { ContentStore } from '@nv2/content';
import type { Annotations, Descriptor } from '@nv2/oci';
import type { Certificate } from '@nv2/pki';
import { type CreateSignatureRequest, createSignature } from './create-signature.ts';
import type { NotaryEventListener } from './events.ts';
import { storeSignature, type StoreSignatureRequest } from './store-signature.ts';

export interface SignRequest extends CreateSignatureRequest {
  readonly store: ContentStore;
  /** Further unsigned annotations of the signature manifest. */
  readonly annotations?: Annotations;
  /** See {@link storeSignature}. Default false. */
  readonly inlineEnvelope?: boolean;
  /** See {@link storeSignature}. */
  readonly form?: StoreSignatureRequest['form'];
  readonly onEvent?: NotaryEventListener;
}

export interface SignResult {
  readonly subject: Descriptor;
  /** The signature manifest. */
  readonly signature: Descriptor;
  /** The signing certificate. */
  readonly signer: Certificate;
  readonly envelope: Uint8Array;
  readonly envelopeDescriptor: Descriptor;
}

/**
 * Signs an artifact and stores the signature beside it.
 *
 * @throws what {@link createSignature} and {@link storeSignature} throw, and what the store throws
 */
export async function sign(request: SignRequest): Promise<SignResult> {
  const { store, subject, inlineEnvelope, form, cache, onEvent, signal } = request;
  const { envelope, mediaType, signer, annotations } = await createSignature(request);
  const stored = await storeSignature({
    store,
    subject,
    envelope,
    mediaType,
    // A format of the caller's own is also the one to read it back with.
    formats: [request.format],
    // STORE-09: the caller's own come after those of a signing service.
    annotations: { ...annotations, ...request.annotations },
    ...(inlineEnvelope === undefined ? {} : { inlineEnvelope }),
    ...(form === undefined ? {} : { form }),
    ...(cache === undefined ? {} : { cache }),
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { subject, signer, envelope, ...stored };
}
