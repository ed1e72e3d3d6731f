// A certificate's subject as identities see it: attribute names and decoded characters (ID-09, ID-10, ID-13).

import { attributeShortName, type DistinguishedName } from '@nv2/pki';

// ID-09 names the first nine, in this spelling. OC-24: a subject that has other attributes can be matched too; those
// without a short name go by their dotted OID.
const shortNames: ReadonlySet<string> = new Set([
  'C',
  'ST',
  'L',
  'O',
  'OU',
  'CN',
  'STREET',
  'POSTALCODE',
  'SERIALNUMBER',
  'DC',
  'UID',
  'emailAddress',
]);

/** Whether a subject can have an attribute of this name. */
export function isMatchableType(type: string): boolean {
  return shortNames.has(type) || (/^[0-9.]+$/.test(type) && attributeShortName(type) === undefined);
}

export type SubjectView =
  | { readonly status: 'matchable'; readonly attributes: ReadonlyMap<string, string | undefined> }
  | { readonly status: 'repeated'; readonly type: string }
  /** ID-06: a value holds `=#`, which other readers of the name take for a hexadecimal value. */
  | { readonly status: 'hexadecimal'; readonly type: string };

/**
 * Reads all attributes of all RDNs. A type that occurs twice makes the subject ambiguous, hence not matchable at all:
 * neither the first nor the last value may win (ID-10). A value that is no known string type is `undefined` and equals
 * nothing.
 */
export function viewSubject(subject: DistinguishedName): SubjectView {
  const known = views.get(subject);
  if (known !== undefined) return known;
  const view = readSubject(subject);
  views.set(subject, view);
  return view;
}

// Kept for as long as the parsed name itself, of which a view is only another form.
const views = new WeakMap<DistinguishedName, SubjectView>();

function readSubject(subject: DistinguishedName): SubjectView {
  const attributes = new Map<string, string | undefined>();
  for (const { oid, value } of subject.rdns.flat()) {
    const type = attributeShortName(oid) ?? oid;
    if (attributes.has(type)) return { status: 'repeated', type };
    if (value?.includes('=#')) return { status: 'hexadecimal', type };
    attributes.set(type, value);
  }
  return { status: 'matchable', attributes };
}
