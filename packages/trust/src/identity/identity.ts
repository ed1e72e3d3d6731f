// Trusted identities: `*`, or `prefix:value` (docs/spec-map.md section 14).

import { quoteText } from '@nv2/base';
import { TrustError } from '../errors.ts';
import { type NameProblem, readDistinguishedName } from './distinguished-name.ts';

export type TrustedIdentity =
  | { readonly kind: 'any' }
  | {
      readonly kind: 'x509.subject';
      /** As written, for messages. */
      readonly text: string;
      /** Attribute type → value; `S` is stored as `ST`. */
      readonly attributes: ReadonlyMap<string, string>;
    }
  /** Understood by a plugin only; never satisfied here. */
  | { readonly kind: 'other'; readonly text: string; readonly prefix: string; readonly value: string };

export type IdentityReading =
  | { readonly status: 'read'; readonly identity: TrustedIdentity }
  | { readonly status: 'refused'; readonly problems: readonly [NameProblem, ...NameProblem[]] };

/** @throws TrustError `TRUST_IDENTITY_INVALID` */
export function parseIdentity(text: string): TrustedIdentity {
  const reading = readIdentity(text);
  if (reading.status === 'read') return reading.identity;
  const why = reading.problems.map((problem) => `${problem.message} (${problem.rule})`).join('; ');
  throw new TrustError('TRUST_IDENTITY_INVALID', `identity ${quoteText(text)} cannot be used: ${why}`);
}

/** As {@link parseIdentity}, with every problem as data. */
export function readIdentity(text: string): IdentityReading {
  if (text === '*') return { status: 'read', identity: { kind: 'any' } };
  if (text === '') return refused('identity-empty', 'the identity is empty');
  const colon = text.indexOf(':');
  if (colon <= 0) return refused('identity-no-separator', 'the identity has no "prefix:"');
  const prefix = text.slice(0, colon);
  const value = text.slice(colon + 1);
  if (value.trim() === '') return refused('identity-no-value', 'the identity has nothing after its prefix');
  // ID-02: one prefix is ours, case-sensitive; others wait for a plugin.
  if (prefix !== 'x509.subject') return { status: 'read', identity: { kind: 'other', text, prefix, value } };
  const name = readDistinguishedName(value);
  if (name.status === 'refused') return name;
  return { status: 'read', identity: { kind: 'x509.subject', text, attributes: name.attributes } };
}

/**
 * ID-11: whether one of two identities asks for a subset of what the other asks for, so that whoever satisfies the
 * narrower satisfies the wider.
 */
export function isOverlapping(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  const [smaller, larger] = a.size <= b.size ? [a, b] : [b, a];
  for (const [type, value] of smaller) if (larger.get(type) !== value) return false;
  return true;
}

// ID-01
function refused(code: NameProblem['code'], message: string): IdentityReading {
  return { status: 'refused', problems: [{ code, rule: 'ID-01', message }] };
}
