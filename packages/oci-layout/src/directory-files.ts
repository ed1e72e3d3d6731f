// Reading the files of a layout directory. Symbolic links are followed as long as they stay inside it.

import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { quoteText } from '@nv2/base';
import { LayoutError } from './errors.ts';
import { fileStep, isAbsent, layoutError } from './file-errors.ts';
import type { LayoutFiles } from './layout-files.ts';
import { chunkBytes } from './limits.ts';

export class DirectoryFiles implements LayoutFiles {
  /** The directory without symbolic links. */
  readonly root: string;
  readonly name: string;

  constructor(root: string, name: string) {
    this.root = root;
    this.name = name;
  }

  async findSize(path: string): Promise<number | undefined> {
    return (await this.#find(path))?.size;
  }

  async findVersion(path: string): Promise<string | undefined> {
    const real = await this.#resolve(path);
    if (real === undefined) return undefined;
    const found = await this.#stat(real);
    return found && `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
  }

  async findBytes(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const found = await this.#find(path);
    if (found === undefined) return undefined;
    if (found.size > maxBytes) throw this.#tooLarge(path, maxBytes);
    return fileStep(`reading ${found.real}`, async () => {
      await using file = await open(found.real);
      // The size of what is open: another writer may have put a longer file in its place since.
      const { size } = await file.stat();
      // One byte more than allowed, so that a file that grows is noticed.
      const bytes = await readFully(file, 0, Math.min(size, maxBytes) + 1);
      if (bytes.length > maxBytes) throw this.#tooLarge(path, maxBytes);
      return bytes;
    });
  }

  async *stream(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const found = await this.#find(path);
    if (found === undefined) return;
    await using file = await fileStep(`opening ${found.real}`, () => open(found.real));
    for (let offset = 0; ; ) {
      signal?.throwIfAborted();
      const bytes = await fileStep(`reading ${found.real}`, () => readFully(file, offset, chunkBytes));
      if (bytes.length === 0) return;
      offset += bytes.length;
      yield bytes;
    }
  }

  /** The directory part of a path to be written, made where absent, and proved to lie inside the layout. */
  async assertInside(directory: string): Promise<void> {
    if ((await this.#resolve(directory)) === undefined) {
      throw new LayoutError('LAYOUT_INVALID', `${this.name} has no directory ${quoteText(directory)}`);
    }
  }

  async #find(path: string): Promise<{ readonly real: string; readonly size: number } | undefined> {
    const real = await this.#resolve(path);
    if (real === undefined) return undefined;
    const found = await this.#stat(real);
    if (found === undefined) return undefined;
    // Opening a pipe would wait for its other end for ever.
    if (!found.isFile())
      throw new LayoutError('LAYOUT_INVALID', `${quoteText(path)} in ${this.name} is not a regular file`);
    return { real, size: Number(found.size) };
  }

  // It may be deleted between two looks.
  async #stat(real: string): Promise<BigIntStats | undefined> {
    try {
      return await stat(real, { bigint: true });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw layoutError(`looking at ${real}`, error);
    }
  }

  async #resolve(path: string): Promise<string | undefined> {
    const full = join(this.root, path);
    try {
      const real = await realpath(full);
      if (real.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep)) return real;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw layoutError(`looking for ${full}`, error);
    }
    throw new LayoutError('LAYOUT_INVALID', `${quoteText(path)} in ${this.name} is a symbolic link that leads outside`);
  }

  #tooLarge(path: string, maxBytes: number): LayoutError {
    return new LayoutError('LAYOUT_LIMIT', `${quoteText(path)} in ${this.name} has more than ${maxBytes} bytes`);
  }
}

/** Reads up to `length` bytes; fewer only at the end of the file. */
export async function readFully(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
