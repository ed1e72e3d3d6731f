// The payload: what a signature says it is about (docs/spec-map.md section 1). Nothing that verification or trust depends on is in
// it (PAY-09); its exact bytes are what is signed, and the order of its members carries no meaning (PAY-10, PAY-11).

import {
  encodeUtf8,
  type JsonObject,
  parseJson,
  parseObject,
  parseOptional,
  parseSize,
  parseString,
  parseStringMap,
  quoteText,
} from '@nv2/base';
import { type Annotations, type Descriptor, type Digest, parseDigest } from '@nv2/oci';
import { NotaryError } from './errors.ts';
import { maxPayloadBytes, maxPayloadDepth } from './limits.ts';

/** The descriptor of what is signed. Made from a payload by {@link parsePayload}. */
export interface TargetArtifact {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Annotations;
}

/**
 * Encodes `{"targetArtifact": …}`. Of the descriptor only media type, digest, size and annotations are signed.
 *
 * @see PAY-02 to PAY-04
 */
export function encodePayload(target: TargetArtifact | Descriptor): Uint8Array {
  // PAY-04: artifactType, urls, data and platform are not part of what is signed.
  const { mediaType, digest, size } = target;
  const annotations = sortedAnnotations(target.annotations ?? {});
  return encodeUtf8(JSON.stringify({ targetArtifact: { mediaType, digest, size, ...annotations } }));
}

function sortedAnnotations(annotations: Annotations): { readonly annotations?: Annotations } {
  const entries = Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? {} : { annotations: Object.fromEntries(entries) };
}

/**
 * Reads a payload. Call it only on the content of a verified envelope (PAY-08).
 *
 * Unknown members are ignored (PAY-13); duplicates, and members that differ from a known one only in case, are not:
 * another reader might take those for the real ones.
 *
 * @throws NotaryError `NOTARY_PAYLOAD_INVALID`
 */
export function parsePayload(bytes: Uint8Array): TargetArtifact {
  try {
    // PAY-12: JWS libraries want an object; so do we, in every format.
    const document = parseObject(parseJson(bytes, { maxBytes: maxPayloadBytes, maxDepth: maxPayloadDepth }), '$');
    refuseLookalikes(document, '$', ['targetArtifact']);
    return parseTarget(parseObject(document['targetArtifact'], '$.targetArtifact'), '$.targetArtifact');
  } catch (cause) {
    throw new NotaryError('NOTARY_PAYLOAD_INVALID', 'payload does not describe a target artifact', { cause });
  }
}

function parseTarget(target: JsonObject, path: string): TargetArtifact {
  refuseLookalikes(target, path, ['mediaType', 'digest', 'size', 'annotations']);
  // PAY-03
  const annotations = parseOptional(target['annotations'], `${path}.annotations`, parseStringMap);
  const artifact: TargetArtifact = {
    mediaType: parseString(target['mediaType'], `${path}.mediaType`),
    digest: parseDigest(parseString(target['digest'], `${path}.digest`)),
    size: parseSize(target['size'], `${path}.size`),
  };
  return annotations === undefined ? artifact : { ...artifact, annotations };
}

// Some readers match member names without regard to case, and take the last.
function refuseLookalikes(object: JsonObject, path: string, known: readonly string[]): void {
  for (const name of Object.keys(object)) {
    if (known.includes(name) || !known.some((real) => foldCase(real) === foldCase(name))) continue;
    throw new NotaryError(
      'NOTARY_PAYLOAD_INVALID',
      `${path}: member ${quoteText(name)} differs from a known one only in case`,
    );
  }
}

// Upper case first: it also folds characters such as the long s, which lower case leaves alone.
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}
