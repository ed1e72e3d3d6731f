// Signatures as a third party could change them.

import { bytesBody } from '@nv2/base';
import { manifestOf } from '@nv2/content';
import { listSignatures, readSignature, type StoredSignature } from '@nv2/notary';
import { digestOf, emptyJsonBytes, emptyJsonDescriptor, encodeManifest, mediaTypes } from '@nv2/oci';
import type { Shelf } from './places.ts';

/** The signatures of a subject as our library reads them. */
export async function readSignatures({ store, subject }: Shelf): Promise<readonly StoredSignature[]> {
  const found: StoredSignature[] = [];
  for await (const listing of listSignatures(store, subject, { maxSignatures: 100 })) {
    found.push(await readSignature(store, listing));
  }
  return found;
}

/** Puts an envelope beside a subject without looking at it; `config` is the media type of the manifest's configuration. */
export async function attachEnvelope(
  { store, subject }: Shelf,
  envelope: Uint8Array,
  mediaType: string,
  config: string = emptyJsonDescriptor.mediaType,
): Promise<void> {
  const layer = { mediaType, digest: digestOf(envelope), size: envelope.length };
  const bytes = encodeManifest({
    kind: 'image',
    mediaType: mediaTypes.ociManifest,
    artifactType: mediaTypes.notarySignature,
    config: { ...emptyJsonDescriptor, mediaType: config },
    layers: [layer],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: { 'io.cncf.notary.x509chain.thumbprint#S256': '[]' },
  });
  await store.pushBlob(layer, bytesBody(envelope));
  await store.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  await store.pushManifest(manifestOf(bytes, { mediaType: mediaTypes.ociManifest }));
}
