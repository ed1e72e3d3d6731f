import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

/** Codes of certificate reading. Chain rules fail as outcomes, not as errors. */
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
} as const satisfies ErrorTable;

export class PkiError extends Nv2Error<keyof typeof pkiErrors> {
  constructor(code: keyof typeof pkiErrors, message: string, options?: Nv2ErrorOptions) {
    super(pkiErrors, code, message, options);
  }
}
