// Slices of a body that can only be read from its first byte: consecutive slices share one reading.

import type { BodySource } from '@nv2/base';

/** Cuts a body into slices. A slice that does not follow the last one starts a new reading and skips. */
export class BodySlices {
  readonly #body: BodySource;
  #reader: AsyncIterator<Uint8Array> | undefined;
  #position = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(body: BodySource) {
    this.#body = body;
  }

  /** The bytes from `offset`, `length` of them, as a body. Only one slice may be read at a time. */
  slice(offset: number, length: number): BodySource {
    return { length, open: () => this.#read(offset, length) };
  }

  /** Reads on to the end, so that a body that checks itself can say so. */
  async finish(): Promise<void> {
    while (this.#reader !== undefined && (await this.#take(Number.MAX_SAFE_INTEGER)) !== undefined);
  }

  /** Ends the reading under way. */
  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.return?.();
  }

  async *#read(offset: number, length: number): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#seek(offset);
    let left = length;
    while (left > 0) {
      const chunk = await this.#take(left);
      if (chunk === undefined) return;
      left -= chunk.length;
      yield chunk;
    }
  }

  async #seek(offset: number): Promise<void> {
    if (this.#reader === undefined || this.#position > offset) {
      await this.close();
      this.#reader = this.#body.open()[Symbol.asyncIterator]();
      this.#position = 0;
      this.#rest = new Uint8Array();
    }
    while (this.#position < offset) if ((await this.#take(offset - this.#position)) === undefined) return;
  }

  async #take(maxBytes: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#reader?.next();
      if (next === undefined || next.done === true) return undefined;
      this.#rest = next.value;
    }
    const chunk = this.#rest.subarray(0, maxBytes);
    this.#rest = this.#rest.subarray(chunk.length);
    this.#position += chunk.length;
    return chunk;
  }
}
