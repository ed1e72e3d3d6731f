// The certificates of the trust stores that a statement names (TS-03).

import { describeError, isNv2Error, plainText } from '@nv2/base';
import type { Certificate } from '@nv2/pki';
import { formatStoreName, type StoreName } from '@nv2/trust';
import { maxReasonChars } from '../limits.ts';
import type { VerificationTrust } from '../trust.ts';
import { type Finding, failed } from './check.ts';

export type PolicyTrust = Extract<VerificationTrust, { readonly kind: 'policy' }>;

/** TS-11: one store of the needed type that fails to load fails the whole step. */
export async function loadStores(
  { trustStore }: PolicyTrust,
  stores: readonly StoreName[],
  signal: AbortSignal | undefined,
): Promise<Extract<Finding, { readonly status: 'failed' }> | { readonly certificates: readonly Certificate[] }> {
  const certificates: Certificate[] = [];
  for (const { type, name } of stores) {
    try {
      certificates.push(...(await trustStore.certificates(type, name, signal ? { signal } : {})));
    } catch (error) {
      // Aborts and defects are no statement about a store.
      if (!isNv2Error(error)) throw error;
      const facts = { code: 'trust-store', store: formatStoreName({ type, name }) } as const;
      return failed(facts, plainText(describeError(error), maxReasonChars * 2));
    }
  }
  return { certificates };
}
