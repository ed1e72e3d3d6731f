// AlgorithmIdentifier (RFC 5280 section 4.1.1.2): which algorithm, and its parameters as found.

import { type DerElement, derTag, parseDerOid } from '@nv2/base';

export interface AlgorithmId {
  readonly oid: string;
  /** Header and content; `undefined` where there are none. */
  readonly parameters: Uint8Array | undefined;
}

/** @throws BaseError `DER_MALFORMED` */
export function parseAlgorithmId(element: DerElement): AlgorithmId {
  const members = element.members();
  const oid = parseDerOid(members.read(derTag.oid, 'an algorithm'));
  const parameters = members.isAtEnd ? undefined : members.readAny('parameters').bytes;
  members.readEnd('the algorithm');
  return { oid, parameters };
}

/** Absent and NULL mean the same: some writers want one, some the other. */
export function hasNoParameters({ parameters }: AlgorithmId): boolean {
  return parameters === undefined || (parameters.length === 2 && parameters[0] === derTag.null && parameters[1] === 0);
}
