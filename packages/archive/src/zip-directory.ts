// The end of a zip: one record, or three in archives with large numbers, that say where the directory is.

import { ArchiveError } from './errors.ts';
import { maxZipDirectoryBytes, maxZipEntries } from './limits.ts';
import type { ArchiveSource } from './source.ts';

export interface ZipDirectory {
  readonly bytes: Uint8Array;
  /** Where it begins. */
  readonly offset: number;
  /** Entries in it, as stated. */
  readonly count: number;
}

interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  /** Where the first record behind the directory begins: the directory must reach it. */
  readonly end: number;
}

const endSignature = 0x06054b50;
const wideEndSignature = 0x06064b50;
const locatorSignature = 0x07064b50;
const endBytes = 22;
const locatorBytes = 20;
const wideEndBytes = 56;
const maxCommentBytes = 0xffff;

/**
 * Reads the directory. The records at the end must fit together without gaps, and the comment must end the file: what
 * comes before, between or after could be another archive to another reader.
 *
 * @throws ArchiveError `ARCHIVE_INVALID`, `ARCHIVE_LIMIT`, `ARCHIVE_UNSUPPORTED` for archives in several parts
 */
export async function readZipDirectory(source: ArchiveSource): Promise<ZipDirectory> {
  const { offset, size, count, end } = await readPlace(source);
  if (count > maxZipEntries) throw new ArchiveError('ARCHIVE_LIMIT', `zip has more than ${maxZipEntries} entries`);
  if (size > maxZipDirectoryBytes) {
    throw new ArchiveError('ARCHIVE_LIMIT', `the directory of the zip has more than ${maxZipDirectoryBytes} bytes`);
  }
  if (offset + size !== end) throw invalid('its directory is not where it ought to be');
  return { bytes: await readExactly(source, offset, size), offset, count };
}

async function readPlace(source: ArchiveSource): Promise<DirectoryPlace> {
  const tailStart = Math.max(0, source.size - endBytes - maxCommentBytes);
  const tail = await readExactly(source, tailStart, source.size - tailStart);
  const at = findEnd(tail);
  if (at === undefined) throw invalid('it has no end record, as when it is cut short');
  const end = tailStart + at;
  const fields = view(tail.subarray(at));
  const narrow = {
    count: fields.getUint16(10, true),
    size: fields.getUint32(12, true),
    offset: fields.getUint32(16, true),
    end,
  };
  const isWide = narrow.count === 0xffff || narrow.size === 0xffff_ffff || narrow.offset === 0xffff_ffff;
  if (isWide) return readWidePlace(source, end);
  if (fields.getUint32(4, true) !== 0 || fields.getUint16(8, true) !== narrow.count) throw inParts();
  return narrow;
}

/** The last end record whose comment ends with the file. */
function findEnd(tail: Uint8Array): number | undefined {
  const fields = view(tail);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (fields.getUint32(at, true) !== endSignature) continue;
    if (at + endBytes + fields.getUint16(at + 20, true) === tail.length) return at;
  }
  return undefined;
}

/** Zip64: a locator stands before the end record, and the record it points to stands before the locator. */
async function readWidePlace(source: ArchiveSource, end: number): Promise<DirectoryPlace> {
  const locatorAt = end - locatorBytes;
  if (locatorAt < 0) throw invalid('the record of its large numbers is missing');
  const locator = view(await readExactly(source, locatorAt, locatorBytes));
  if (locator.getUint32(0, true) !== locatorSignature) throw invalid('the record of its large numbers is missing');
  if (locator.getUint32(4, true) !== 0 || locator.getUint32(16, true) !== 1) throw inParts();
  const at = toNumber(locator.getBigUint64(8, true));
  if (at + wideEndBytes > locatorAt) throw invalid('the record of its large numbers is missing');
  const record = view(await readExactly(source, at, wideEndBytes));
  const length = toNumber(record.getBigUint64(4, true)) + 12;
  if (record.getUint32(0, true) !== wideEndSignature || at + length !== locatorAt) {
    throw invalid('the record of its large numbers is not where it ought to be');
  }
  const count = toNumber(record.getBigUint64(32, true));
  if (record.getBigUint64(16, true) !== 0n || toNumber(record.getBigUint64(24, true)) !== count) throw inParts();
  return {
    count,
    size: toNumber(record.getBigUint64(40, true)),
    offset: toNumber(record.getBigUint64(48, true)),
    end: at,
  };
}

async function readExactly(source: ArchiveSource, position: number, length: number): Promise<Uint8Array> {
  const bytes = await source.read(position, length);
  if (bytes.length !== length) throw invalid('it is cut short');
  return bytes;
}

function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid('it states an impossible size');
  return Number(value);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function inParts(): ArchiveError {
  return new ArchiveError('ARCHIVE_UNSUPPORTED', 'the zip is one part of several');
}

function invalid(why: string): ArchiveError {
  return new ArchiveError('ARCHIVE_INVALID', `zip is not valid: ${why}`);
}
