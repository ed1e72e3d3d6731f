// Signature manifests that our own signing would never write.

import { assertNever, bytesBody, encodeBase64, encodeBase64Url, encodeUtf8 } from '@nv2/base';
import { type ContentStore, manifestOf } from '@nv2/content';
import { type EnvelopeFormat, signEnvelope, type SignEnvelopeRequest, type SignedAttributes } from '@nv2/envelope';
import {
  type Annotations,
  type Descriptor,
  digestOf,
  emptyJsonBytes,
  emptyJsonDescriptor,
  encodeManifest,
  mediaTypes,
  type ParsedManifest,
} from '@nv2/oci';
import type { TestChain } from '@nv2/testing';
import { encodePayload } from '../src/payload.ts';
import { at, chainOf, jws, type Place } from './scene.ts';

export interface ForgedSignature {
  readonly envelope: Uint8Array;
  /** Of the layer. Default: JWS. */
  readonly mediaType?: string;
  readonly form?: 'default' | 'fallback' | 'legacy';
  /** Claimed size of the envelope. */
  readonly size?: number;
  /** Inline data of the layer. */
  readonly data?: Uint8Array;
  readonly layers?: number;
  readonly annotations?: Annotations;
}

/** Pushes a signature manifest of `subject`, and its envelope. */
export async function pushSignature(
  store: ContentStore,
  subject: Descriptor,
  forged: ForgedSignature,
): Promise<Descriptor> {
  const { envelope, mediaType = mediaTypes.jws, form = 'default', layers = 1, annotations, data } = forged;
  const real: Descriptor = { mediaType, digest: digestOf(envelope), size: envelope.length };
  const layer: Descriptor = { ...real, size: forged.size ?? envelope.length, ...(data === undefined ? {} : { data }) };
  const common = { subject, ...(annotations === undefined ? {} : { annotations }) };
  const manifest = manifestOf(
    encodeManifest({
      ...shape(
        form,
        Array.from({ length: layers }, () => layer),
      ),
      ...common,
    }),
    {
      mediaType: form === 'legacy' ? mediaTypes.ociArtifactManifest : mediaTypes.ociManifest,
    },
  );
  await store.pushBlob(real, bytesBody(envelope));
  await store.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  await store.pushManifest(manifest);
  return manifest.descriptor;
}

function shape(form: 'default' | 'fallback' | 'legacy', layers: readonly Descriptor[]): ParsedManifest {
  const artifactType = mediaTypes.notarySignature;
  const mediaType = mediaTypes.ociManifest;
  switch (form) {
    case 'default':
      return { kind: 'image', mediaType, artifactType, config: emptyJsonDescriptor, layers };
    case 'fallback':
      return { kind: 'image', mediaType, config: { ...emptyJsonDescriptor, mediaType: artifactType }, layers };
    case 'legacy':
      return { kind: 'artifact', mediaType: mediaTypes.ociArtifactManifest, artifactType, blobs: layers };
    default:
      return assertNever(form);
  }
}

/** Signs a scene's subject with attributes that our own signing never writes, and stores the result. */
export async function signRaw(
  { store, subject }: Place,
  options: Partial<SignEnvelopeRequest> & { readonly by?: TestChain } = {},
): Promise<Descriptor> {
  const { by = await chainOf(), ...rest } = options;
  const envelope = await signEnvelope({
    format: jws,
    payload: encodePayload(subject),
    key: by.signingKey,
    signingTime: at,
    signingAgent: 'test/1.0',
    ...rest,
  });
  return pushSignature(store, subject, { envelope, mediaType: (rest.format ?? jws).mediaType });
}

export interface UncheckedOptions {
  readonly by?: TestChain;
  readonly payload?: Uint8Array;
  readonly signed?: Partial<SignedAttributes>;
  readonly format?: EnvelopeFormat;
  /** In the place of a time-stamp. */
  readonly token?: Uint8Array;
}

/** As {@link signRaw}, without the checks of signing: what a hostile or broken signer can produce. */
export async function signUnchecked({ store, subject }: Place, options: UncheckedOptions = {}): Promise<Descriptor> {
  const { by = await chainOf(), payload = encodePayload(subject), format = jws } = options;
  const key = by.signingKey;
  const signed: SignedAttributes = {
    contentType: mediaTypes.notaryPayload,
    signingScheme: 'notary.x509',
    signingTime: at,
    extended: [],
    ...options.signed,
  };
  const prepared = format.prepare({ payload, algorithm: key.algorithm, signed });
  const signature = await key.sign(prepared.signedBytes);
  const envelope = prepared.seal(signature, {
    certificateChain: key.chain.map(({ der }) => der),
    ...(options.token && { timestampSignature: options.token }),
  });
  return pushSignature(store, subject, { envelope, mediaType: format.mediaType });
}

/** A JWS envelope written member by member, beside its subject; `header` replaces members of the protected header. */
export async function signJwsByHand(
  { store, subject }: Place,
  header: Readonly<Record<string, unknown>>,
): Promise<Descriptor> {
  return pushSignature(store, subject, { envelope: await sealJwsByHand(subject, header) });
}

/** The envelope of {@link signJwsByHand}. */
export async function sealJwsByHand(
  subject: Descriptor,
  header: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const { signingKey } = await chainOf();
  const protectedHeader = {
    alg: 'ES256',
    crit: ['io.cncf.notary.signingScheme'],
    cty: mediaTypes.notaryPayload,
    'io.cncf.notary.signingScheme': 'notary.x509',
    'io.cncf.notary.signingTime': at.toISOString(),
    ...header,
  };
  const head = encodeBase64Url(encodeUtf8(JSON.stringify(protectedHeader)));
  const payload = encodeBase64Url(encodePayload(subject));
  const signature = encodeBase64Url(await signingKey.sign(encodeUtf8(`${head}.${payload}`)));
  const x5c = signingKey.chain.map(({ der }) => encodeBase64(der));
  return encodeUtf8(JSON.stringify({ payload, protected: head, header: { x5c }, signature }));
}
