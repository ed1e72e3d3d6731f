// What signing and verifying blobs have in common: measuring content, and media types (docs/spec-map.md section 9).

import { type BodySource, createHasher, type HashName, quoteText } from '@nv2/base';
import { type Digest, digestFrom, isMediaType } from '@nv2/oci';
import { NotaryError } from './errors.ts';

/** Digest and length of a stream, which is read once and never kept. */
export async function measureBlob(
  content: BodySource,
  hash: HashName,
  signal?: AbortSignal,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hasher = createHasher(hash);
  let size = 0;
  for await (const chunk of content.open()) {
    signal?.throwIfAborted();
    hasher.update(chunk);
    size += chunk.length;
  }
  return { digest: digestFrom(hash, hasher), size };
}

/** A parameter: `; name=token` or `; name="quoted"`. */
const parameter = /^[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[ !#-[\]-~]*")$/;

/** A media type without its subtype, which the reference takes for one. */
const bareType = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * BLOB-03: type and subtype, and parameters if any.
 *
 * @param allowBareType a type alone will do
 * @throws NotaryError `NOTARY_MEDIA_TYPE_INVALID`
 */
export function assertBlobMediaType(mediaType: string, allowBareType = false): void {
  const [type = '', ...parameters] = mediaType.split(';').map((part) => part.trim());
  const isType = isMediaType(type) || (allowBareType && bareType.test(type));
  if (mediaType.length <= 255 && isType && parameters.every((part) => parameter.test(part))) return;
  throw new NotaryError('NOTARY_MEDIA_TYPE_INVALID', `${quoteText(mediaType)} is not a media type`);
}
