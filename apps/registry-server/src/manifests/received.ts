// A manifest as pushed, checked by itself (E1 to E6, E10); whether its parts exist is decided inside the write.

import { findHeader, readAll, type TransportRequest, isNv2Error, quoteText, describeError } from '@nv2/base';
import {
  artifactTypeOf,
  type Descriptor,
  type Digest,
  detectManifestMediaType,
  digestAlgorithm,
  digestOf,
  type ParsedManifest,
  parseManifest,
  parts,
} from '@nv2/oci';
import { ServerError } from '../errors.ts';

export interface ReceivedManifest {
  readonly bytes: Uint8Array;
  readonly manifest: ParsedManifest;
  /** The digest of the reference, or sha256. */
  readonly digest: Digest;
  readonly canonical: Digest;
}

/**
 * Reads and checks the body of a push.
 *
 * @param claimed the digest of the reference, if it is one
 * @throws ServerError `SERVER_MANIFEST_TOO_LARGE`, `SERVER_MANIFEST_INVALID`, `SERVER_MEDIA_TYPE_UNSUPPORTED`,
 *  `SERVER_DIGEST_INVALID`
 */
export async function receiveManifest(
  request: TransportRequest,
  claimed: Digest | undefined,
  maxBytes: number,
): Promise<ReceivedManifest> {
  const bytes = await readBody(request, maxBytes);
  const manifest = parse(bytes, mediaTypeOf(request));
  const digest = claimed === undefined ? digestOf(bytes) : digestOf(bytes, digestAlgorithm(claimed));
  if (claimed !== undefined && digest !== claimed) {
    throw new ServerError(
      'SERVER_DIGEST_INVALID',
      `pushing a manifest: the body has digest ${digest}, expected ${claimed}`,
    );
  }
  for (const descriptor of parts(manifest)) assertInlineData(descriptor);
  return { bytes, manifest, digest, canonical: digest.startsWith('sha256:') ? digest : digestOf(bytes) };
}

/** The entry in a referrers listing (I2). */
export function renderReferrer({ bytes, manifest, digest }: ReceivedManifest): string {
  const artifactType = artifactTypeOf(manifest);
  return JSON.stringify({
    mediaType: manifest.mediaType,
    digest,
    size: bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  });
}

async function readBody({ body }: TransportRequest, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new ServerError(
    'SERVER_MANIFEST_TOO_LARGE',
    `pushing a manifest: it is larger than ${maxBytes} bytes`,
  );
  if (body?.length !== undefined && body.length > maxBytes) throw tooLarge;
  if (body === undefined) return new Uint8Array();
  try {
    return await readAll(body.open(), maxBytes);
  } catch (error) {
    throw isNv2Error(error, 'BYTES_LIMIT') ? tooLarge : error;
  }
}

/** Without parameters, which carry no meaning for manifests. */
function mediaTypeOf({ headers }: TransportRequest): string | undefined {
  const mediaType = findHeader(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  return mediaType === '' ? undefined : mediaType;
}

function parse(bytes: Uint8Array, mediaType: string | undefined): ParsedManifest {
  try {
    const manifest = parseManifest(bytes, mediaType ?? detectManifestMediaType(bytes));
    if (manifest.kind !== 'artifact') return manifest;
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    const isType = error.code === 'OCI_MEDIA_TYPE_UNSUPPORTED';
    const code = isType ? 'SERVER_MEDIA_TYPE_UNSUPPORTED' : 'SERVER_MANIFEST_INVALID';
    throw new ServerError(code, `pushing a manifest: ${describeError(error)}`, { cause: error });
  }
  // E4: withdrawn before OCI 1.1 was final; no client needs to write it.
  throw new ServerError(
    'SERVER_MEDIA_TYPE_UNSUPPORTED',
    `pushing a manifest: ${quoteText(mediaType ?? '')} was withdrawn from the specification`,
  );
}

// E10: readers may use inline content without fetching, so it must be the content.
function assertInlineData({ data, digest, size }: Descriptor): void {
  if (data === undefined) return;
  if (data.length === size && digestOf(data, digestAlgorithm(digest)) === digest) return;
  throw new ServerError(
    'SERVER_MANIFEST_INVALID',
    `pushing a manifest: the inline data of ${digest} is not that content`,
  );
}
