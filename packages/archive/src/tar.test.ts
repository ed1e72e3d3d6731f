import { concatBytes, encodeUtf8 } from '@nv2/base';
import { type TestTarMember, testTar, testTarMember } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { ForwardSource } from './source.ts';
import { encodeTar, readTarMembers, walkTar } from './tar.ts';

const files: readonly TestTarMember[] = [
  { name: 'notation-one', bytes: encodeUtf8('#!/bin/sh\n'), mode: 0o755 },
  { name: 'lib/long', bytes: new Uint8Array(5000).fill(7) },
  { name: 'LICENSE', bytes: encodeUtf8('free') },
];

async function* inChunks(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

function bytesSource(bytes: Uint8Array): Parameters<typeof readTarMembers>[0] {
  return { size: bytes.length, read: (at, length) => Promise.resolve(bytes.slice(at, at + length)) };
}

/** Every file's bytes, read when its header comes. */
async function unpackStream(stream: AsyncIterable<Uint8Array>): Promise<readonly (readonly [string, Uint8Array])[]> {
  await using source = new ForwardSource(stream);
  const unpacked: [string, Uint8Array][] = [];
  for await (const { name, kind, offset, size } of walkTar(source)) {
    if (kind === 'file') unpacked.push([name, await source.read(offset, size)]);
  }
  await source.drain();
  return unpacked;
}

describe('a tar archive', () => {
  it.each([1, 511, 512, 513, 100_000])('is read from a stream in pieces of %i bytes', async (length) => {
    const unpacked = await unpackStream(inChunks(testTar(files), length));
    expect(unpacked).toEqual(files.map(({ name, bytes }) => [name, bytes]));
  });

  it.each<[string, TestTarMember, object]>([
    ['a file with its permissions', { name: 'a', mode: 0o755 }, { kind: 'file', mode: 0o755 }],
    ['an old file', { name: 'a', type: '\0' }, { kind: 'file' }],
    ['a directory', { name: 'a/', type: '5' }, { kind: 'directory' }],
    ['a directory of the oldest form', { name: 'a/', type: '\0' }, { kind: 'directory' }],
    ['a hard link', { name: 'a', type: '1', linkName: 'b' }, { kind: 'other' }],
    ['a symbolic link', { name: 'a', type: '2', linkName: '/etc/passwd' }, { kind: 'other' }],
    ['a device', { name: 'a', type: '4' }, { kind: 'other' }],
    ['a pipe', { name: 'a', type: '6' }, { kind: 'other' }],
    [
      'a sparse file, which is not read',
      { name: 'a', type: 'S', bytes: encodeUtf8('map') },
      { kind: 'other', size: 0 },
    ],
    ['set-user-ID bits, which are gone', { name: 'a', mode: 0o6755 }, { mode: 0o755 }],
  ])('tells %s', async (_, member, expected) => {
    expect(await readTarMembers(bytesSource(testTar([member, ...files])))).toMatchObject([
      expected,
      ...files.map(({ name }) => ({ name, kind: 'file' })),
    ]);
  });

  it('has no content behind a link, whatever size the link states', async () => {
    const tar = testTar([{ name: 'a', type: '2', linkName: 'b', declaredSize: 4096 }, ...files]);
    expect(await readTarMembers(bytesSource(tar))).toHaveLength(4);
  });

  it('may end without empty blocks', async () => {
    expect(await readTarMembers(bytesSource(concatBytes(files.map(testTarMember))))).toHaveLength(3);
    expect(await unpackStream(inChunks(concatBytes(files.map(testTarMember)), 700))).toHaveLength(3);
  });

  it.each<[string, () => Uint8Array]>([
    ['that is cut inside a header', () => testTar(files).subarray(0, 300)],
    ['that is cut inside a file', () => testTar(files).subarray(0, 2048)],
    ['with a damaged header', () => testTar(files).with(3, 0x41)],
    ['with an endless header', () => testTar([{ name: 'x', type: 'L', bytes: new Uint8Array(100_000).fill(0x61) }])],
  ])('is refused %s', async (_, make) => {
    await expect(readTarMembers(bytesSource(make()))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('stops when it is told to', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(readTarMembers(bytesSource(testTar(files)), stop)).rejects.toThrow('stopped');
  });

  it('is written so that it can be read again', async () => {
    async function* inputs(): AsyncGenerator<
      Parameters<typeof encodeTar>[0] extends AsyncIterable<infer T> ? T : never
    > {
      for (const { name, bytes = new Uint8Array() } of files) {
        yield { name, size: bytes.length, body: inChunks(bytes, 999) };
      }
    }
    const unpacked = await unpackStream(encodeTar(inputs()));
    expect(unpacked).toEqual(files.map(({ name, bytes }) => [name, bytes]));
  });
});

describe('a stream as a source', () => {
  it('gives less only at its end, and nothing behind it', async () => {
    await using source = new ForwardSource(
      inChunks(
        Uint8Array.from({ length: 10 }, (_, at) => at),
        3,
      ),
    );
    expect(await source.read(2, 4)).toEqual(Uint8Array.of(2, 3, 4, 5));
    expect(await source.read(8, 4)).toEqual(Uint8Array.of(8, 9));
    expect(await source.read(10, 4)).toEqual(new Uint8Array());
    expect(await source.read(50, 4)).toEqual(new Uint8Array());
  });

  it('is not read backwards', async () => {
    await using source = new ForwardSource(inChunks(new Uint8Array(10), 3));
    await source.read(5, 1);
    await expect(source.read(1, 1)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('ends the stream when it is closed', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(512);
      } finally {
        isClosed = true;
      }
    }
    {
      await using source = new ForwardSource(endless());
      await source.read(0, 10);
    }
    expect(isClosed).toBe(true);
  });
});
