// Tar archives, read by position and written as a stream. The only file that knows the tar library.

import { createTarDecoder, createTarPacker, type TarHeader, type TarPackController } from 'modern-tar';
import { quoteText } from '@nv2/base';
import { LayoutError } from './errors.ts';
import { maxTarHeaderBytes, maxTarMembers } from './limits.ts';

/** A regular file inside an archive. */
export interface TarMember {
  readonly name: string;
  /** Where its bytes begin. */
  readonly offset: number;
  readonly size: number;
}

/** An archive whose bytes can be read anywhere; fewer bytes come back only at its end. */
export interface TarSource {
  readonly size: number;
  read(position: number, length: number): Promise<Uint8Array>;
}

/** A file to be written. */
export interface TarInput {
  readonly name: string;
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

const blockBytes = 512;

/**
 * Lists the regular files of an archive by reading only headers; long names in the pax and GNU forms are understood. Links,
 * directories and devices are left out.
 *
 * @throws LayoutError `LAYOUT_INVALID` for damaged or cut archives, `LAYOUT_LIMIT` above 200000 members
 */
export async function readTarMembers(source: TarSource, signal?: AbortSignal): Promise<readonly TarMember[]> {
  const members: TarMember[] = [];
  let count = 0;
  for (let position = 0; position < source.size; ) {
    signal?.throwIfAborted();
    const found = await readMember(source, position);
    if (found === undefined) break;
    count += 1;
    if (count > maxTarMembers) throw new LayoutError('LAYOUT_LIMIT', `tar has more than ${maxTarMembers} members`);
    const { name, size, type } = found.header;
    const end = found.offset + size;
    if (end > source.size) throw invalid(position, `${quoteText(name)} is cut short`);
    if (type === 'file') members.push({ name, offset: found.offset, size });
    position = found.offset + Math.ceil(size / blockBytes) * blockBytes;
  }
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

interface FoundHeader {
  readonly header: TarHeader;
  readonly offset: number;
}

/**
 * Reads the header at a position. The decoder is given one block after another until it has a whole header, which shows
 * where the member's bytes begin without reading them.
 */
async function readMember(source: TarSource, position: number): Promise<FoundHeader | undefined> {
  const decoder = createTarDecoder({ strict: true });
  const reader = decoder.readable.getReader();
  const writer = decoder.writable.getWriter();
  // Both ends of the decoder report its failure; it is taken from the writing end.
  writer.closed.catch(() => undefined);
  const reading = reader.read().then(({ value }) => value?.header);
  try {
    for (let offset = position; offset - position < maxTarHeaderBytes; ) {
      const block = await source.read(offset, blockBytes);
      if (block.length < blockBytes) throw invalid(offset, 'it is cut short');
      if (offset === position && block.every((byte) => byte === 0)) return undefined;
      offset += blockBytes;
      // Taking the last block of a header, the decoder offers the header before it says that it has taken the block.
      const header = await Promise.race([reading, writer.write(block).then(() => undefined)]);
      if (header !== undefined) return { header, offset };
    }
    throw invalid(position, `its header has more than ${maxTarHeaderBytes} bytes`);
  } catch (cause) {
    if (cause instanceof LayoutError) throw cause;
    throw new LayoutError('LAYOUT_INVALID', `tar at byte ${position} is not valid`, { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
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

function invalid(position: number, why: string): LayoutError {
  return new LayoutError('LAYOUT_INVALID', `tar at byte ${position} is not valid: ${why}`);
}
