import { inflateRawSync } from 'node:zlib';
import { concatBytes, encodeUtf8 } from '@nv2/base';
import { type TestZipEntry, type TestZipOptions, testZip } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import type { ArchiveSource } from './source.ts';
import { readZipContents, readZipListing } from './zip.ts';

const text = encodeUtf8('A text that is long enough, long enough, long enough to become shorter.');
const two: readonly TestZipEntry[] = [
  { name: 'notation-one', bytes: text, mode: 0o100755 },
  { name: 'LICENSE', bytes: encodeUtf8('free'), method: 0 },
];

function bytesSource(bytes: Uint8Array): ArchiveSource {
  return {
    size: bytes.length,
    read: (position, length) => Promise.resolve(bytes.slice(position, position + length)),
  };
}

async function unpack(zip: Uint8Array): Promise<readonly (readonly [string, string])[]> {
  const source = bytesSource(zip);
  const contents = await readZipContents(source, await readZipListing(source));
  return contents.map(({ entry, offset }) => {
    const packed = zip.subarray(offset, offset + entry.compressedSize);
    const bytes = entry.compression === 'stored' ? packed : inflateRawSync(packed);
    return [entry.name, Buffer.from(bytes).toString()];
  });
}

/** Both steps, so that a refusal of either is seen. */
const read = (entries: readonly TestZipEntry[], options: TestZipOptions = {}): Promise<unknown> =>
  unpack(testZip(entries, options));

describe('a zip archive', () => {
  it.each<[string, TestZipOptions]>([
    ['as programs write it', {}],
    ['with a comment that looks like its end', { comment: 'PK\u0005\u0006 and more' }],
    ['in the wide form', { zip64: true }],
    ['in the wide form, with a comment', { zip64: true, comment: 'wide' }],
    ['with room between contents and directory', { gap: new Uint8Array(100) }],
  ])('is read %s', async (_, options) => {
    expect(await unpack(testZip(two, options))).toEqual([
      ['notation-one', Buffer.from(text).toString()],
      ['LICENSE', 'free'],
    ]);
  });

  it('may be empty', async () => {
    expect(await read([])).toEqual([]);
  });

  it.each<[string, TestZipEntry, object]>([
    ['a file with its permissions', { name: 'a', mode: 0o100751 }, { kind: 'file', mode: 0o751 }],
    ['a file of a system without permissions', { name: 'a', mode: null }, { kind: 'file', mode: undefined }],
    ['a file without a type', { name: 'a', mode: 0o644 }, { kind: 'file', mode: 0o644 }],
    ['a directory', { name: 'a/', mode: 0o040755 }, { kind: 'directory' }],
    ['a directory by its name alone', { name: 'a/', mode: null }, { kind: 'directory' }],
    ['a symbolic link', { name: 'a', mode: 0o120777, bytes: encodeUtf8('/etc/passwd') }, { kind: 'other' }],
    ['a device', { name: 'a', mode: 0o060644 }, { kind: 'other' }],
    ['set-user-ID bits, which are gone', { name: 'a', mode: 0o104755 }, { kind: 'file', mode: 0o755 }],
  ])('tells %s', async (_, entry, expected) => {
    const { entries } = await readZipListing(bytesSource(testZip([entry])));
    expect(entries).toMatchObject([expected]);
  });

  it.each<[string, TestZipEntry]>([
    ['encrypted entries', { name: 'a', flags: 0x801 }],
    ['strongly encrypted entries', { name: 'a', flags: 0x841 }],
    ['a hidden directory', { name: 'a', flags: 0x2801 }],
    ['patches of other files', { name: 'a', flags: 0x820 }],
    ['bzip2', { name: 'a', method: 12 }],
    ['zstandard', { name: 'a', method: 93 }],
  ])('is not read with %s', async (_, entry) => {
    await expect(read([entry])).rejects.toMatchObject({ code: 'ARCHIVE_UNSUPPORTED' });
  });

  it('is not read with names in the alphabet of some DOS', async () => {
    const zip = testZip([{ name: 'aa' }]);
    await expect(unpack(Uint8Array.from(zip, (byte) => (byte === 0x61 ? 0x84 : byte)))).rejects.toMatchObject({
      code: 'ARCHIVE_UNSUPPORTED',
    });
  });

  it.each<[string, () => Uint8Array]>([
    ['whose entry is named differently by its own header', () => testZip([{ name: 'a', local: { name: 'b' } }])],
    ['whose entry has a longer name in its own header', () => testZip([{ name: 'a', local: { name: 'ab' } }])],
    ['whose entry is encrypted by its own header', () => testZip([{ name: 'a', local: { flags: 1 } }])],
    ['whose entry is compressed differently by its own header', () => testZip([{ name: 'a', local: { method: 0 } }])],
    ['whose entries share their bytes', () => testZip([...two, { name: 'notation-one', sameBytesAs: 0 }])],
    ['that stores other sizes than it says', () => testZip([{ name: 'a', method: 0, declared: { size: 1 } }])],
    ['with an empty name', () => testZip([{ name: '' }])],
    ['with a zero byte in a name', () => testZip([{ name: 'a\0b' }])],
    ['with something before it', () => testZip(two, { prefix: encodeUtf8('#!/bin/sh\n') })],
    ['with something behind it', () => concatBytes([testZip(two), encodeUtf8('more')])],
    ['that counts fewer entries than it has', () => testZip(two, { declaredCount: 1 })],
    ['that counts more entries than it has', () => testZip(two, { declaredCount: 3 })],
    ['with another zip behind it', () => concatBytes([testZip(two), testZip([{ name: 'b' }])])],
    [
      'with something between its directory and its end',
      () => {
        const zip = testZip(two);
        return concatBytes([zip.subarray(0, -22), encodeUtf8('more'), zip.subarray(-22)]);
      },
    ],
    ['without a byte', () => new Uint8Array()],
    ['that is not one', () => text],
    ['in the wide form without its record', () => testZip(two, { zip64: true }).subarray(-22)],
  ])('is refused %s', async (_, make) => {
    await expect(unpack(make())).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('is refused wherever it is cut', async () => {
    for (const options of [{}, { zip64: true }]) {
      const zip = testZip(two, options);
      for (let length = 0; length < zip.length; length += 1) {
        await expect(unpack(zip.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
          code: 'ARCHIVE_INVALID',
        });
      }
    }
  });

  it('is refused with more entries than any package has', async () => {
    await expect(read([], { declaredCount: 10_001 })).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
    const names = Array.from({ length: 100 }, (_, at) => ({ name: `${'x'.repeat(60_000)}${at}` }));
    await expect(read(names)).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
  });

  it('is refused as a part of several', async () => {
    const zip = testZip(two);
    await expect(unpack(zip.with(zip.length - 18, 1))).rejects.toMatchObject({ code: 'ARCHIVE_UNSUPPORTED' });
    const wide = testZip(two, { zip64: true });
    await expect(unpack(wide.with(wide.length - 26, 2))).rejects.toMatchObject({ code: 'ARCHIVE_UNSUPPORTED' });
  });

  it('is refused with sizes that no file has', async () => {
    const zip = testZip(two, { zip64: true });
    // The highest byte of the first entry's size, behind its name and the head of the extra field.
    const at = Buffer.from(zip).indexOf('PK\u0001\u0002') + 46 + 'notation-one'.length + 4 + 7;
    await expect(unpack(zip.with(at, 0x7f))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});
