// The three hash algorithms that count (TSA-18), by object identifier.

import type { HashName } from '@nv2/base';

const hashes: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** @returns `undefined` for every other hash, SHA-1 among them */
export function findHash(oid: string): HashName | undefined {
  return hashes.get(oid);
}

export function hashOid(hash: HashName): string {
  for (const [oid, name] of hashes) if (name === hash) return oid;
  throw new TypeError(`no object identifier for ${hash}`);
}
