// What is worth telling while revocation is asked about. Text stays with whoever shows it; here are the facts.

import type { Certificate } from '../certificate.ts';
import type { CertificateRevocation, RevocationOutcome, RevocationServerResult } from './check-revocation.ts';

export type RevocationEvent =
  /** `place` is the certificate's in the chain, 0 for the leaf. */
  | {
      readonly type: 'revocation-server-answered';
      readonly certificate: Certificate;
      readonly place: number;
      readonly server: RevocationServerResult;
    }
  /** REV-04 */
  | { readonly type: 'ocsp-fallback-to-crl'; readonly certificate: Certificate; readonly place: number }
  /** REV-07: not the root, and nobody can be asked about it. */
  | { readonly type: 'revocation-no-source'; readonly certificate: Certificate; readonly place: number }
  | { readonly type: 'revocation-certificate-checked'; readonly place: number; readonly result: CertificateRevocation }
  | { readonly type: 'revocation-checked'; readonly outcome: RevocationOutcome }
  | { readonly type: 'revocation-redirected'; readonly from: string; readonly to: string }
  /** A read of the CRL cache begins; one of the next four follows. */
  | { readonly type: 'crl-cache-read'; readonly url: string }
  | { readonly type: 'crl-cache-hit'; readonly url: string }
  | { readonly type: 'crl-cache-miss'; readonly url: string }
  | { readonly type: 'crl-cache-expired'; readonly url: string; readonly nextUpdate: Date }
  | { readonly type: 'crl-cache-read-failed'; readonly url: string; readonly error: unknown }
  /** What was kept is forged or damaged, and has been removed (REV-35). */
  | { readonly type: 'crl-cache-evicted'; readonly url: string; readonly reason: string }
  | { readonly type: 'crl-cache-write'; readonly url: string }
  | { readonly type: 'crl-cache-write-failed'; readonly url: string; readonly error: unknown }
  | { readonly type: 'ocsp-cache-failed'; readonly url: string; readonly error: unknown };

export type RevocationEventListener = (event: RevocationEvent) => void;
