// A certificate's subject as identities see it: attribute names and decoded characters (ID-09, ID-10, ID-13).

import type { DistinguishedName } from '@nv2/pki';

// The nine names of the specification, spelt as there.
const standard: ReadonlyMap<string, string> = new Map([
  ['2.5.4.6', 'C'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.3', 'CN'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.5', 'SERIALNUMBER'],
]);

// OC-24: further types that occur in subjects, extended-validation certificates above all, so that a subject having them
// can be matched. Anything else goes by its dotted OID.
const further: ReadonlyMap<string, string> = new Map([
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.12', 'title'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['1.3.6.1.4.1.311.60.2.1.1', 'jurisdictionL'],
  ['1.3.6.1.4.1.311.60.2.1.2', 'jurisdictionST'],
  ['1.3.6.1.4.1.311.60.2.1.3', 'jurisdictionC'],
]);

const knownNames: ReadonlySet<string> = new Set([...standard.values(), ...further.values()]);

/** Whether a subject can have an attribute of this name. */
export function isMatchableType(type: string): boolean {
  return knownNames.has(type) || (/^[0-9.]+$/.test(type) && !standard.has(type) && !further.has(type));
}

export type SubjectView =
  | { readonly status: 'matchable'; readonly attributes: ReadonlyMap<string, string | undefined> }
  | { readonly status: 'repeated'; readonly type: string };

/**
 * Reads all attributes of all RDNs. A type that occurs twice makes the subject ambiguous, hence not matchable at all:
 * neither the first nor the last value may win (ID-10). A value that is no known string type is `undefined` and equals
 * nothing.
 */
export function viewSubject(subject: DistinguishedName): SubjectView {
  const attributes = new Map<string, string | undefined>();
  for (const { oid, value } of subject.rdns.flat()) {
    const type = standard.get(oid) ?? further.get(oid) ?? oid;
    if (attributes.has(type)) return { status: 'repeated', type };
    attributes.set(type, value);
  }
  return { status: 'matchable', attributes };
}
