import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { assertReplaceable, readGivenFile, readRegularFile } from './read-file.ts';
import { createFileAtomically, writeFileAtomically } from './write-file.ts';

const options = { maxBytes: 100_000, what: 'test file' };

describe('reading a configuration file', () => {
  it('gives its bytes and permission bits [+DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a');
    await writeFile(path, 'x'.repeat(100_000), { mode: 0o640 });
    const file = await readRegularFile(path, options);
    expect(file?.bytes).toHaveLength(100_000);
    expect(file?.mode).toBe(0o640);
  });

  it('finds nothing where nothing is, also below a file', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'a'), '');
    expect(await readRegularFile(join(directory.path, 'b'), options)).toBeUndefined();
    expect(await readRegularFile(join(directory.path, 'a', 'b'), options)).toBeUndefined();
  });

  it('refuses a link, a directory and a pipe without waiting for it [-DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    const path = (name: string): string => join(directory.path, name);
    await writeFile(path('real'), 'x');
    await symlink(path('real'), path('link'));
    await mkdir(path('directory'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', path('pipe')]);
    for (const name of ['link', 'directory', 'pipe']) {
      await expect(readRegularFile(path(name), options)).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
    }
    await expect(readGivenFile(path('pipe'), options)).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
  });

  it('follows a link to a file that the user named', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'real'), 'x');
    await symlink('real', join(directory.path, 'link'));
    expect((await readGivenFile(join(directory.path, 'link'), options)).bytes).toEqual(encodeUtf8('x'));
    await expect(readGivenFile(join(directory.path, 'gone'), options)).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_FOUND',
    });
  });

  it('stops at the bound, also for a file that claims to be empty', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'a'), 'x'.repeat(100_001));
    await expect(readRegularFile(join(directory.path, 'a'), options)).rejects.toMatchObject({
      code: 'CONFIG_FILE_TOO_LARGE',
    });
    await expect(readGivenFile('/proc/self/environ', { ...options, maxBytes: 3 })).rejects.toMatchObject({
      code: 'CONFIG_FILE_TOO_LARGE',
    });
  });

  it('says that a file cannot be accessed, with the reason of the system', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'x'.repeat(300));
    await expect(readRegularFile(path, options)).rejects.toMatchObject({ code: 'CONFIG_FILE_UNREADABLE' });
  });
});

describe('writing a configuration file', () => {
  it('makes it and its directories for the owner alone, and leaves nothing else behind [+DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a', 'b', 'file');
    await writeFileAtomically(path, encodeUtf8('one'), options);
    await writeFileAtomically(path, encodeUtf8('two'), options);
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory.path, 'a', 'b'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(directory.path, 'a', 'b'))).toEqual(['file']);
  });

  it('narrows the permissions of a file that was open to others [+DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'file');
    await writeFile(path, 'old', { mode: 0o644 });
    await chmod(path, 0o644);
    await writeFileAtomically(path, encodeUtf8('new'), options);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves the old content and no leftovers when it fails', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'taken'));
    await expect(writeFileAtomically(join(directory.path, 'taken'), encodeUtf8('x'), options)).rejects.toMatchObject({
      code: 'CONFIG_FILE_UNREADABLE',
    });
    expect(await readdir(directory.path)).toEqual(['taken']);
  });

  it('creates a file only once, wherever the unfinished one lies', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'store', 'file');
    const staged = { ...options, stagingDirectory: join(directory.path, 'staging') };
    expect(await createFileAtomically(path, encodeUtf8('one'), staged)).toBe(true);
    expect(await createFileAtomically(path, encodeUtf8('two'), staged)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('one');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory.path, 'store'))).toEqual(['file']);
    expect(await readdir(join(directory.path, 'staging'))).toEqual([]);
  });

  it('does not replace a link [-DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    await symlink('/dev/null', join(directory.path, 'link'));
    await expect(assertReplaceable(join(directory.path, 'link'), 'x')).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_REGULAR',
    });
    await expect(assertReplaceable(join(directory.path, 'new'), 'x')).resolves.toBeUndefined();
    await expect(assertReplaceable(join(directory.path, 'x'.repeat(300)), 'x')).rejects.toMatchObject({
      code: 'CONFIG_FILE_UNREADABLE',
    });
  });
});
