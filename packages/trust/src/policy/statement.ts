// Trust policy statements as they are used, after every rule was checked.

import type { TrustedIdentity } from '../identity/identity.ts';
import type { StoreName } from '../store/store-name.ts';
import type { VerificationLevel } from './level.ts';
import type { PolicyProblem } from './problem.ts';

export type PolicyKind = 'oci' | 'blob';

interface Statement {
  readonly name: string;
  readonly level: VerificationLevel;
  readonly verifyTimestamp: 'always' | 'afterCertExpiry';
  /** Without duplicates, in the order of the document. Empty exactly at level skip (TP-08). */
  readonly trustStores: readonly StoreName[];
  /** Empty exactly at level skip (TP-08). */
  readonly trustedIdentities: readonly TrustedIdentity[];
}

export interface OciStatement extends Statement {
  readonly kind: 'oci';
  /** Exact repositories, or `*` alone. */
  readonly registryScopes: readonly [string, ...string[]];
}

export interface BlobStatement extends Statement {
  readonly kind: 'blob';
  readonly isGlobal: boolean;
}

interface Document<Kind extends PolicyKind, S> {
  readonly kind: Kind;
  readonly statements: readonly [S, ...S[]];
  /** What is allowed but deserves to be shown. */
  readonly warnings: readonly PolicyProblem[];
}

export type OciTrustPolicy = Document<'oci', OciStatement>;
export type BlobTrustPolicy = Document<'blob', BlobStatement>;
export type TrustPolicyDocument = OciTrustPolicy | BlobTrustPolicy;
