// The three forms in which a signature is stored beside its subject (docs/spec-map.md section 8).

import { isNv2Error, quoteText, assertNever } from '@nv2/base';
import {
  type Annotations,
  type Descriptor,
  isSameContent,
  mediaTypes,
  type ParsedManifest,
  parseManifest,
} from '@nv2/oci';
import { NotaryError } from './errors.ts';

/** STORE-07. The name in the workflow document of the specification is outdated (OC-31). */
export const thumbprintAnnotation = 'io.cncf.notary.x509chain.thumbprint#S256';

/** STORE-08 */
export const createdAnnotation = 'org.opencontainers.image.created';

/** All three are read alike (STORE-11): default; without `artifactType` for registries of OCI 1.0; and the withdrawn artifact manifest, read only. */
export type SignatureForm = 'default' | 'fallback' | 'legacy';

export interface SignatureManifest {
  readonly form: SignatureForm;
  /** The envelope: its media type is that of the envelope's format (VER-07). */
  readonly envelope: Descriptor;
  readonly annotations: Annotations;
}

const envelopeMediaTypes: readonly string[] = [mediaTypes.jws, mediaTypes.cose];

/**
 * Reads a signature manifest of `subject`.
 *
 * @throws NotaryError `NOTARY_MANIFEST_INVALID` for another kind of manifest, another subject, or not exactly one layer
 */
export function parseSignatureManifest(bytes: Uint8Array, mediaType: string, subject: Descriptor): SignatureManifest {
  const manifest = parse(bytes, mediaType);
  const form = formOf(manifest);
  // STORE-06. A listing may claim anything; the manifest itself has to name this very subject.
  if (manifest.subject === undefined || !isSameContent(manifest.subject, subject)) {
    throw invalid(
      `its subject is ${manifest.subject === undefined ? 'absent' : manifest.subject.digest}, expected ${subject.digest}`,
    );
  }
  const layers = layersOf(manifest);
  const [envelope] = layers;
  // STORE-05
  if (envelope === undefined || layers.length !== 1)
    throw invalid(`it has ${layers.length} layers, expected one envelope`);
  if (!envelopeMediaTypes.includes(envelope.mediaType)) {
    throw invalid(
      `its layer has media type ${quoteText(envelope.mediaType)}, expected one of ${envelopeMediaTypes.join(', ')}`,
    );
  }
  return { form, envelope, annotations: manifest.annotations ?? {} };
}

function parse(bytes: Uint8Array, mediaType: string): ParsedManifest {
  try {
    return parseManifest(bytes, mediaType);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new NotaryError('NOTARY_MANIFEST_INVALID', 'signature manifest cannot be read', { cause });
  }
}

function formOf(manifest: ParsedManifest): SignatureForm {
  const { artifactType } = manifest;
  switch (manifest.kind) {
    case 'image':
      // STORE-02, STORE-04: with the artifact type only the empty config goes.
      if (artifactType === mediaTypes.notarySignature && manifest.config.mediaType === mediaTypes.emptyJson)
        return 'default';
      // STORE-03
      if (artifactType === undefined && manifest.config.mediaType === mediaTypes.notarySignature) return 'fallback';
      throw invalid(
        `it has artifact type ${quoteText(artifactType ?? 'none')} and config ${quoteText(manifest.config.mediaType)}`,
      );
    case 'artifact':
      // STORE-12, OC-36
      if (artifactType === mediaTypes.notarySignature) return 'legacy';
      throw invalid(`it has artifact type ${quoteText(artifactType ?? 'none')}`);
    case 'index':
      // STORE-13
      throw invalid('it is an index');
    default:
      return assertNever(manifest);
  }
}

function layersOf(manifest: ParsedManifest): readonly Descriptor[] {
  switch (manifest.kind) {
    case 'image':
      return manifest.layers;
    case 'artifact':
      return manifest.blobs;
    case 'index':
      return [];
    default:
      return assertNever(manifest);
  }
}

function invalid(why: string): NotaryError {
  return new NotaryError('NOTARY_MANIFEST_INVALID', `signature manifest cannot be used: ${why}`);
}
