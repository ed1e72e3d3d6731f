// Zip archives, read by position: the directory at the end says what there is, and each entry's own header where its bytes
// are. Both are compared, and everything must lie where one reading only can find it (PKWARE APPNOTE 6.3, sections 4.3-4.5).

import { isEqualBytes, parseUtf8, quoteText } from '@nv2/base';
import { ArchiveError } from './errors.ts';
import type { ArchiveSource } from './source.ts';
import { readZipDirectory } from './zip-directory.ts';

export interface ZipEntry {
  /** As it is written, with whatever separators and dots it has. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
  /** Permission bits, where the archive was made on a system that has them. */
  readonly mode: number | undefined;
  readonly compression: 'stored' | 'deflate';
  /** Bytes in the archive. */
  readonly compressedSize: number;
  /** Bytes of the file, as the archive declares them; whoever unpacks counts. */
  readonly size: number;
  /** CRC-32 of the file. */
  readonly checksum: number;
  /** Where the entry's own header is. */
  readonly headerOffset: number;
  /** Name and flags as they must be repeated there. */
  readonly repeated: { readonly name: Uint8Array; readonly flags: number; readonly method: number };
}

/** The directory of an archive. */
export interface ZipListing {
  readonly entries: readonly ZipEntry[];
  /** Where the directory begins; contents end before it. */
  readonly contentEnd: number;
}

const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const entryBytes = 46;
const localBytes = 30;
const flagEncrypted = 0x2041;
const flagPatch = 0x20;
const flagMasked = 0x2000;
const unixHosts: ReadonlySet<number> = new Set([3, 19]);
const dosHost = 0;
const unset32 = 0xffff_ffff;

/**
 * Reads the directory of an archive. Nothing else is looked at.
 *
 * @throws ArchiveError `ARCHIVE_INVALID`, `ARCHIVE_LIMIT` above 10000 entries, `ARCHIVE_UNSUPPORTED` for encrypted entries,
 *   compressions other than deflate, archives in several parts and names that are not UTF-8
 */
export async function readZipListing(source: ArchiveSource): Promise<ZipListing> {
  const { bytes, count, offset } = await readZipDirectory(source);
  const entries: ZipEntry[] = [];
  let position = 0;
  while (entries.length < count) {
    const { entry, length } = parseEntry(bytes.subarray(position), entries.length);
    entries.push(entry);
    position += length;
  }
  if (position !== bytes.length) throw invalid(`its directory has ${bytes.length - position} bytes too many`);
  return { entries, contentEnd: offset };
}

/** Where the bytes of an entry are. */
export interface ZipContent {
  readonly entry: ZipEntry;
  readonly offset: number;
}

/**
 * Finds the bytes of every entry through the entry's own header.
 *
 * @throws ArchiveError `ARCHIVE_INVALID` when a header differs from the directory, or entries share bytes, by which a small
 *   archive passes for a large one
 */
export async function readZipContents(
  source: ArchiveSource,
  { entries, contentEnd }: ZipListing,
): Promise<readonly ZipContent[]> {
  const contents: ZipContent[] = [];
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.headerOffset - b.headerOffset)) {
    if (entry.headerOffset < end) throw invalid(`${quoteText(entry.name)} shares its bytes with another entry`);
    const offset = await readContentOffset(source, entry);
    end = offset + entry.compressedSize;
    if (end > contentEnd) throw invalid(`${quoteText(entry.name)} reaches into the directory`);
    contents.push({ entry, offset });
  }
  return contents;
}

async function readContentOffset(source: ArchiveSource, entry: ZipEntry): Promise<number> {
  const { name, flags, method } = entry.repeated;
  const header = await source.read(entry.headerOffset, localBytes + name.length);
  const fields = view(header);
  const differs =
    header.length < localBytes + name.length ||
    fields.getUint32(0, true) !== localSignature ||
    fields.getUint16(6, true) !== flags ||
    fields.getUint16(8, true) !== method ||
    fields.getUint16(26, true) !== name.length ||
    !isEqualBytes(header.subarray(localBytes), name);
  if (differs) throw invalid(`${quoteText(entry.name)} has a header that is not the one in the directory`);
  return entry.headerOffset + localBytes + name.length + fields.getUint16(28, true);
}

function parseEntry(bytes: Uint8Array, at: number): { readonly entry: ZipEntry; readonly length: number } {
  const fields = view(bytes);
  if (bytes.length < entryBytes || fields.getUint32(0, true) !== entrySignature) {
    throw invalid(`entry ${at} of its directory is not one`);
  }
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => fields.getUint16(offset, true)) as [
    number,
    number,
    number,
  ];
  const length = entryBytes + nameLength + extraLength + commentLength;
  if (bytes.length < length) throw invalid(`entry ${at} of its directory is cut short`);
  const rawName = bytes.slice(entryBytes, entryBytes + nameLength);
  const flags = fields.getUint16(8, true);
  const method = fields.getUint16(10, true);
  const name = parseName(rawName, at);
  const compression = parseCompression(name, flags, method);
  const sizes = parseSizes(
    fields,
    bytes.subarray(entryBytes + nameLength, entryBytes + nameLength + extraLength),
    name,
  );
  if (compression === 'stored' && sizes.size !== sizes.compressedSize) {
    throw invalid(`${quoteText(name)} is stored as it is, in another size`);
  }
  const entry = {
    name,
    ...parseAttributes(name, fields.getUint8(5), fields.getUint32(38, true)),
    compression,
    ...sizes,
    checksum: fields.getUint32(16, true),
    repeated: { name: rawName, flags, method },
  };
  return { entry, length };
}

function parseName(bytes: Uint8Array, at: number): string {
  // Without the flag for it, names are in the alphabet of some DOS; ASCII, and what programs write all the same, is UTF-8 too.
  const name = findText(bytes);
  if (name === undefined) throw new ArchiveError('ARCHIVE_UNSUPPORTED', `the name of zip entry ${at} is not UTF-8`);
  if (name === '' || name.includes('\0')) throw invalid(`the name of entry ${at} is empty or holds a zero byte`);
  return name;
}

function findText(bytes: Uint8Array): string | undefined {
  try {
    return parseUtf8(bytes);
  } catch {
    // The caller says which entry it was.
    return undefined;
  }
}

function parseCompression(name: string, flags: number, method: number): ZipEntry['compression'] {
  if ((flags & (flagEncrypted | flagMasked)) !== 0) {
    throw new ArchiveError('ARCHIVE_UNSUPPORTED', `zip entry ${quoteText(name)} is encrypted`);
  }
  if ((flags & flagPatch) === 0 && method === 0) return 'stored';
  if ((flags & flagPatch) === 0 && method === 8) return 'deflate';
  throw new ArchiveError(
    'ARCHIVE_UNSUPPORTED',
    `zip entry ${quoteText(name)} is compressed in a way that is not read here (method ${method})`,
  );
}

interface ZipSizes {
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/** The three numbers that move into an extra field when they need more than 32 bits. */
function parseSizes(fields: DataView, extra: Uint8Array, name: string): ZipSizes {
  let wide = findWideNumbers(extra, name);
  const take = (offset: number): number => {
    const value = fields.getUint32(offset, true);
    if (value !== unset32) return value;
    const [first, ...rest] = wide;
    if (first === undefined) throw invalid(`${quoteText(name)} states a size that is not there`);
    wide = rest;
    return first;
  };
  const size = take(24);
  const compressedSize = take(20);
  const headerOffset = take(42);
  return { size, compressedSize, headerOffset };
}

function findWideNumbers(extra: Uint8Array, name: string): readonly number[] {
  const fields = view(extra);
  for (let position = 0; position + 4 <= extra.length; ) {
    const length = fields.getUint16(position + 2, true);
    if (position + 4 + length > extra.length) break;
    if (fields.getUint16(position, true) === 1) {
      const count = Math.min(3, Math.floor(length / 8));
      return Array.from({ length: count }, (_, at) => toSize(fields.getBigUint64(position + 4 + at * 8, true), name));
    }
    position += 4 + length;
  }
  return [];
}

function toSize(value: bigint, name: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(`${quoteText(name)} states an impossible size`);
  return Number(value);
}

function parseAttributes(name: string, host: number, attributes: number): Pick<ZipEntry, 'kind' | 'mode'> {
  const isNamedDirectory = name.endsWith('/') || name.endsWith('\\');
  if (!unixHosts.has(host)) {
    const isDirectory = isNamedDirectory || (host === dosHost && (attributes & 0x10) !== 0);
    return { kind: isDirectory ? 'directory' : 'file', mode: undefined };
  }
  const mode = attributes >>> 16;
  const type = mode & 0o170000;
  if (isNamedDirectory || type === 0o040000) return { kind: 'directory', mode: mode & 0o777 };
  return { kind: type === 0o100000 || type === 0 ? 'file' : 'other', mode: mode & 0o777 };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(why: string): ArchiveError {
  return new ArchiveError('ARCHIVE_INVALID', `zip is not valid: ${why}`);
}
