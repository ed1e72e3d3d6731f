import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesBody, encodeUtf8 } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { removeIngest, replaceFile, writeDurably } from './durable-write.ts';

const content = (text: string): AsyncIterable<Uint8Array> => bytesBody(encodeUtf8(text)).open();

describe('writing a file', () => {
  it('replaces the old one with the whole new one', async () => {
    await using directory = await temporaryDirectory();
    const target = join(directory.path, 'file');
    await writeDurably(directory.path, target, content('old'));
    await writeDurably(directory.path, target, content('new'));
    await replaceFile(target, content('newer'));
    expect(await readFile(target, 'utf8')).toBe('newer');
    expect((await readdir(directory.path)).toSorted()).toEqual(['file', 'ingest']);
  });

  it('stops at the last look and leaves the old one', async () => {
    await using directory = await temporaryDirectory();
    const target = join(directory.path, 'file');
    await writeFile(target, 'old');
    const lost = async (): Promise<void> => Promise.reject(new Error('the lock is lost'));
    await expect(writeDurably(directory.path, target, content('new'), lost)).rejects.toThrow('the lock is lost');
    expect(await readFile(target, 'utf8')).toBe('old');
    expect(await readdir(join(directory.path, 'ingest'))).toEqual([]);
  });

  it('says where it could not, and leaves nothing', async () => {
    await using directory = await temporaryDirectory();
    const target = join(directory.path, 'taken');
    await mkdir(join(target, 'full'), { recursive: true });
    await expect(writeDurably(directory.path, target, content('new'))).rejects.toMatchObject({ code: 'LAYOUT_IO' });
    await expect(replaceFile(target, content('new'))).rejects.toMatchObject({ code: 'LAYOUT_IO' });
    await expect(replaceFile(join(directory.path, 'no', 'file'), content('new'))).rejects.toMatchObject({
      code: 'LAYOUT_IO',
    });
    expect((await readdir(directory.path)).toSorted()).toEqual(['ingest', 'taken']);
    expect(await readdir(join(directory.path, 'ingest'))).toEqual([]);
  });

  it('goes on when another writer has just tidied up', async () => {
    await using directory = await temporaryDirectory();
    const names = Array.from({ length: 10 }, (_, number) => `file-${number}`);
    const work = names.map(async (name) => {
      await writeDurably(directory.path, join(directory.path, name), content(name));
      await removeIngest(directory.path);
    });
    await Promise.all(work);
    for (const name of names) expect(await readFile(join(directory.path, name), 'utf8')).toBe(name);
  });
});
