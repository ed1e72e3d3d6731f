// Content carried inside its own descriptor (image-spec descriptor.md, "data"), and the empty JSON that artifacts use.

import { encodeUtf8 } from '@nv2/base';
import type { Descriptor } from './descriptor.ts';
import { digestAlgorithm, digestOf, parseDigest } from './digest.ts';
import { maxInlineBytes } from './limits.ts';
import { mediaTypes } from './media-types.ts';

/** `{}`: the config of artifacts that need none. */
export const emptyJsonBytes: Uint8Array = encodeUtf8('{}');

/** Describes {@link emptyJsonBytes} (image-spec manifest.md, "Guidance for an empty descriptor"). */
export const emptyJsonDescriptor: Descriptor = {
  mediaType: mediaTypes.emptyJson,
  // SHA-256 of `{}`, written out: computing it would load node:crypto whenever this module is imported.
  digest: parseDigest('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'),
  size: emptyJsonBytes.length,
};

/**
 * The inline content of a descriptor, at most 32 KiB, compared with its size and digest.
 *
 * @returns `undefined` when there is none or it is not what the descriptor describes; then fetch the content instead.
 */
export function inlineContent(descriptor: Descriptor): Uint8Array | undefined {
  const { data, digest, size } = descriptor;
  if (data === undefined || size > maxInlineBytes || data.length !== size) return undefined;
  return digestOf(data, digestAlgorithm(digest)) === digest ? data : undefined;
}
