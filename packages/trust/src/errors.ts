import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const trustErrors = {
  TRUST_POLICY_INVALID: {
    kind: 'malformed',
    summary: 'a trust policy document breaks at least one rule; the error carries all of them',
    hint: 'Correct the members named above. Until then nothing is verified with this policy.',
  },
  TRUST_POLICY_NAME_INVALID: { kind: 'usage', summary: 'the name of a blob policy statement to select is blank' },
  TRUST_SCOPE_INVALID: {
    kind: 'usage',
    summary: 'the repository to select a statement for is not `host[:port]/path` without tag and digest',
  },
  TRUST_IDENTITY_INVALID: {
    kind: 'malformed',
    summary: 'a trusted identity is neither `*` nor `prefix:value`, or its distinguished name breaks a rule',
    hint: 'Write for example `x509.subject: C=US, ST=WA, O=Example, CN=release`.',
  },
  TRUST_STORE_NOT_FOUND: {
    kind: 'not-found',
    summary: 'a trust store that a statement names does not exist',
    hint: 'Add a certificate to it, or correct the name in the trust policy.',
  },
  TRUST_STORE_INVALID: {
    kind: 'malformed',
    summary: 'a trust store cannot be used: its name, its files or one of its certificates breaks a rule',
  },
} as const satisfies ErrorTable;

export class TrustError extends Nv2Error<keyof typeof trustErrors> {
  constructor(code: keyof typeof trustErrors, message: string, options?: Nv2ErrorOptions) {
    super(trustErrors, code, message, options);
  }
}
