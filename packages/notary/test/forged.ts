// Signature manifests that our own signing would never write.

import { bytesBody } from '@nv2/base';
import { type ContentStore, manifestOf } from '@nv2/content';
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
  }
}
