// A trust store of one's own: certificates that a secret manager holds, fetched when a policy first names their store.

import { type Certificate, parseCertificates } from '@nv2/pki';
import { assertStoreMembers, assertStoreName, storeNotFound, type TrustStore } from '@nv2/trust';

/** Gives the PEM of a secret, `undefined` when there is none of that name. */
export type SecretReader = (name: string) => Promise<Uint8Array | undefined>;

/** Store `ca:wabbit` is the secret `ca-wabbit`. */
export function secretTrustStore(readSecret: SecretReader): TrustStore {
  return {
    certificates: async (type, name): Promise<readonly Certificate[]> => {
      assertStoreName({ type, name });
      const secret = await readSecret(`${type}-${name}`);
      if (secret === undefined) throw storeNotFound({ type, name });
      const certificates = parseCertificates(secret);
      // The rules for what may be in a store are the same wherever it is kept.
      assertStoreMembers({ type, name }, certificates);
      return certificates;
    },
  };
}
