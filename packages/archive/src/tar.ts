// Tar archives, read by position and written as a stream. The only file that knows the tar library.

import { createTarDecoder, createTarPacker, type TarHeader, type TarPackController } from 'modern-tar';
import { isNv2Error, quoteText } from '@nv2/base';
import { ArchiveError } from './errors.ts';
import { maxTarHeaderBytes, maxTarMembers } from './limits.ts';
import type { ArchiveSource } from './source.ts';

/** What an archive says is at one of its names. */
export interface TarMember {
  /** As it is written, with whatever separators and dots it has. */
  readonly name: string;
  /** `other` are links, devices, pipes and what only some tars know; they have no content here. */
  readonly kind: 'file' | 'directory' | 'other';
  /** Permission bits, of which the set-user-ID and similar bits are gone. */
  readonly mode: number;
  /** Where its bytes begin. */
  readonly offset: number;
  readonly size: number;
}

/** A file to be written. */
export interface TarInput {
  readonly name: string;
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

const blockBytes = 512;

/**
 * Walks through an archive by reading only headers, in their order; long names in the pax and GNU forms are understood. The
 * consumer may read each member's bytes when it comes, so a stream will do as the source.
 *
 * @throws ArchiveError `ARCHIVE_INVALID` for damaged or cut archives, `ARCHIVE_LIMIT` above 200000 members
 */
export async function* walkTar(source: ArchiveSource, signal?: AbortSignal): AsyncGenerator<TarMember> {
  let count = 0;
  for (let position = 0; position < source.size; ) {
    signal?.throwIfAborted();
    const found = await readMember(source, position);
    if (found === undefined) return;
    count += 1;
    if (count > maxTarMembers) throw new ArchiveError('ARCHIVE_LIMIT', `tar has more than ${maxTarMembers} members`);
    const { offset, size, name } = found.member;
    if (offset + size > source.size) throw invalid(position, `${quoteText(name)} is cut short`);
    yield found.member;
    position = offset + Math.ceil(found.occupied / blockBytes) * blockBytes;
  }
}

/** All members of an archive. @throws as {@link walkTar} */
export async function readTarMembers(source: ArchiveSource, signal?: AbortSignal): Promise<readonly TarMember[]> {
  const members: TarMember[] = [];
  for await (const member of walkTar(source, signal)) members.push(member);
  return members;
}

/** Writes an archive of regular files, owned by root and dated 1970, so that equal content gives equal bytes. */
export async function* encodeTar(files: AsyncIterable<TarInput>): AsyncGenerator<Uint8Array> {
  const { readable, controller } = createTarPacker();
  // A failure of the input becomes the failure of the output.
  const writing = writeMembers(controller, files).catch((error: unknown) => controller.error(error));
  for await (const chunk of readable) yield chunk;
  await writing;
}

interface FoundMember {
  readonly member: TarMember;
  /** Bytes between its header and the next one, padding apart. */
  readonly occupied: number;
}

/**
 * Reads the header at a position. The decoder is given one block after another until it has a whole header, which shows
 * where the member's bytes begin without reading them.
 */
async function readMember(source: ArchiveSource, position: number): Promise<FoundMember | undefined> {
  const decoder = createTarDecoder({ strict: true });
  const reader = decoder.readable.getReader();
  const writer = decoder.writable.getWriter();
  // Both ends of the decoder report its failure; it is taken from the writing end.
  writer.closed.catch(() => undefined);
  const reading = reader.read().then(({ value }) => value?.header);
  try {
    for (let offset = position; offset - position < maxTarHeaderBytes; ) {
      const block = await source.read(offset, blockBytes);
      if (offset === position && (block.length === 0 || isEmpty(block))) return undefined;
      if (block.length < blockBytes) throw invalid(offset, 'it is cut short');
      offset += blockBytes;
      // Taking the last block of a header, the decoder offers the header before it says that it has taken the block.
      const header = await Promise.race([reading, writer.write(block).then(() => undefined)]);
      if (header !== undefined) return toMember(header, block[156] ?? 0, offset);
    }
    throw invalid(position, `its header has more than ${maxTarHeaderBytes} bytes`);
  } catch (cause) {
    if (isNv2Error(cause)) throw cause;
    throw new ArchiveError('ARCHIVE_INVALID', `tar at byte ${position} is not valid`, { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Type letters of regular files; the library takes letters it does not know for them too, such as those of sparse files. */
const fileLetters: ReadonlySet<number> = new Set([0, '0'.charCodeAt(0), '7'.charCodeAt(0)]);

function toMember({ name, type, size, mode }: TarHeader, letter: number, offset: number): FoundMember {
  // The oldest tars mark directories only by the slash at the end of their names.
  const isDirectory = type === 'directory' || (type === 'file' && name.endsWith('/'));
  const isFile = type === 'file' && !isDirectory && fileLetters.has(letter);
  const kind = isFile ? 'file' : isDirectory ? 'directory' : 'other';
  const member = { name, kind, mode: (mode ?? 0) & 0o777, offset, size: isFile ? size : 0 } as const;
  // Links, directories and devices are headers alone, whatever size they state; letters nobody knows may have content.
  return { member, occupied: type === 'file' && !isDirectory ? size : 0 };
}

function isEmpty(block: Uint8Array): boolean {
  return block.length === blockBytes && block.every((byte) => byte === 0);
}

async function writeMembers(controller: TarPackController, files: AsyncIterable<TarInput>): Promise<void> {
  const mtime = new Date(0);
  for await (const { name, size, body } of files) {
    const writer = controller.add({ name, size, mtime, type: 'file', mode: 0o644 }).getWriter();
    for await (const chunk of body) await writer.write(chunk);
    await writer.close();
  }
  controller.finalize();
}

function invalid(position: number, why: string): ArchiveError {
  return new ArchiveError('ARCHIVE_INVALID', `tar at byte ${position} is not valid: ${why}`);
}
