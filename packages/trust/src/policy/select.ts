// Choosing the statement that applies.

import { quoteText } from '@nv2/base';
import { TrustError } from '../errors.ts';
import { isScope } from './scope.ts';
import type { BlobStatement, BlobTrustPolicy, OciStatement, OciTrustPolicy } from './statement.ts';

/**
 * TP-25: the statement with exactly this repository among its scopes, else the one with `*`. Nothing is expanded or
 * folded: neither short names, nor ports, nor letter case.
 *
 * @param repository `registry/repository` without tag and digest; the artifact itself is known by digest by now (TP-26)
 * @returns undefined when no statement applies; the artifact is then untrusted
 * @throws TrustError `TRUST_SCOPE_INVALID`
 */
export function selectStatement(document: OciTrustPolicy, repository: string): OciStatement | undefined {
  if (!isScope(repository)) {
    throw new TrustError(
      'TRUST_SCOPE_INVALID',
      `choosing a trust policy statement: expected host[:port]/repository, found ${quoteText(repository)}`,
    );
  }
  const find = (scope: string): OciStatement | undefined =>
    document.statements.find((statement) => statement.registryScopes.includes(scope));
  return find(repository) ?? find('*');
}

/**
 * TP-30: with a name, the statement of exactly that name and no other. TP-31: without, the global one.
 *
 * @returns undefined when no statement applies; the blob is then untrusted
 * @throws TrustError `TRUST_POLICY_NAME_INVALID` for a blank name (TP-32)
 */
export function selectBlobStatement(document: BlobTrustPolicy, name?: string): BlobStatement | undefined {
  if (name === undefined) return document.statements.find((statement) => statement.isGlobal);
  if (name.trim() === '')
    throw new TrustError('TRUST_POLICY_NAME_INVALID', 'the name of the policy statement to use is blank');
  return document.statements.find((statement) => statement.name === name);
}
