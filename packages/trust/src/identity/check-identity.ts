// Does the leaf's subject satisfy one of the trusted identities? (docs/spec-map.md section 14)

import { quoteText } from '@nv2/base';
import { type Certificate, formatName } from '@nv2/pki';
import type { TrustedIdentity } from './identity.ts';
import { viewSubject } from './subject.ts';

export type IdentityOutcome =
  | { readonly status: 'passed'; readonly identity: TrustedIdentity }
  | {
      readonly status: 'failed';
      /** For example `ID-08`. */
      readonly rule: string;
      readonly reason: string;
      /** The leaf's subject, written for people. */
      readonly found: string;
    };

/**
 * ID-08: one identity suffices, each of its attributes must be in the leaf's subject with an equal value. Characters are
 * compared exactly, without folding or normalising (ID-13). Alternative names are never used.
 */
export function checkIdentity(leaf: Certificate, identities: readonly TrustedIdentity[]): IdentityOutcome {
  const any = identities.find((identity) => identity.kind === 'any');
  if (any !== undefined) return { status: 'passed', identity: any };
  const named = identities.filter((identity) => identity.kind === 'x509.subject');
  // ID-02: other prefixes are a plugin's business; without one nothing here can be satisfied.
  if (named.length === 0) return failed(leaf, 'ID-02', 'the policy names no identity of the form x509.subject');
  const subject = viewSubject(leaf.subject);
  if (subject.status === 'repeated') {
    return failed(leaf, 'ID-10', `the subject has more than one ${quoteText(subject.type, 40)}, so it is ambiguous`);
  }
  if (subject.status === 'hexadecimal') {
    return failed(
      leaf,
      'ID-06',
      `the subject has "=#" in its ${quoteText(subject.type, 40)}, the mark of a hexadecimal value`,
    );
  }
  const match = named.find((identity) => isContained(identity.attributes, subject.attributes));
  if (match !== undefined) return { status: 'passed', identity: match };
  const wanted = named.map((identity) => quoteText(identity.text)).join(' or ');
  return failed(leaf, 'ID-08', `the subject is not ${wanted}`);
}

function isContained(wanted: ReadonlyMap<string, string>, found: ReadonlyMap<string, string | undefined>): boolean {
  for (const [type, value] of wanted) if (found.get(type) !== value) return false;
  return true;
}

function failed(leaf: Certificate, rule: string, reason: string): IdentityOutcome {
  return { status: 'failed', rule, reason, found: formatName(leaf.subject) };
}
