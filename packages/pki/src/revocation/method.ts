// The seam of the ways to learn about one certificate: one file for each, listed in builtin.ts.

import type { HeaderFields, SharedWork, Transport } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import type { CertificateCache } from '../certificate-cache.ts';
import type { RevocationFacts, RevocationServerResult } from './check-revocation.ts';
import type { CrlCache, OcspCache } from './caches.ts';
import type { CrlFacts } from './crl-facts.ts';
import type { RevocationEventListener } from './events.ts';
import type { Instant } from './judge-ocsp.ts';
import type { RevocationMemory } from './memory.ts';
import type { Crl } from './parse-crl.ts';
import type { RevocationData } from './revocation-data.ts';

/** One certificate and who issued it. */
export interface RevocationQuestion extends Instant {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Nobody vouches for the certificate, so the addresses in it must not lead inside (OC-12). */
  readonly isPublicOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type MethodResult =
  | { readonly status: 'ok' | 'unknown'; readonly servers: readonly RevocationServerResult[] }
  | {
      readonly status: 'revoked';
      readonly facts: RevocationFacts;
      readonly servers: readonly RevocationServerResult[];
    };

export interface RevocationMethod {
  readonly name: 'ocsp' | 'crl';
  /** The URLs that a certificate names for this method; without any the method is not asked. */
  findUrls(certificate: Certificate): readonly string[];
  /** What the user has at hand says, without asking anybody; `undefined` when there is nothing about this certificate. */
  checkData(question: RevocationQuestion, tools: RevocationTools): MethodResult | undefined;
  /** What memory alone can answer, without waiting; `undefined` whenever it cannot. Judged for this instant like any other. */
  checkRemembered(question: RevocationQuestion, tools: RevocationTools): MethodResult | undefined;
  /** Throws only on misuse, on a defect, and when aborted. */
  check(question: RevocationQuestion, tools: RevocationTools): Promise<MethodResult>;
}

export interface RevocationFetches {
  readonly ocsp: SharedWork<Uint8Array>;
  /** A CRL, or why there is none. */
  readonly crl: SharedWork<Crl | string>;
}

/** What methods use of the world. */
export interface RevocationTools {
  /** Absent: nobody is asked. */
  readonly transport?: Transport;
  /** Sent with each request. */
  readonly headers: HeaderFields;
  readonly ocspTimeoutMs: number;
  readonly crlTimeoutMs: number;
  readonly keys: CertificateCache;
  readonly crlFacts: CrlFacts;
  readonly memory: RevocationMemory;
  /** What is being fetched, so that checks at the same time do not fetch it twice. */
  readonly fetches: RevocationFetches;
  readonly crlCache?: CrlCache;
  readonly ocspCache?: OcspCache;
  readonly data?: RevocationData;
  /** Octets for a nonce of OCSP requests; absent: none is sent. */
  readonly createNonce?: () => Uint8Array;
  readonly tell?: RevocationEventListener;
}
