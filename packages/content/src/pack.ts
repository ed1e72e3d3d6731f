// Making manifests for artifacts (image-spec manifest.md, "Guidelines for Artifact Usage").

import { quoteText } from '@nv2/base';
import {
  type Annotations,
  type Descriptor,
  emptyJsonDescriptor,
  encodeManifest,
  isMediaType,
  mediaTypes,
  OciError,
} from '@nv2/oci';
import type { Manifest } from './store.ts';
import { manifestOf } from './verified.ts';

export interface PackOptions {
  /** May be absent only when the media type of `config` says what this is. */
  readonly artifactType?: string;
  /** Default: the empty JSON. */
  readonly config?: Descriptor;
  /** An empty list becomes one empty-JSON layer, since some registries refuse none. */
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Annotations;
}

/**
 * Packs an OCI image manifest. Equal options give equal bytes. Config and layers must be pushed before it.
 *
 * @throws OciError `OCI_MANIFEST_INVALID` without any artifact type or with one that is not a media type
 */
export function packManifest(options: PackOptions): Manifest {
  const { artifactType, config = emptyJsonDescriptor, layers, subject, annotations } = options;
  const effectiveType = artifactType ?? config.mediaType;
  if (effectiveType === mediaTypes.emptyJson) {
    throw new OciError(
      'OCI_MANIFEST_INVALID',
      'packing a manifest: an artifact with an empty config needs an artifact type',
    );
  }
  if (!isMediaType(effectiveType)) {
    throw new OciError('OCI_MANIFEST_INVALID', `packing a manifest: ${quoteText(effectiveType)} is not a media type`);
  }
  const bytes = encodeManifest({
    kind: 'image',
    mediaType: mediaTypes.ociManifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config,
    layers: layers.length === 0 ? [emptyJsonDescriptor] : layers,
    ...(subject === undefined ? {} : { subject: contentOf(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
  });
  return manifestOf(bytes, { mediaType: mediaTypes.ociManifest });
}

// A subject is named by its content alone (STORE-06); what a listing says about it does not belong here.
function contentOf({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
