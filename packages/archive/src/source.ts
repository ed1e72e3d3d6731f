// Where an archive's bytes come from: a place that can be read anywhere, or a stream that is read once.

import { ArchiveError } from './errors.ts';

/** An archive whose bytes can be read anywhere; fewer bytes than asked for come back only at its end. */
export interface ArchiveSource {
  /** Infinite while nobody knows. */
  readonly size: number;
  read(position: number, length: number): Promise<Uint8Array>;
}

/**
 * A stream as a source for readers that never go back, such as {@link walkTar} with a consumer that reads each member when it
 * comes. Holds one chunk of the stream at a time, beside what is asked for.
 */
export class ForwardSource implements ArchiveSource, AsyncDisposable {
  readonly size = Number.POSITIVE_INFINITY;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  /** Where `#chunk` begins. */
  #start = 0;
  #isOver = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    if (position < this.#start) throw new ArchiveError('ARCHIVE_INVALID', 'a stream was read backwards');
    const result = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const from = position + filled - this.#start;
      if (from < this.#chunk.length) {
        const part = this.#chunk.subarray(from, from + length - filled);
        result.set(part, filled);
        filled += part.length;
      } else if (!(await this.#advance())) break;
    }
    return filled === length ? result : result.subarray(0, filled);
  }

  /** Reads what is left, so that whatever the stream checks at its end is checked. */
  async drain(): Promise<void> {
    while (await this.#advance());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }

  async #advance(): Promise<boolean> {
    if (this.#isOver) return false;
    const next = await this.#chunks.next();
    this.#start += this.#chunk.length;
    this.#isOver = next.done === true;
    this.#chunk = next.done === true ? new Uint8Array() : next.value;
    return !this.#isOver;
  }
}
