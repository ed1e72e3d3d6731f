// Archives for tests, good ones and such as no honest program writes.

import { crc32, deflateRawSync } from 'node:zlib';
import { concatBytes, encodeUtf8 } from '@nv2/base';

export interface TestTarMember {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Default 0644. */
  readonly mode?: number;
  /** Type letter; default `0`, a regular file. */
  readonly type?: string;
  readonly linkName?: string;
  /** Size in the header, where it is not that of `bytes`. */
  readonly declaredSize?: number;
}

/** A tar in the ustar form, with its two empty blocks at the end. */
export function testTar(members: readonly TestTarMember[]): Uint8Array {
  return concatBytes([...members.map(testTarMember), new Uint8Array(1024)]);
}

/** One member, padded to whole blocks. */
export function testTarMember(member: TestTarMember): Uint8Array {
  const { name, bytes = new Uint8Array(), mode = 0o644, type = '0', linkName = '' } = member;
  const header = new Uint8Array(512);
  const write = (offset: number, text: string): void => header.set(encodeUtf8(text), offset);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  write(0, name);
  write(100, octal(mode, 7));
  write(108, octal(0, 7));
  write(116, octal(0, 7));
  write(124, octal(member.declaredSize ?? bytes.length, 11));
  write(136, octal(0, 11));
  write(148, ' '.repeat(8));
  write(156, type);
  write(157, linkName);
  write(257, 'ustar\u000000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  write(148, `${octal(sum, 6)} `);
  return concatBytes([header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)]);
}

export interface TestZipEntry {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Mode with the type of file, as Unix has it; default a regular file with 0644. `null`: made on DOS, which has none. */
  readonly mode?: number | null;
  /** 0 stored, 8 deflate (the default), or what no reader knows. */
  readonly method?: number;
  readonly flags?: number;
  /** What the directory says, where it is not the truth. */
  readonly declared?: { readonly size?: number; readonly checksum?: number };
  /** What the entry's own header says, where the directory says something else. */
  readonly local?: { readonly name?: string; readonly flags?: number; readonly method?: number };
  /** The entry's bytes are those of the entry at this index, as in archives that are small and unpack to something large. */
  readonly sameBytesAs?: number;
}

export interface TestZipOptions {
  /** Numbers in the wide form of large archives. */
  readonly zip64?: boolean;
  readonly comment?: string;
  /** Bytes before the first entry, which the offsets do not count. */
  readonly prefix?: Uint8Array;
  /** Bytes between the entries and the directory, which the offsets do count. */
  readonly gap?: Uint8Array;
  /** Entries as the end record counts them. */
  readonly declaredCount?: number;
}

/** A zip; its dates are those of an empty clock. */
export function testZip(entries: readonly TestZipEntry[], options: TestZipOptions = {}): Uint8Array {
  const contents: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const offsets: number[] = [];
  let position = 0;
  for (const entry of entries) {
    const packed = pack(entry);
    const shared = entry.sameBytesAs === undefined ? undefined : offsets[entry.sameBytesAs];
    const offset = shared ?? position;
    offsets.push(offset);
    directory.push(directoryEntry(entry, packed, offset, options.zip64 === true));
    if (shared !== undefined) continue;
    const local = localEntry(entry, packed);
    contents.push(local);
    position += local.length;
  }
  const { prefix = new Uint8Array(), gap = new Uint8Array() } = options;
  const list = concatBytes(directory);
  const end = endRecords(options.declaredCount ?? entries.length, list.length, position + gap.length, options);
  return concatBytes([prefix, ...contents, gap, list, end]);
}

interface Packed {
  readonly data: Uint8Array;
  readonly size: number;
  readonly checksum: number;
  readonly flags: number;
  readonly method: number;
}

function pack({ bytes = new Uint8Array(), method = 8, flags = 0x800, declared }: TestZipEntry): Packed {
  return {
    data: method === 8 ? deflateRawSync(bytes) : bytes,
    size: declared?.size ?? bytes.length,
    checksum: declared?.checksum ?? crc32(bytes),
    flags,
    method,
  };
}

function localEntry({ name, local }: TestZipEntry, { data, size, checksum, flags, method }: Packed): Uint8Array {
  const nameBytes = encodeUtf8(local?.name ?? name);
  const header = record(30, (fields) => {
    fields.setUint32(0, 0x04034b50, true);
    fields.setUint16(4, 20, true);
    fields.setUint16(6, local?.flags ?? flags, true);
    fields.setUint16(8, local?.method ?? method, true);
    fields.setUint32(14, checksum, true);
    fields.setUint32(18, data.length, true);
    fields.setUint32(22, size, true);
    fields.setUint16(26, nameBytes.length, true);
  });
  return concatBytes([header, nameBytes, data]);
}

function directoryEntry(entry: TestZipEntry, packed: Packed, offset: number, isWide: boolean): Uint8Array {
  const nameBytes = encodeUtf8(entry.name);
  const wide = isWide ? wideNumbers([packed.size, packed.data.length, offset]) : new Uint8Array();
  const number = (value: number): number => (isWide ? 0xffff_ffff : value);
  const mode = entry.mode === undefined ? 0o100644 : entry.mode;
  const header = record(46, (fields) => {
    fields.setUint32(0, 0x02014b50, true);
    fields.setUint8(4, 30);
    fields.setUint8(5, mode === null ? 0 : 3);
    fields.setUint16(6, 20, true);
    fields.setUint16(8, packed.flags, true);
    fields.setUint16(10, packed.method, true);
    fields.setUint32(16, packed.checksum, true);
    fields.setUint32(20, number(packed.data.length), true);
    fields.setUint32(24, number(packed.size), true);
    fields.setUint16(28, nameBytes.length, true);
    fields.setUint16(30, wide.length, true);
    fields.setUint32(38, ((mode ?? 0) << 16) >>> 0, true);
    fields.setUint32(42, number(offset), true);
  });
  return concatBytes([header, nameBytes, wide]);
}

function wideNumbers(values: readonly number[]): Uint8Array {
  return record(4 + values.length * 8, (fields) => {
    fields.setUint16(0, 1, true);
    fields.setUint16(2, values.length * 8, true);
    for (const [at, value] of values.entries()) fields.setBigUint64(4 + at * 8, BigInt(value), true);
  });
}

function endRecords(count: number, size: number, offset: number, options: TestZipOptions): Uint8Array {
  const comment = encodeUtf8(options.comment ?? '');
  const isWide = options.zip64 === true;
  const end = record(22, (fields) => {
    fields.setUint32(0, 0x06054b50, true);
    fields.setUint16(8, isWide ? 0xffff : count, true);
    fields.setUint16(10, isWide ? 0xffff : count, true);
    fields.setUint32(12, isWide ? 0xffff_ffff : size, true);
    fields.setUint32(16, isWide ? 0xffff_ffff : offset, true);
    fields.setUint16(20, comment.length, true);
  });
  return concatBytes([...(isWide ? wideEnd(count, size, offset) : []), end, comment]);
}

function wideEnd(count: number, size: number, offset: number): readonly Uint8Array[] {
  const end = record(56, (fields) => {
    fields.setUint32(0, 0x06064b50, true);
    fields.setBigUint64(4, 44n, true);
    fields.setUint16(12, 45, true);
    fields.setUint16(14, 45, true);
    fields.setBigUint64(24, BigInt(count), true);
    fields.setBigUint64(32, BigInt(count), true);
    fields.setBigUint64(40, BigInt(size), true);
    fields.setBigUint64(48, BigInt(offset), true);
  });
  const locator = record(20, (fields) => {
    fields.setUint32(0, 0x07064b50, true);
    fields.setBigUint64(8, BigInt(offset + size), true);
    fields.setUint32(16, 1, true);
  });
  return [end, locator];
}

function record(length: number, fill: (fields: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}
