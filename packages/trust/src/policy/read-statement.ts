// One statement of a trust policy document (docs/spec-map.md section 13.2).

import { quoteText } from '@nv2/base';
import { levelOf } from './level.ts';
import { readIdentities, readStores } from './read-trust.ts';
import { readVerification } from './read-level.ts';
import type { MemberReader, PolicyOptions } from './reader.ts';
import { isScope } from './scope.ts';
import type { BlobStatement, OciStatement } from './statement.ts';

const commonMembers = ['name', 'signatureVerification', 'trustStores', 'trustedIdentities'];

/** Reads a statement. The result means something only if no problem was recorded anywhere in the document. */
export function readOciStatement(reader: MemberReader, options: PolicyOptions): OciStatement {
  reader.refuseUnknown([...commonMembers, 'registryScopes'], options);
  const [first = '', ...more] = readScopes(reader);
  const statement = { kind: 'oci', ...readCommon(reader, options), registryScopes: [first, ...more] } as const;
  if (first === '*') refuseGlobalSkip(reader, statement.level.name, 'on scope "*"', options);
  return statement;
}

/** As {@link readOciStatement}. TP-33: there are no scopes; nothing in a blob selects a statement. */
export function readBlobStatement(reader: MemberReader, options: PolicyOptions): BlobStatement {
  reader.refuseUnknown([...commonMembers, 'globalPolicy'], options);
  const isGlobal = reader.boolean('globalPolicy') ?? false;
  const statement = { kind: 'blob', ...readCommon(reader, options), isGlobal } as const;
  if (isGlobal) refuseGlobalSkip(reader, statement.level.name, 'in the global statement', options);
  return statement;
}

type Common = Omit<BlobStatement, 'kind' | 'isGlobal'>;

function readCommon(reader: MemberReader, options: PolicyOptions): Common {
  const name = reader.string('name', 'required');
  if (name?.trim() === '')
    reader.add('name', { code: 'name-empty', rule: 'TP-06', message: 'the name is empty', value: name });
  const verification = readVerification(reader, options);
  const trustStores = readStores(reader);
  const trustedIdentities = readIdentities(reader);
  if (verification !== undefined) checkTrustPresence(reader, verification.level.name === 'skip');
  const { level, verifyTimestamp } = verification ?? { level: levelOf('strict'), verifyTimestamp: 'always' };
  return { name: name ?? '', level, verifyTimestamp, trustStores, trustedIdentities };
}

// TP-08: both lists are empty at level skip, and neither is at any other level.
function checkTrustPresence(reader: MemberReader, isSkip: boolean): void {
  for (const member of ['trustStores', 'trustedIdentities'] as const) {
    // A member of the wrong type has its own problem already.
    const count = reader.countItems(member);
    if (count === undefined || count > 0 !== isSkip) continue;
    const fault = isSkip
      ? ({ code: 'skip-with-trust', message: `level skip uses no ${member}; leave them out` } as const)
      : ({ code: 'trust-missing', message: `${member} is missing or empty` } as const);
    reader.add(member, { ...fault, rule: 'TP-08' });
  }
}

function readScopes(reader: MemberReader): readonly string[] {
  const scopes = reader.strings('registryScopes');
  if (reader.countItems('registryScopes') === 0) {
    reader.add('registryScopes', { code: 'scopes-missing', rule: 'TP-20', message: 'at least one scope is needed' });
  }
  if (scopes.length > 1 && scopes.some(([, scope]) => scope === '*')) {
    const message = '"*" must be the only scope of its statement';
    reader.add('registryScopes', { code: 'scope-wildcard-not-alone', rule: 'TP-21', message });
  }
  for (const [index, scope] of scopes) {
    if (scope === '*' || isScope(scope)) continue;
    const member = `registryScopes[${index}]`;
    if (scope.includes('*')) {
      const message = `${quoteText(scope)} uses "*" as a part; scopes are exact repositories, or "*" alone`;
      reader.add(member, { code: 'scope-wildcard-partial', rule: 'TP-22', message, value: scope });
    } else {
      const message = `${quoteText(scope)} is not host[:port]/repository without scheme, tag and digest`;
      reader.add(member, { code: 'scope-malformed', rule: 'TP-23', message, value: scope });
    }
  }
  return scopes.map(([, scope]) => scope);
}

// TP-17, OC-04: to verify nothing anywhere is a decision somebody has to spell out.
function refuseGlobalSkip(reader: MemberReader, level: string, where: string, options: PolicyOptions): void {
  if (level !== 'skip') return;
  const severity = options.allowGlobalSkip === true ? 'warning' : 'error';
  const message = `level skip ${where} turns verification off for everything that no other statement names`;
  reader.add('signatureVerification.level', { code: 'skip-global', rule: 'TP-17', message, severity });
}
