// Manifests as bytes. Key order is fixed and annotations are sorted, so equal values give equal digests.

import { assertNever, encodeBase64, encodeUtf8, type JsonObject, type JsonValue } from '@nv2/base';
import type { Annotations, Descriptor } from './descriptor.ts';
import type { ParsedManifest } from './manifest.ts';

/**
 * Encodes a manifest as compact JSON in the order schemaVersion, mediaType, artifactType, config, layers or manifests,
 * subject, annotations.
 */
export function encodeManifest(manifest: ParsedManifest): Uint8Array {
  const { mediaType, artifactType, subject, annotations } = manifest;
  // The withdrawn artifact manifest has no schema version.
  const version = manifest.kind === 'artifact' ? {} : { schemaVersion: 2 };
  const document = {
    ...version,
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...encodeParts(manifest),
    ...(subject === undefined ? {} : { subject: toDescriptorJson(subject) }),
    ...(annotations === undefined ? {} : { annotations: sortAnnotations(annotations) }),
  };
  return encodeUtf8(JSON.stringify(document));
}

/** A descriptor as JSON members in the specification's order. */
export function toDescriptorJson(descriptor: Descriptor): JsonObject {
  const { mediaType, digest, size, urls, annotations, data, platform, artifactType } = descriptor;
  return {
    mediaType,
    digest,
    size,
    ...(urls === undefined ? {} : { urls }),
    ...(annotations === undefined ? {} : { annotations: sortAnnotations(annotations) }),
    ...(data === undefined ? {} : { data: encodeBase64(data) }),
    ...(platform === undefined ? {} : { platform: toPlatformJson(platform) }),
    ...(artifactType === undefined ? {} : { artifactType }),
  };
}

function encodeParts(manifest: ParsedManifest): JsonObject {
  switch (manifest.kind) {
    case 'image':
      return { config: toDescriptorJson(manifest.config), layers: manifest.layers.map(toDescriptorJson) };
    case 'index':
      return { manifests: manifest.manifests.map(toDescriptorJson) };
    case 'artifact':
      return { blobs: manifest.blobs.map(toDescriptorJson) };
    default:
      return assertNever(manifest);
  }
}

function toPlatformJson(platform: NonNullable<Descriptor['platform']>): JsonObject {
  const { architecture, os, osVersion, variant } = platform;
  return {
    architecture,
    os,
    ...(osVersion === undefined ? {} : { 'os.version': osVersion }),
    ...(variant === undefined ? {} : { variant }),
  };
}

function sortAnnotations(annotations: Annotations): JsonObject {
  // No prototype: an annotation may be called `__proto__`.
  const sorted: Record<string, JsonValue> = Object.create(null);
  for (const name of Object.keys(annotations).toSorted()) sorted[name] = annotations[name] ?? '';
  return sorted;
}
