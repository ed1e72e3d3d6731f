// The files of a layout inside a tar, found through an index of its members. Nothing is unpacked.

import { type FileHandle, open } from 'node:fs/promises';
import { ArchiveError, readTarMembers, type TarMember } from '@nv2/archive';
import { quoteText } from '@nv2/base';
import { readFully } from './directory-files.ts';
import { LayoutError } from './errors.ts';
import { fileStep, isAbsent, layoutError } from './file-errors.ts';
import type { LayoutFiles } from './layout-files.ts';
import { chunkBytes } from './limits.ts';

export class ArchiveFiles implements LayoutFiles, AsyncDisposable {
  readonly name: string;
  readonly #file: FileHandle;
  readonly #members: ReadonlyMap<string, TarMember>;

  constructor(name: string, file: FileHandle, members: ReadonlyMap<string, TarMember>) {
    this.name = name;
    this.#file = file;
    this.#members = members;
  }

  async findSize(path: string): Promise<number | undefined> {
    return this.#members.get(path)?.size;
  }

  // The index of members was made once, so its files never change.
  async findVersion(path: string): Promise<string | undefined> {
    return this.#members.has(path) ? 'archived' : undefined;
  }

  async findBytes(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const member = this.#members.get(path);
    if (member === undefined) return undefined;
    if (member.size > maxBytes) {
      throw new LayoutError('LAYOUT_LIMIT', `${quoteText(path)} in ${this.name} has more than ${maxBytes} bytes`);
    }
    return this.#read(member.offset, member.size);
  }

  async *stream(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const member = this.#members.get(path);
    if (member === undefined) return;
    const end = member.offset + member.size;
    for (let offset = member.offset; offset < end; ) {
      signal?.throwIfAborted();
      const bytes = await this.#read(offset, Math.min(chunkBytes, end - offset));
      if (bytes.length === 0) return;
      offset += bytes.length;
      yield bytes;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  #read(position: number, length: number): Promise<Uint8Array> {
    return fileStep(`reading ${this.name}`, () => readFully(this.#file, position, length));
  }
}

/** @throws LayoutError `LAYOUT_NOT_FOUND`, `LAYOUT_INVALID`, `LAYOUT_LIMIT`, `LAYOUT_DENIED`, `LAYOUT_IO` */
export async function openArchiveFiles(path: string, signal?: AbortSignal): Promise<ArchiveFiles> {
  const file = await openFile(path);
  try {
    const stats = await fileStep(`looking at ${path}`, () => file.stat());
    if (!stats.isFile()) throw new LayoutError('LAYOUT_INVALID', `${quoteText(path, 400)} is not a regular file`);
    const read = (position: number, length: number): Promise<Uint8Array> =>
      fileStep(`reading ${path}`, () => readFully(file, position, length));
    refuseCompressed(path, await read(0, 4));
    const members = await readTarMembers({ size: stats.size, read }, signal);
    return new ArchiveFiles(path, file, indexMembers(members.filter(({ kind }) => kind === 'file')));
  } catch (error) {
    await file.close();
    throw error instanceof ArchiveError ? asLayoutError(path, error) : error;
  }
}

function asLayoutError(path: string, cause: ArchiveError): LayoutError {
  const code = cause.kind === 'limit' ? 'LAYOUT_LIMIT' : 'LAYOUT_INVALID';
  return new LayoutError(code, `reading ${quoteText(path, 400)}: ${cause.message}`, { cause });
}

/** By path, without a leading `./`. Names that lead outside are left out; a name that comes twice would mean two things. */
function indexMembers(members: readonly TarMember[]): ReadonlyMap<string, TarMember> {
  const index = new Map<string, TarMember>();
  for (const member of members) {
    const path = member.name.replace(/^(?:\.\/)+/, '');
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) continue;
    if (index.has(path)) throw new LayoutError('LAYOUT_INVALID', `tar has ${quoteText(path)} twice`);
    index.set(path, member);
  }
  return index;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if (isAbsent(error)) throw new LayoutError('LAYOUT_NOT_FOUND', `there is no file ${quoteText(path, 400)}`);
    throw layoutError(`opening ${path}`, error);
  }
}

function refuseCompressed(path: string, magic: Uint8Array): void {
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const isZstd = magic[0] === 0x28 && magic[1] === 0xb5 && magic[2] === 0x2f && magic[3] === 0xfd;
  if (!isGzip && !isZstd) return;
  throw new LayoutError(
    'LAYOUT_INVALID',
    `${quoteText(path, 400)} is compressed, and only plain tar can be read in place`,
    {
      hint: 'Decompress it first, for example with `gunzip` or `unzstd`.',
    },
  );
}
