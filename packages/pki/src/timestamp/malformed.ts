import { PkiError } from '../errors.ts';

/** A broken rule of a token's format. */
export function malformedToken(rule: string, problem: string): PkiError {
  return new PkiError('PKI_TIMESTAMP_INVALID', problem, { details: { rule } });
}
