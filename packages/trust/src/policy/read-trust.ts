// `trustStores` and `trustedIdentities` of a statement (TP-08…TP-10, docs/spec-map.md section 14).

import { quoteText } from '@nv2/base';
import { isOverlapping, readIdentity, type TrustedIdentity } from '../identity/identity.ts';
import { isMatchableType } from '../identity/subject.ts';
import { limits } from '../limits.ts';
import { formatStoreName, isStoreName, isStoreType, type StoreName } from '../store/store-name.ts';
import type { MemberReader } from './reader.ts';

/** TP-09. Duplicates are tolerated and dropped. */
export function readStores(statement: MemberReader): readonly StoreName[] {
  const stores = new Map<string, StoreName>();
  for (const [index, text] of statement.strings('trustStores')) {
    const store = readStore(statement, `trustStores[${index}]`, text);
    if (store !== undefined) stores.set(formatStoreName(store), store);
  }
  const list = [...stores.values()];
  if (list.length > 0 && list.every((store) => store.type === 'tsa')) {
    const message = 'only tsa stores are named, so no signature can ever be authentic';
    statement.add('trustStores', { code: 'store-tsa-only', rule: 'TP-10', message, severity: 'warning' });
  }
  return list;
}

function readStore(statement: MemberReader, member: string, text: string): StoreName | undefined {
  const colon = text.indexOf(':');
  const type = text.slice(0, Math.max(colon, 0));
  const name = text.slice(colon + 1);
  if (colon < 0) {
    const message = `${quoteText(text)} is not type:name`;
    statement.add(member, { code: 'store-malformed', rule: 'TP-09', message, value: text });
  } else if (!isStoreType(type)) {
    const message = `${quoteText(type)} is not a type of trust store (ca, signingAuthority, tsa)`;
    statement.add(member, { code: 'store-type', rule: 'TP-09', message, value: text, related: type });
  } else if (!isStoreName(name)) {
    const message = `${quoteText(name)} is not a name of letters, digits, ".", "_" and "-"`;
    statement.add(member, { code: 'store-name', rule: 'TS-04', message, value: text, related: name });
  } else {
    return { type, name };
  }
  return undefined;
}

export function readIdentities(statement: MemberReader): readonly TrustedIdentity[] {
  const strings = statement.strings('trustedIdentities');
  if (strings.length > limits.maxIdentitiesPerStatement) {
    const message = `${strings.length} identities, at most ${limits.maxIdentitiesPerStatement} are allowed`;
    statement.add('trustedIdentities', { code: 'too-many', rule: 'TP-06', message });
    return [];
  }
  const identities: TrustedIdentity[] = [];
  for (const [index, text] of strings) {
    const member = `trustedIdentities[${index}]`;
    const reading = readIdentity(text);
    if (reading.status === 'refused') {
      for (const problem of reading.problems) statement.add(member, { ...problem, value: text });
      continue;
    }
    warnUnmatchable(statement, member, reading.identity);
    refuseOverlap(statement, member, identities, reading.identity);
    identities.push(reading.identity);
  }
  // ID-01
  if (strings.length > 1 && identities.some((identity) => identity.kind === 'any')) {
    const message = '"*" trusts everybody, so it must be the only identity';
    statement.add('trustedIdentities', { code: 'identity-wildcard-not-alone', rule: 'ID-01', message });
  }
  return identities;
}

function warnUnmatchable(statement: MemberReader, member: string, identity: TrustedIdentity): void {
  const fault = { severity: 'warning' } as const;
  if (identity.kind === 'other') {
    const message = `prefix ${quoteText(identity.prefix)} is left to plugins; without one it is never satisfied`;
    statement.add(member, { ...fault, code: 'identity-other-prefix', rule: 'ID-02', message, value: identity.text });
  }
  if (identity.kind !== 'x509.subject') return;
  for (const type of identity.attributes.keys()) {
    if (isMatchableType(type)) continue;
    const message = `no subject has an attribute called ${quoteText(type)} (names are case-sensitive)`;
    statement.add(member, {
      ...fault,
      code: 'name-type-unknown',
      rule: 'ID-09',
      message,
      value: identity.text,
      related: type,
    });
  }
}

// ID-11
function refuseOverlap(
  statement: MemberReader,
  member: string,
  earlier: readonly TrustedIdentity[],
  identity: TrustedIdentity,
): void {
  if (identity.kind !== 'x509.subject') return;
  for (const other of earlier) {
    if (other.kind !== 'x509.subject' || !isOverlapping(other.attributes, identity.attributes)) continue;
    const message = `${quoteText(other.text)} and ${quoteText(identity.text)} overlap: whoever satisfies one satisfies the other`;
    statement.add(member, {
      code: 'identity-overlap',
      rule: 'ID-11',
      message,
      value: identity.text,
      related: other.text,
    });
    return;
  }
}
