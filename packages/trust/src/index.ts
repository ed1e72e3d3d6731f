export { TrustError, trustErrors } from './errors.ts';
export { checkIdentity, type IdentityOutcome } from './identity/check-identity.ts';
export { parseIdentity, type TrustedIdentity } from './identity/identity.ts';
export { lintTrustPolicy, type ParsePolicyOptions, parseTrustPolicy, TrustPolicyError } from './policy/document.ts';
export {
  createTrustPolicy,
  encodeTrustPolicy,
  parseTrustPolicyDraft,
  type StatementDraft,
  type TrustPolicyDraft,
  withoutStatement,
  withStatement,
} from './policy/draft.ts';
export {
  type LevelName,
  type LevelOverride,
  levelOf,
  type ValidationAction,
  type ValidationType,
  type VerificationLevel,
  validationTypes,
} from './policy/level.ts';
export type { PolicyProblem, PolicyProblemCode } from './policy/problem.ts';
export { isScope } from './policy/scope.ts';
export { selectBlobStatement, selectStatement } from './policy/select.ts';
export type {
  BlobStatement,
  BlobTrustPolicy,
  OciStatement,
  OciTrustPolicy,
  PolicyKind,
  TrustPolicyDocument,
} from './policy/statement.ts';
export { checkStoreMembers, type StoreProblem } from './store/members.ts';
export {
  formatStoreName,
  isStoreName,
  isStoreType,
  type StoreName,
  type StoreType,
  storeTypes,
} from './store/store-name.ts';
export {
  assertStoreMembers,
  assertStoreName,
  type Anchor,
  findAnchor,
  memoryTrustStore,
  readTrustedCertificates,
  storeNotFound,
  type TrustStore,
} from './store/trust-store.ts';
