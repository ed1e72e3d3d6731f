import type { BlobStatement, OciStatement, TrustStore } from '@nv2/trust';
import type { VerificationTrust } from './trust.ts';

/**
 * Trust by the statement that a policy has for an artifact, with the stores it names.
 *
 * @param statement from `selectStatement` or `selectBlobStatement`; `undefined`, when none applies, trusts nobody
 */
export function policyTrust(
  statement: OciStatement | BlobStatement | undefined,
  trustStore: TrustStore,
): VerificationTrust {
  return statement === undefined
    ? { kind: 'none', because: 'no-statement' }
    : { kind: 'policy', statement, trustStore };
}
