// Trust policies as they are written: plain data with the standard's members and no others, because one member of ours
// would break every verification of another tool that shares the file.

import { encodeUtf8, parseJson } from '@nv2/base';
import { limits } from '../limits.ts';
import { type ParsePolicyOptions, parseTrustPolicy, TrustPolicyError, lintTrustPolicy } from './document.ts';
import type { LevelName, LevelOverride } from './level.ts';
import type { PolicyKind } from './statement.ts';

/** One statement, to be written. A draft may break rules; {@link encodeTrustPolicy} finds out. */
export interface StatementDraft {
  readonly name: string;
  /** OCI only. */
  readonly registryScopes?: readonly string[];
  readonly level: LevelName;
  readonly override?: LevelOverride;
  readonly verifyTimestamp?: 'always' | 'afterCertExpiry';
  /** `type:name` each. */
  readonly trustStores?: readonly string[];
  readonly trustedIdentities?: readonly string[];
  /** Blob only. */
  readonly isGlobal?: boolean;
}

export interface TrustPolicyDraft {
  readonly kind: PolicyKind;
  readonly statements: readonly StatementDraft[];
}

export function createTrustPolicy(kind: PolicyKind, statements: readonly StatementDraft[]): TrustPolicyDraft {
  return { kind, statements };
}

/** The draft with `statement` in the place of the one of that name, else at the end. */
export function withStatement(draft: TrustPolicyDraft, statement: StatementDraft): TrustPolicyDraft {
  const isReplaced = draft.statements.some((other) => other.name === statement.name);
  const statements = isReplaced
    ? draft.statements.map((other) => (other.name === statement.name ? statement : other))
    : [...draft.statements, statement];
  return { ...draft, statements };
}

export function withoutStatement(draft: TrustPolicyDraft, name: string): TrustPolicyDraft {
  return { ...draft, statements: draft.statements.filter((statement) => statement.name !== name) };
}

/**
 * Reads an existing document for editing. Unknown members are refused, since writing it back would drop them.
 *
 * @throws TrustPolicyError `TRUST_POLICY_INVALID`
 */
export function parseTrustPolicyDraft(
  bytes: Uint8Array,
  options: Omit<ParsePolicyOptions, 'allowUnknownMembers'>,
): TrustPolicyDraft {
  parseTrustPolicy(bytes, options);
  const document = parseJson(bytes, { maxBytes: limits.maxPolicyBytes, maxDepth: limits.maxPolicyDepth });
  // Every rule was just checked, so the document has this shape.
  const { trustPolicies } = document as unknown as { readonly trustPolicies: readonly StatementJson[] };
  return { kind: options.kind, statements: trustPolicies.map(toDraft) };
}

/**
 * The document as UTF-8 JSON, indented by two spaces, with the members in the order of the standard.
 *
 * @throws TrustPolicyError `TRUST_POLICY_INVALID` when the draft breaks a rule: nothing unusable is ever written
 */
export function encodeTrustPolicy(
  draft: TrustPolicyDraft,
  options: Pick<ParsePolicyOptions, 'allowGlobalSkip'> = {},
): Uint8Array {
  const document = {
    version: '1.0',
    trustPolicies: draft.statements.map((statement) => toJson(draft.kind, statement)),
  };
  const bytes = encodeUtf8(JSON.stringify(document, undefined, 2));
  const problems = lintTrustPolicy(bytes, { ...options, kind: draft.kind });
  if (problems.some((problem) => problem.severity === 'error'))
    throw new TrustPolicyError({ kind: draft.kind }, problems);
  return bytes;
}

interface StatementJson {
  readonly name: string;
  readonly registryScopes?: readonly string[];
  readonly signatureVerification: {
    readonly level: LevelName;
    readonly override?: LevelOverride;
    readonly verifyTimestamp?: 'always' | 'afterCertExpiry';
  };
  readonly trustStores?: readonly string[];
  readonly trustedIdentities?: readonly string[];
  readonly globalPolicy?: boolean;
}

// What is undefined is no member in JSON.
function toJson(kind: PolicyKind, statement: StatementDraft): object {
  const { name, level, override, verifyTimestamp, trustStores, trustedIdentities } = statement;
  return {
    name,
    ...(kind === 'oci' ? { registryScopes: statement.registryScopes ?? [] } : {}),
    signatureVerification: { level, override, verifyTimestamp },
    trustStores,
    trustedIdentities,
    ...(kind === 'blob' && statement.isGlobal === true ? { globalPolicy: true } : {}),
  };
}

function toDraft(json: StatementJson): StatementDraft {
  const { signatureVerification, globalPolicy, ...rest } = json;
  return { ...rest, ...signatureVerification, ...(globalPolicy === undefined ? {} : { isGlobal: globalPolicy }) };
}
