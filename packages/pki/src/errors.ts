import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

/** Codes of reading, and of asking a time-stamp authority. Rules of chains and tokens fail as outcomes, not as errors. */
export const pkiErrors = {
  PKI_CERTIFICATE_INVALID: {
    kind: 'malformed',
    summary: 'bytes are not an X.509 certificate, or a file holds none',
    hint: 'Give a certificate in PEM or DER form.',
  },
  PKI_CERTIFICATE_TOO_LARGE: { kind: 'limit', summary: 'a certificate or certificate file is larger than allowed' },
  PKI_ALGORITHM_UNKNOWN: {
    kind: 'malformed',
    summary: 'a signature algorithm is none of PS256 PS384 PS512 ES256 ES384 ES512',
  },
  PKI_BER_INVALID: {
    kind: 'malformed',
    summary: 'bytes are not BER with definite lengths; `problem` says which rule they break',
  },
  PKI_TIMESTAMP_INVALID: {
    kind: 'malformed',
    summary: 'bytes are not a time-stamp token, or one that breaks a rule of its format',
  },
  PKI_TIMESTAMP_TOO_LARGE: { kind: 'limit', summary: 'a time-stamp token or response is larger than allowed' },
  PKI_TIMESTAMP_REQUEST_INVALID: {
    kind: 'usage',
    summary:
      'the address of a time-stamp authority is not an http or https URL, or no root certificate was given for it',
    hint: 'Give the address of the authority and the root certificate of its chain.',
  },
  PKI_TIMESTAMP_UNAVAILABLE: {
    kind: 'unavailable',
    summary: 'a time-stamp authority did not answer in time, or not with a time-stamp',
    hint: 'Check the address, and that the authority is reachable.',
  },
  PKI_TIMESTAMP_REFUSED: {
    kind: 'denied',
    summary: 'a time-stamp authority refused the request; `failures` are its reasons',
  },
  PKI_TIMESTAMP_RESPONSE_INVALID: {
    kind: 'malformed',
    summary: 'what a time-stamp authority answered is malformed or does not answer the request',
  },
  PKI_TIMESTAMP_UNTRUSTED: {
    kind: 'denied',
    summary: 'the token of a time-stamp authority does not verify with the given root certificate',
    hint: 'Check that the root certificate is the one at the end of the chain of this authority.',
  },
  PKI_OCSP_INVALID: {
    kind: 'malformed',
    summary: 'bytes are not an OCSP response, or one that breaks a rule of its format',
  },
  PKI_OCSP_UNSUCCESSFUL: {
    kind: 'unavailable',
    summary: 'an OCSP responder says that it cannot answer; `status` is its reason',
  },
  PKI_CRL_INVALID: { kind: 'malformed', summary: 'bytes are not a CRL, or one that breaks a rule of its format' },
  PKI_REVOCATION_UNAVAILABLE: {
    kind: 'unavailable',
    summary:
      'a server of revocation data did not answer in time, not with status 200, or redirected somewhere it may not',
  },
  PKI_REVOCATION_SOURCE: {
    kind: 'denied',
    summary: 'the address of a revocation service is not one that is asked: only http is, and no address of this link',
  },
} as const satisfies ErrorTable;

export class PkiError extends Nv2Error<keyof typeof pkiErrors> {
  constructor(code: keyof typeof pkiErrors, message: string, options?: Nv2ErrorOptions) {
    super(pkiErrors, code, message, options);
  }
}
