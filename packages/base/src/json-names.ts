// Member names of JSON objects: telling those of one object apart, and making those that all documents share only once.

import { decodeAscii, encodeAscii } from './crypto.ts';

/** A member name in the two forms that are compared. */
export interface MemberName {
  readonly text: string;
  /** Equal for names that differ only in case. */
  readonly fold: string;
}

/** The name with this text. Beyond ASCII, upper case comes first, so that letters such as the long s meet the one they are written with. */
export function memberName(text: string): MemberName {
  const fold = printableAscii.test(text) ? text.toLowerCase() : text.toUpperCase().toLowerCase();
  return { text, fold };
}

/**
 * The ASCII name that stands at `start` of a document and is `length` characters long.
 *
 * Documents of one kind have the same names again and again. To cut one out, hash and fold it takes longer than to see that it
 * is one from before, so the last name of each slot is kept: at most {@link slots} names of at most {@link maxKeptChars} characters.
 */
export function memberNameAt(document: string, start: number, length: number): MemberName {
  const slot = slotOf(document, start, length);
  const known = kept[slot];
  const text = document.slice(start, start + length);
  if (known?.text === text) return known;
  if (length > maxKeptChars) return memberName(text);
  // A copy: what is cut out of a text keeps all of that text in memory.
  return (kept[slot] = memberName(decodeAscii(encodeAscii(text))));
}

function slotOf(document: string, start: number, length: number): number {
  const first = document.charCodeAt(start);
  const middle = document.charCodeAt(start + (length >> 1));
  const last = document.charCodeAt(start + length - 1);
  // The bitwise operation also makes a number of what is none: there may be no character before the empty name.
  return (length * 61 + first * 17 + middle * 3 + last * 19) & (slots - 1);
}

const slots = 512;
const maxKeptChars = 64;
const kept: (MemberName | undefined)[] = Array.from({ length: slots });
const printableAscii = /^[ -~]*$/;

/**
 * The member names of one object, at the end of a list that it shares with the objects around it. Most have a handful, which are
 * compared faster than hashed.
 */
export class Names {
  readonly #list: string[];
  readonly #first: number;
  #many: Set<string> | undefined;

  constructor(list: string[]) {
    this.#list = list;
    this.#first = list.length;
  }

  /** Whether the name is new. */
  add(name: string): boolean {
    if (this.#many === undefined) {
      if (this.#list.includes(name, this.#first)) return false;
      if (this.#list.push(name) - this.#first > fewNames) this.#many = new Set(this.#list.slice(this.#first));
      return true;
    }
    const { size } = this.#many;
    return this.#many.add(name).size > size;
  }

  /** Leaves the list as it was. */
  close(): void {
    while (this.#list.length > this.#first) this.#list.pop();
  }
}

const fewNames = 8;
