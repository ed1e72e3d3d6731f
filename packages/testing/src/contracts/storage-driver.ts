// What every storage driver of the registry must do, run by each implementation.

import { bytesBody, concatBytes, encodeUtf8, type HashName, readAll } from '@nv2/base';
import { digestOf } from '@nv2/oci';
import type { StorageKind } from '@nv2/registry-server';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';

const content = encodeUtf8('content of a blob');
const digest = digestOf(content);
const first = 'aaaa-0001';
const second = 'aaaa-0002';
const ignore = (): void => undefined;

function streamOf(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  return bytesBody(concatBytes(chunks)).open();
}

/** Runs the suite over drivers opened by `kind` in fresh directories. */
export function storageDriverContract(kind: StorageKind): void {
  describe.each([true, false])(`the ${kind.name} storage, durable: %s`, (isDurable) => {
    it('keeps a committed upload as a blob, whole and in part', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      expect(await driver.findBlobSize(digest)).toBeUndefined();
      await driver.appendUpload(first, 0, streamOf(content), ignore);
      await driver.commitUpload(first, content.length, digest);
      expect(await driver.findBlobSize(digest)).toBe(content.length);
      expect(await readAll((await driver.openBlob(digest)).stream, 1000)).toEqual(content);
      for (const [start, end] of [
        [0, 0],
        [3, 8],
        [16, 16],
      ] as const) {
        const { stream } = await driver.openBlob(digest, { start, end });
        expect(await readAll(stream, 1000)).toEqual(content.slice(start, end + 1));
      }
    });

    it.each<HashName>(['sha256', 'sha384', 'sha512'])('keeps blobs of %s and of zero bytes', async (algorithm) => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      for (const bytes of [content, new Uint8Array()]) {
        const own = digestOf(bytes, algorithm);
        await driver.appendUpload(first, 0, streamOf(bytes), ignore);
        await driver.commitUpload(first, bytes.length, own);
        expect(await readAll((await driver.openBlob(own)).stream, 1000)).toEqual(bytes);
      }
    });

    it('writes at an offset, dropping what lay beyond, and reports each chunk once written', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      let reported = 0;
      const count = (bytes: Uint8Array): void => {
        reported += bytes.length;
      };
      await driver.appendUpload(first, 0, streamOf(encodeUtf8('0123456789')), count);
      await driver.appendUpload(first, 4, streamOf(encodeUtf8('ab')), count);
      expect(reported).toBe(12);
      expect(await readAll(driver.readUpload(first, 6), 1000)).toEqual(encodeUtf8('0123ab'));
      await driver.commitUpload(first, 5, digest);
      expect(await readAll((await driver.openBlob(digest)).stream, 1000)).toEqual(encodeUtf8('0123a'));
    });

    it('keeps what arrived when a body breaks off, and throws its error', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      const broken = (async function* (): AsyncIterable<Uint8Array> {
        yield encodeUtf8('0123');
        throw new RangeError('broken');
      })();
      await expect(driver.appendUpload(first, 0, broken, ignore)).rejects.toThrow(new RangeError('broken'));
      expect(await readAll(driver.readUpload(first, 4), 1000)).toEqual(encodeUtf8('0123'));
    });

    it('keeps the upload after a commit until it is deleted, and the blob after that', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      await driver.appendUpload(first, 0, streamOf(content), ignore);
      await driver.commitUpload(first, content.length, digest);
      expect(await readAll(driver.readUpload(first, content.length), 1000)).toEqual(content);
      await driver.commitUpload(first, content.length, digest);
      await driver.deleteUpload(first);
      await driver.deleteUpload(first);
      expect(await driver.listUploads()).toEqual([]);
      expect(await readAll((await driver.openBlob(digest)).stream, 1000)).toEqual(content);
    });

    it('takes the same blob from many uploads at once', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      const ids = Array.from({ length: 12 }, (_, index) => `aaaa-${index}`);
      await Promise.all(
        ids.map(async (id) => {
          await driver.appendUpload(id, 0, streamOf(content), ignore);
          await driver.commitUpload(id, content.length, digest);
        }),
      );
      expect(await readAll((await driver.openBlob(digest)).stream, 1000)).toEqual(content);
      expect((await driver.listUploads()).toSorted()).toEqual(ids.toSorted());
    });

    it('has, opened again, the blobs and uploads of before', async () => {
      await using directory = await temporaryDirectory();
      const before = await kind.open(directory.path, { isDurable });
      await before.appendUpload(first, 0, streamOf(content), ignore);
      await before.commitUpload(first, content.length, digest);
      await before.appendUpload(second, 0, streamOf(encodeUtf8('half')), ignore);
      const after = await kind.open(directory.path, { isDurable });
      expect(await readAll((await after.openBlob(digest)).stream, 1000)).toEqual(content);
      await after.appendUpload(second, 4, streamOf(encodeUtf8('-more')), ignore);
      expect(await readAll(after.readUpload(second, 9), 1000)).toEqual(encodeUtf8('half-more'));
    });

    it('may be closed before, while and after a blob is read', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      await driver.appendUpload(first, 0, streamOf(content), ignore);
      await driver.commitUpload(first, content.length, digest);
      await (await driver.openBlob(digest)).close();
      const half = await driver.openBlob(digest);
      await half.stream[Symbol.asyncIterator]().next();
      await half.close();
      await half.close();
    });

    it('fails by code where a blob is not there', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      await expect(driver.openBlob(digest)).rejects.toMatchObject({ code: 'SERVER_STORAGE_FAILED' });
    });

    it('tells how many bytes may still be written', async () => {
      await using directory = await temporaryDirectory();
      const driver = await kind.open(directory.path, { isDurable });
      expect(await driver.freeBytes()).toBeGreaterThan(0);
    });
  });
}
