// A map that forgets what has not been used for long.

/**
 * A map of at most `maxEntries` entries that keeps at least the younger half of them by last use.
 *
 * Two generations: what is used moves to the young one, and when that has grown to half of the bound it becomes the old
 * one, whose entries are forgotten. So reading a young entry, the usual case, changes nothing.
 */
export class BoundedMap<Value, Key = string> {
  readonly #maxYoung: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** @param maxEntries 2 or more */
  constructor(maxEntries: number) {
    this.#maxYoung = Math.max(1, Math.floor(maxEntries / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  find(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#maxYoung && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }
}
