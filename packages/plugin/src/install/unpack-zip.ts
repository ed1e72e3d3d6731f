// The files in the root of a zip, inflated, counted and compared with their checksums.

import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import {
  ArchiveError,
  type ArchiveSource,
  createCrc32,
  readZipContents,
  readZipListing,
  type ZipContent,
} from '@nv2/archive';
import { quoteText } from '@nv2/base';
import { limits } from '../limits.ts';
import { checkTotal, type PackageFiles } from './package-files.ts';
import { parsePackageName } from './package-name.ts';

/** Permissions of files from systems that have none. */
const plainMode = 0o644;

/** @throws PluginInstallError and ArchiveError, as the caller says */
export async function unpackZip(source: ArchiveSource, files: PackageFiles, signal?: AbortSignal): Promise<void> {
  const listing = await readZipListing(source);
  const named = listing.entries.map((entry) => ({ entry, name: parsePackageName(entry.name, 'zip') }));
  const chosen = named.filter(({ entry, name }) => entry.kind === 'file' && name.directories.length === 0);
  // Before anything is unpacked: what announces too much is refused in no time.
  checkTotal(chosen.reduce((total, { entry }) => total + entry.size, 0));
  const contents = new Map((await readZipContents(source, listing)).map((content) => [content.entry, content]));
  for (const { entry, name } of chosen) {
    signal?.throwIfAborted();
    const content = contents.get(entry);
    if (content === undefined) continue;
    const file = { name: name.base, mode: entry.mode ?? plainMode, size: entry.size };
    await files.add(file, contentOf(source, content));
  }
}

async function* contentOf(source: ArchiveSource, content: ZipContent): AsyncGenerator<Uint8Array> {
  const { name, compression, checksum } = content.entry;
  const packed = packedBytes(source, content);
  const crc = createCrc32();
  for await (const chunk of compression === 'stored' ? packed : inflate(packed)) {
    crc.update(chunk);
    yield chunk;
  }
  if (crc.value() !== checksum)
    throw new ArchiveError('ARCHIVE_INVALID', `the checksum of ${quoteText(name)} is wrong`);
}

function inflate(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const inflated = createInflateRaw();
  // Whoever stops reading ends the rest; failures arrive through what is read.
  pipeline(Readable.from(packed), inflated, () => undefined);
  return inflated;
}

async function* packedBytes(source: ArchiveSource, { entry, offset }: ZipContent): AsyncGenerator<Uint8Array> {
  const end = offset + entry.compressedSize;
  for (let position = offset; position < end; ) {
    const chunk = await source.read(position, Math.min(limits.chunkBytes, end - position));
    if (chunk.length === 0) return;
    position += chunk.length;
    yield chunk;
  }
}
