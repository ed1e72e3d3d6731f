// The seam for revocation (docs/spec-map.md section 15.1): what every method is asked and answers.

import type { Certificate } from '../certificate.ts';
import type { CertificateChain } from '../check-chain.ts';

export interface RevocationRequest {
  /** Has passed `checkChain` for its purpose (REV-02); the brand says so. */
  readonly chain: CertificateChain;
  readonly at: Date;
  /** Only under the signing-authority scheme (REV-25). */
  readonly authenticSigningTime?: Date;
  readonly signal?: AbortSignal;
}

/** `unknown` fails the validation like `revoked`; the policy decides whether that is enforced or logged (REV-06). */
export type RevocationOutcome =
  | { readonly status: 'passed' }
  | { readonly status: 'revoked'; readonly certificate: Certificate; readonly reason: string }
  | { readonly status: 'unknown'; readonly reason: string };

/** Finds out whether a certificate of a chain is revoked. */
export type RevocationChecker = (request: RevocationRequest) => Promise<RevocationOutcome>;
