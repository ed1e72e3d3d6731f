import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { readInputFile, writeNewFile } from './files.ts';

describe('reading a file that the command line names', () => {
  it('gives all of it up to the bound', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a');
    await writeFile(path, 'x'.repeat(100_000));
    expect((await readInputFile(path, 100_000)).length).toBe(100_000);
    await expect(readInputFile(path, 99_999)).rejects.toMatchObject({ code: 'CLI_FILE_UNREADABLE' });
  });

  it.runIf(process.platform === 'linux')('stops at the bound when the file claims to be empty', async () => {
    await expect(readInputFile('/proc/self/status', 3)).rejects.toMatchObject({
      code: 'CLI_FILE_UNREADABLE',
      message: expect.stringContaining('more than 3 bytes'),
    });
    expect((await readInputFile('/proc/self/status', 100_000)).length).toBeGreaterThan(3);
  });

  it('refuses a directory', async () => {
    await using directory = await temporaryDirectory();
    await expect(readInputFile(directory.path, 10)).rejects.toMatchObject({ code: 'CLI_FILE_UNREADABLE' });
  });
});

describe('writing a file that the command line names', () => {
  it('writes it whole, with its mode, and never over another', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a');
    await writeNewFile(path, 'one', 0o600);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(writeNewFile(path, 'two', 0o600)).rejects.toMatchObject({ code: 'CLI_FILE_EXISTS' });
    expect(await readFile(path, 'utf8')).toBe('one');
  });

  it('reports a directory that is not there', async () => {
    await using directory = await temporaryDirectory();
    await expect(writeNewFile(join(directory.path, 'no', 'a'), 'x', 0o600)).rejects.toMatchObject({
      code: 'CLI_FILE_UNWRITABLE',
    });
  });
});
