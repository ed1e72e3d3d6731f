import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const notaryErrors = {
  NOTARY_REQUEST_INVALID: { kind: 'usage', summary: 'an argument of signing or verification is outside its range' },
  NOTARY_METADATA_INVALID: {
    kind: 'usage',
    summary: 'user metadata is empty, reserved (`io.cncf.notary…`) or collides with an annotation of the subject',
    hint: 'Choose keys in a domain of your own, for example `com.example.build`.',
  },
  NOTARY_MEDIA_TYPE_INVALID: {
    kind: 'usage',
    summary: 'text is not a media type',
    hint: 'Write type and subtype, for example `application/octet-stream`.',
  },
  NOTARY_ANCHORS_INVALID: {
    kind: 'usage',
    summary: 'a certificate given as a trust anchor is neither a CA certificate nor self-signed',
    hint: 'Give the root certificate of the signer; to pin one signing key, verify with that key instead.',
  },
  NOTARY_ENVELOPE_REFUSED: {
    kind: 'malformed',
    summary:
      'a signing service made an envelope that does not hold together or is not what was asked for; it was not used',
  },
  NOTARY_SIGNER_UNSUITED: {
    kind: 'usage',
    summary:
      'a signer that makes whole envelopes cannot do what was asked: sign a blob without a known key, or add a time-stamp',
  },
  NOTARY_SUBJECT_NOT_FOUND: { kind: 'not-found', summary: 'the artifact to sign or verify is not in the store' },
  NOTARY_SUBJECT_MISMATCH: {
    kind: 'malformed',
    summary: 'the artifact a store returned is not the one that was asked for',
    hint: 'Fetch it again; if it stays so, report it to the owner of the registry.',
  },
  NOTARY_PLATFORM_NOT_FOUND: {
    kind: 'not-found',
    summary: 'an index has no image for the platform that was asked for, or an image is for another one',
    hint: 'Ask for a platform that is there; `nv2 tree` shows what an index holds.',
  },
  NOTARY_PLATFORM_AMBIGUOUS: {
    kind: 'usage',
    summary: 'an index has several images for the platform that was asked for',
    hint: 'Name the variant, for example `linux/arm/v7`, or the image by its digest.',
  },
  NOTARY_PAYLOAD_INVALID: { kind: 'malformed', summary: 'a signed payload does not describe a target artifact' },
  NOTARY_SIGNATURE_INVALID: {
    kind: 'malformed',
    summary: 'an envelope that should be stored is malformed, altered or for another subject',
  },
  NOTARY_MANIFEST_INVALID: {
    kind: 'malformed',
    summary: 'a manifest is not a Notary signature manifest for this subject',
  },
  NOTARY_BLOB_SIGNATURE_EMPTY: {
    kind: 'malformed',
    summary: 'the signature of a blob is empty',
    hint: 'Check that the signature file was downloaded completely.',
  },
  NOTARY_BLOB_FORMAT_UNKNOWN: {
    kind: 'usage',
    summary: 'neither name, media type nor content tells the format of a signature file',
    hint: 'Name it `<file>.jws.sig` or `<file>.cose.sig`, or say which format it has.',
  },
} as const satisfies ErrorTable;

export class NotaryError extends Nv2Error<keyof typeof notaryErrors> {
  constructor(code: keyof typeof notaryErrors, message: string, options?: Nv2ErrorOptions) {
    super(notaryErrors, code, message, options);
  }
}
