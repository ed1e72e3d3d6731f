// On what grounds a verification trusts a signer: a policy, one key, or certificates given by hand.

import { assertNever, SharedWork } from '@nv2/base';
import type { Certificate } from '@nv2/pki';
import {
  type BlobStatement,
  checkStoreMembers,
  levelOf,
  type OciStatement,
  type StoreType,
  type TrustStore,
  type VerificationLevel,
} from '@nv2/trust';
import { NotaryError } from './errors.ts';

export type VerificationTrust =
  /** The statement that applies, and the stores it names. */
  | { readonly kind: 'policy'; readonly statement: OciStatement | BlobStatement; readonly trustStore: TrustStore }
  /**
   * The signing certificate must have exactly this public key (SubjectPublicKeyInfo, DER). The `fingerprint` of a
   * certificate that has it lets its signatures be tried first, and its addresses be asked about revocation wherever they are.
   */
  | { readonly kind: 'key'; readonly spki: Uint8Array; readonly fingerprint?: string }
  /** Each certificate is an anchor as if in a `ca` store; whoever is below it counts. */
  | { readonly kind: 'certificates'; readonly anchors: readonly Certificate[] }
  /** Nothing is configured: no signature is trusted, and the outcome says whose it would be. */
  | { readonly kind: 'none'; readonly because: 'no-policy' | 'no-statement' };

/** Trust made ready for one verification of any number of signatures: every store is loaded at most once. */
export interface PreparedTrust {
  readonly trust: VerificationTrust;
  readonly level: VerificationLevel;
  /** For {@link SignerIdentity}. */
  readonly trustedBy: string;
}

/** @throws NotaryError `NOTARY_ANCHORS_INVALID` for certificates that no `ca` store could hold (TS-07) */
export function prepareTrust(trust: VerificationTrust): PreparedTrust {
  switch (trust.kind) {
    case 'policy': {
      const { statement } = trust;
      const trustStore = loadOnce(trust.trustStore);
      return { trust: { ...trust, trustStore }, level: statement.level, trustedBy: `policy ${statement.name}` };
    }
    case 'certificates':
      assertAnchors(trust.anchors);
      return { trust, level: levelOf('strict'), trustedBy: 'certificates' };
    case 'key':
    case 'none':
      return { trust, level: levelOf('strict'), trustedBy: trust.kind };
    default:
      return assertNever(trust);
  }
}

function loadOnce(store: TrustStore): TrustStore {
  const loaded = {
    ca: new Map<string, readonly Certificate[]>(),
    signingAuthority: new Map<string, readonly Certificate[]>(),
    tsa: new Map<string, readonly Certificate[]>(),
  } as const satisfies Record<StoreType, unknown>;
  // Verifications on the same grounds wait for one load, and none of them ends it for the others. One that fails is tried again.
  const loads = new SharedWork<readonly Certificate[]>();
  return {
    certificates(type, name, options) {
      const load = async (signal: AbortSignal): Promise<readonly Certificate[]> => {
        const certificates = await store.certificates(type, name, { signal });
        loaded[type].set(name, certificates);
        return certificates;
      };
      return loaded[type].get(name) ?? loads.do(`${type}:${name}`, load, options?.signal);
    },
  };
}

function assertAnchors(anchors: readonly Certificate[]): void {
  const problem = checkStoreMembers('ca', anchors);
  if (problem === undefined) return;
  const which = problem.index === undefined ? '' : ` ${problem.index + 1}`;
  throw new NotaryError('NOTARY_ANCHORS_INVALID', `trust anchor${which}: ${problem.reason} (${problem.rule})`);
}

/**
 * Fingerprints that a trusted signature's chain is likely to contain: a hint for the order of trial (STORE-14). Stores that
 * cannot be loaded give none; the authenticity check is what reports them.
 */
export async function findHints({ trust }: PreparedTrust, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  switch (trust.kind) {
    case 'policy': {
      const stores = trust.statement.trustStores.filter(({ type }) => type !== 'tsa');
      const options = signal ? { signal } : {};
      const loads = await Promise.allSettled(
        stores.map(({ type, name }) => Promise.resolve(trust.trustStore.certificates(type, name, options))),
      );
      return new Set(loads.flatMap((load) => (load.status === 'fulfilled' ? load.value : [])).map(fingerprintOf));
    }
    case 'key':
      return new Set(trust.fingerprint === undefined ? [] : [trust.fingerprint]);
    case 'certificates':
      return new Set(trust.anchors.map(fingerprintOf));
    case 'none':
      return new Set();
    default:
      return assertNever(trust);
  }
}

function fingerprintOf({ fingerprint }: Certificate): string {
  return fingerprint;
}
