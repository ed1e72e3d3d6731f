import { type ErrorDetails, type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const envelopeErrors = {
  ENVELOPE_MALFORMED: { kind: 'malformed', summary: 'bytes are not a signature envelope of the claimed format' },
  ENVELOPE_UNSUPPORTED: {
    kind: 'malformed',
    summary: 'an envelope has a media type, algorithm, content type or signing scheme outside the Notary Project',
  },
  ENVELOPE_LIMIT: { kind: 'limit', summary: 'an envelope or a part of it is larger than allowed' },
  ENVELOPE_REQUEST_INVALID: {
    kind: 'usage',
    summary: 'what was asked to be signed cannot be written into an envelope',
  },
  ENVELOPE_CHAIN_INVALID: {
    kind: 'usage',
    summary: 'the certificate chain of a signing key breaks a rule at the signing time',
    hint: 'Use a chain of leaf, intermediates and root that is valid now and allowed to sign code.',
  },
  ENVELOPE_KEY_MISMATCH: {
    kind: 'usage',
    summary: 'a signing key does not belong to the first certificate of its chain',
    hint: 'Check that the key file and the first certificate of the chain belong together.',
  },
  ENVELOPE_SELF_CHECK_FAILED: {
    kind: 'internal',
    summary: 'an envelope that was just signed does not verify; nothing was handed out',
  },
} as const satisfies ErrorTable;

type EnvelopeErrorCode = keyof typeof envelopeErrors;

/** `details.rule` names the broken rule of the specification where there is one. */
export class EnvelopeError extends Nv2Error<EnvelopeErrorCode> {
  constructor(code: EnvelopeErrorCode, message: string, options?: Nv2ErrorOptions) {
    super(envelopeErrors, code, message, options);
  }
}

/** An envelope broke `rule`. */
export function malformed(rule: string, message: string, cause?: unknown): EnvelopeError {
  return new EnvelopeError('ENVELOPE_MALFORMED', message, { details: details(rule), cause });
}

/** An envelope is well-formed but uses something that `rule` does not allow. */
export function unsupported(rule: string, message: string): EnvelopeError {
  return new EnvelopeError('ENVELOPE_UNSUPPORTED', message, { details: details(rule) });
}

/** A part of an envelope passed one of our bounds. */
export function tooLarge(message: string, cause?: unknown): EnvelopeError {
  return new EnvelopeError('ENVELOPE_LIMIT', message, { cause });
}

/** A request to sign would break `rule`. */
export function notWritable(rule: string, message: string): EnvelopeError {
  return new EnvelopeError('ENVELOPE_REQUEST_INVALID', message, { details: details(rule) });
}

function details(rule: string): ErrorDetails {
  return { rule };
}
