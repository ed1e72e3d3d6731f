// User metadata: key=value pairs that signers add to the payload's annotations (docs/spec-map.md section 17).

import { quoteText } from '@nv2/base';
import type { Annotations, Descriptor } from '@nv2/oci';
import { NotaryError } from './errors.ts';
import type { TargetArtifact } from './payload.ts';

/** Reserved for the specification; a prefix of characters, no dot required (PAY-07, META-02). */
export const reservedPrefix = 'io.cncf.notary';

/**
 * Merges user metadata into the annotations that will be signed.
 *
 * @throws NotaryError `NOTARY_METADATA_INVALID` for an empty or reserved key, a value that is not whole Unicode text, or
 * a key the subject already has
 * @see META-01 to META-04, SIGN-02
 */
export function addUserMetadata(subject: Descriptor, metadata: Annotations): TargetArtifact {
  assertUserMetadata(metadata);
  const { mediaType, digest, size, annotations = {} } = subject;
  const collision = Object.keys(metadata).find((key) => Object.hasOwn(annotations, key));
  if (collision !== undefined) {
    // META-03
    throw new NotaryError(
      'NOTARY_METADATA_INVALID',
      `user metadata ${quoteText(collision)} is already an annotation of ${digest}`,
    );
  }
  return { mediaType, digest, size, annotations: { ...annotations, ...metadata } };
}

/**
 * Checks keys and values that a caller wants to sign or to find.
 *
 * @throws NotaryError `NOTARY_METADATA_INVALID`
 */
export function assertUserMetadata(metadata: Annotations): void {
  for (const [key, value] of Object.entries(metadata)) {
    const wrong = findProblem(key, value);
    if (wrong !== undefined)
      throw new NotaryError('NOTARY_METADATA_INVALID', `user metadata ${quoteText(key)} ${wrong}`);
  }
}

function findProblem(key: string, value: string): string | undefined {
  if (key === '') return 'has an empty key';
  // META-02, META-07
  if (key.startsWith(reservedPrefix)) return `has a key reserved for the specification (${reservedPrefix}…)`;
  if (!key.isWellFormed() || !value.isWellFormed()) return 'is not whole Unicode text';
  return undefined;
}
