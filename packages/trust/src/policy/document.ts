// The front of policy reading: bytes to a checked document, or to the list of everything wrong with them.

import { describeError, isNv2Error, type JsonValue, parseJson, quoteText } from '@nv2/base';
import { TrustError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type PolicyProblem, ProblemList } from './problem.ts';
import { readBlobStatement, readOciStatement } from './read-statement.ts';
import { isObject, MemberReader, type PolicyOptions } from './reader.ts';
import type {
  BlobStatement,
  BlobTrustPolicy,
  OciStatement,
  OciTrustPolicy,
  PolicyKind,
  TrustPolicyDocument,
} from './statement.ts';

export interface ParsePolicyOptions extends PolicyOptions {
  readonly kind: PolicyKind;
  /** What messages call the document, for example its path. Default: `the OCI trust policy`. */
  readonly name?: string;
}

/** `TRUST_POLICY_INVALID` with all the problems of the document, warnings included. */
export class TrustPolicyError extends TrustError {
  readonly problems: readonly PolicyProblem[];

  constructor({ kind, name }: ParsePolicyOptions, problems: readonly PolicyProblem[]) {
    const errors = problems.filter((problem) => problem.severity === 'error');
    const [first] = errors;
    const more = errors.length > 1 ? ` and ${errors.length - 1} more` : '';
    const where = first === undefined ? '' : `: ${first.path}: ${first.message} (${first.rule})${more}`;
    const lines = errors.slice(0, 20).map((problem) => `${problem.path}: ${problem.message} (${problem.rule})`);
    const what = name ?? `the ${kind === 'oci' ? 'OCI' : 'blob'} trust policy`;
    super('TRUST_POLICY_INVALID', `${what} is not valid${where}`, {
      details: { problems: lines },
    });
    this.problems = problems;
  }
}

/**
 * Reads a trust policy document. The whole document is checked before any of it is used (TP-06).
 *
 * @throws TrustPolicyError `TRUST_POLICY_INVALID`, carrying every problem
 */
export function parseTrustPolicy(
  bytes: Uint8Array,
  options: ParsePolicyOptions & { readonly kind: 'oci' },
): OciTrustPolicy;
export function parseTrustPolicy(
  bytes: Uint8Array,
  options: ParsePolicyOptions & { readonly kind: 'blob' },
): BlobTrustPolicy;
export function parseTrustPolicy(bytes: Uint8Array, options: ParsePolicyOptions): TrustPolicyDocument;
export function parseTrustPolicy(bytes: Uint8Array, options: ParsePolicyOptions): TrustPolicyDocument {
  const problems = new ProblemList();
  const document = readDocument(bytes, options, problems);
  if (document === undefined || problems.hasErrors) throw new TrustPolicyError(options, problems.all);
  return document;
}

/** Everything wrong with a trust policy document, in document order within each statement; empty for a good one. */
export function lintTrustPolicy(bytes: Uint8Array, options: ParsePolicyOptions): readonly PolicyProblem[] {
  const problems = new ProblemList();
  readDocument(bytes, options, problems);
  return problems.all;
}

function readDocument(
  bytes: Uint8Array,
  options: ParsePolicyOptions,
  problems: ProblemList,
): TrustPolicyDocument | undefined {
  const value = readJson(bytes, problems);
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    problems.add({ path: '$', code: 'member-type', rule: 'TP-03', message: 'expected an object' });
    return undefined;
  }
  const reader = new MemberReader(value, '$', problems);
  reader.refuseUnknown(['version', 'trustPolicies'], options);
  readVersion(reader);
  const readers = readStatements(reader);
  if (options.kind === 'oci') {
    const statements = readers.map((statement) => readOciStatement(statement, options));
    refuseRepeatedNames(readers, statements);
    refuseRepeatedScopes(readers, statements);
    return isNotEmpty(statements) ? { kind: 'oci', statements, warnings: problems.all } : undefined;
  }
  const statements = readers.map((statement) => readBlobStatement(statement, options));
  refuseRepeatedNames(readers, statements);
  refuseRepeatedGlobal(readers, statements);
  return isNotEmpty(statements) ? { kind: 'blob', statements, warnings: problems.all } : undefined;
}

// TP-03, TP-07: one strict JSON value; duplicate members, also in other letter case, and trailing data are refused.
function readJson(bytes: Uint8Array, problems: ProblemList): JsonValue | undefined {
  try {
    return parseJson(bytes, {
      maxBytes: limits.maxPolicyBytes,
      maxDepth: limits.maxPolicyDepth,
      refuseCaseVariants: true,
    });
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    problems.add({ path: '$', code: 'json-malformed', rule: 'TP-03', message: describeError(error) });
    return undefined;
  }
}

// TP-04
function readVersion(reader: MemberReader): void {
  const version = reader.string('version', 'required');
  if (version === undefined || version === '1.0') return;
  const message = `version ${quoteText(version)} is not supported, only "1.0" is`;
  reader.add('version', { code: 'version-unsupported', rule: 'TP-04', message, value: version });
}

// TP-05
function readStatements(reader: MemberReader): readonly MemberReader[] {
  const items = reader.array('trustPolicies', 'required');
  if (items?.length === 0) {
    reader.add('trustPolicies', {
      code: 'statements-missing',
      rule: 'TP-05',
      message: 'at least one statement is needed',
    });
  }
  const readers: MemberReader[] = [];
  for (const [index, item] of (items ?? []).entries()) {
    const name = isObject(item) && typeof item['name'] === 'string' ? item['name'] : undefined;
    const statement = reader.item('trustPolicies', index, item, name);
    if (statement !== undefined) readers.push(statement);
  }
  return readers;
}

function refuseRepeatedNames(readers: readonly MemberReader[], statements: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of statements.entries()) {
    if (name !== '' && seen.has(name)) {
      const message = `another statement is called ${quoteText(name)} too`;
      readers[index]?.add('name', { code: 'name-repeated', rule: 'TP-06', message, value: name });
    }
    seen.add(name);
  }
}

// TP-24 for exact scopes, TP-21 for `*`; together they make TP-27: no two statements apply but an exact one and the global one.
function refuseRepeatedScopes(readers: readonly MemberReader[], statements: readonly OciStatement[]): void {
  const owners = new Map<string, string>();
  for (const [index, { name, registryScopes }] of statements.entries()) {
    for (const [position, scope] of registryScopes.entries()) {
      const owner = owners.get(scope);
      owners.set(scope, name);
      if (owner === undefined || scope === '') continue;
      const fault = scope === '*' && owner !== name ? 'TP-21' : 'TP-24';
      const message = `scope ${quoteText(scope)} occurs twice, here and in statement ${quoteText(owner)}`;
      const related = { value: scope, related: owner };
      readers[index]?.add(`registryScopes[${position}]`, { code: 'scope-repeated', rule: fault, message, ...related });
    }
  }
}

// TP-32
function refuseRepeatedGlobal(readers: readonly MemberReader[], statements: readonly BlobStatement[]): void {
  let owner: string | undefined;
  for (const [index, { name, isGlobal }] of statements.entries()) {
    if (!isGlobal) continue;
    if (owner !== undefined) {
      const message = `statement ${quoteText(owner)} is the global one already`;
      readers[index]?.add('globalPolicy', { code: 'global-repeated', rule: 'TP-32', message, related: owner });
    }
    owner ??= name;
  }
}

function isNotEmpty<T>(items: readonly T[]): items is readonly [T, ...T[]] {
  return items.length > 0;
}
