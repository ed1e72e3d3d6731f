import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from './errors.ts';

/** Codes of the strict codecs. */
export const baseErrors = {
  BASE64_MALFORMED: {
    kind: 'malformed',
    summary: 'text is not canonical base64 or base64url (alphabet, padding or trailing bits)',
  },
  HEX_MALFORMED: { kind: 'malformed', summary: 'text is not lower-case hexadecimal of even length' },
  UTF8_MALFORMED: { kind: 'malformed', summary: 'bytes are not valid UTF-8' },
  JSON_MALFORMED: {
    kind: 'malformed',
    summary: 'text is not one JSON value (syntax, duplicate member, trailing data)',
  },
  JSON_LIMIT: { kind: 'limit', summary: 'a JSON document is larger or nested deeper than allowed' },
  JSON_TYPE: { kind: 'malformed', summary: 'a JSON document does not have the expected members or types' },
  DER_MALFORMED: { kind: 'malformed', summary: 'bytes are not strict DER' },
  DER_LIMIT: { kind: 'limit', summary: 'a DER structure is larger or nested deeper than allowed' },
  CBOR_MALFORMED: { kind: 'malformed', summary: 'bytes are not CBOR of the supported profile' },
  CBOR_LIMIT: { kind: 'limit', summary: 'a CBOR structure is larger or nested deeper than allowed' },
  PEM_MALFORMED: { kind: 'malformed', summary: 'text between PEM markers cannot be decoded' },
  BYTES_LIMIT: { kind: 'limit', summary: 'a stream carried more bytes than allowed' },
} as const satisfies ErrorTable;

export class BaseError extends Nv2Error<keyof typeof baseErrors> {
  constructor(code: keyof typeof baseErrors, message: string, options?: Nv2ErrorOptions) {
    super(baseErrors, code, message, options);
  }
}
