// Names of trust stores (TS-01, TS-04), as in `ca:acme-rockets`.

/** `tsa` anchors time-stamp tokens; the two others anchor signatures, one per signing scheme (TS-02). */
export type StoreType = 'ca' | 'signingAuthority' | 'tsa';

export const storeTypes: readonly StoreType[] = ['ca', 'signingAuthority', 'tsa'];

export interface StoreName {
  readonly type: StoreType;
  readonly name: string;
}

// Case-sensitive: these are directory names.
export function isStoreType(text: string): text is StoreType {
  return storeTypes.some((type) => type === text);
}

/** TS-04, and neither `.` nor `..`, which would leave the directory of trust stores (OC-15). */
export function isStoreName(text: string): boolean {
  return /^[a-zA-Z0-9_.-]+$/.test(text) && text !== '.' && text !== '..';
}

/** `type:name`, as in a trust policy. */
export function formatStoreName(store: StoreName): string {
  return `${store.type}:${store.name}`;
}
