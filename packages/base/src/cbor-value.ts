// What CBOR items become (RFC 8949, the part that signature envelopes use).

/**
 * A CBOR data item. Integers are plain numbers within ±(2^53 − 1); a floating-point item keeps its own type, so that
 * `-7.0` is never taken for the integer `-7`. Maps keep the order in which they were read.
 */
export type CborValue = number | string | boolean | null | Uint8Array | CborFloat | CborTag | CborArray | CborMap;

export type CborArray = readonly CborValue[];

/** Keys are integers or text; others are not part of the profile. */
export type CborMap = ReadonlyMap<number | string, CborValue>;

/** A floating-point item of any width. */
export class CborFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A tagged item. */
export class CborTag {
  readonly tag: number;
  readonly value: CborValue;
  constructor(tag: number, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

export function isCborMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

// Array.isArray does not narrow readonly arrays.
export function isCborArray(value: CborValue | undefined): value is CborArray {
  return Array.isArray(value);
}
