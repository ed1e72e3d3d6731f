import { chmod, mkdir, readFile, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAll } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat } from '@nv2/envelope';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { isTaken, openBlob, readSignatureFile, signaturePathOf, writeSignatureFile } from './blob.ts';

const [jws, cose] = builtinFormats as readonly [EnvelopeFormat, EnvelopeFormat];
const noInput = { stdin: (async function* () {})() };

describe('opening a blob', () => {
  it('reads the file that was opened, as often as asked, even when another takes its name', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'app.tar');
    const bytes = new Uint8Array(700_000).fill(7);
    await writeFile(path, bytes);
    await using blob = await openBlob('app.tar', { io: { cwd: directory.path, ...noInput } });
    await writeFile(`${path}.new`, 'other');
    await rename(`${path}.new`, path);
    expect(blob.name).toBe('app.tar');
    for (const _ of [1, 2]) expect(Buffer.compare(await readAll(blob.content.open(), 1_000_000), bytes)).toBe(0);
  });

  it('reads standard input once', async () => {
    const stdin = (async function* () {
      yield new TextEncoder().encode('piped');
    })();
    await using blob = await openBlob('-', { io: { cwd: '/', stdin } });
    expect(blob.name).toBeUndefined();
    expect(new TextDecoder().decode(await readAll(blob.content.open(), 10))).toBe('piped');
    expect(() => blob.content.open()).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
  });

  it.each([
    ['missing', 'it does not exist'],
    ['.', 'is a directory'],
  ])('refuses %j', async (path, reason) => {
    await using directory = await temporaryDirectory();
    await expect(openBlob(path, { io: { cwd: directory.path, ...noInput } })).rejects.toMatchObject({
      code: 'CLI_FILE_UNREADABLE',
      message: expect.stringContaining(reason),
    });
  });

  it.runIf(process.platform === 'linux')('refuses what is no file', async () => {
    await expect(openBlob('/dev/null', { io: { cwd: '/', ...noInput } })).rejects.toMatchObject({
      code: 'CLI_FILE_UNREADABLE',
      message: expect.stringContaining('is not a file'),
    });
  });
});

describe('signature files of blobs', () => {
  it.each([
    ['dir/app.tar', undefined, 'dir/app.tar.jws.sig'],
    ['app.tar', undefined, 'app.tar.jws.sig'],
    ['dir/app.tar', 'out', 'out/app.tar.jws.sig'],
    ['/abs/app', './here/', 'here/app.jws.sig'],
  ])('of %j with directory %j is %j [+BLOB-01]', (blob, directory, path) => {
    expect(signaturePathOf(blob, jws, directory)).toBe(path);
  });

  it('get their format from the name, unless it is stated [+BLOB-02]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'a.COSE.sig'), '{');
    const io = { cwd: directory.path };
    expect((await readSignatureFile('a.COSE.sig', { io })).format).toBe(cose);
    expect((await readSignatureFile('a.COSE.sig', { io, mediaType: jws.mediaType })).format).toBe(jws);
  });

  it('whose name says another format are refused, whatever they hold [-BLOB-02]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'a.pgp.sig'), '{');
    await expect(readSignatureFile('a.pgp.sig', { io: { cwd: directory.path } })).rejects.toMatchObject({
      code: 'NOTARY_BLOB_FORMAT_UNKNOWN',
    });
  });

  it('belong to their owner alone and replace nothing unasked', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a.jws.sig');
    expect(await isTaken(path)).toBe(false);
    await writeSignatureFile(path, Uint8Array.of(1), { overwrite: false });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await isTaken(path)).toBe(true);
    await expect(writeSignatureFile(path, Uint8Array.of(2), { overwrite: false })).rejects.toMatchObject({
      code: 'CLI_FILE_EXISTS',
    });
    expect([...(await readFile(path))]).toEqual([1]);
    await chmod(path, 0o644);
    await writeSignatureFile(path, Uint8Array.of(3), { overwrite: true });
    expect([...(await readFile(path))]).toEqual([3]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory.path)).toEqual(['a.jws.sig']);
  });

  it('replace a link and not what it leads to', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a.jws.sig');
    await writeFile(join(directory.path, 'other'), 'kept');
    await symlink('other', path);
    await writeSignatureFile(path, Uint8Array.of(3), { overwrite: true });
    expect(await readFile(join(directory.path, 'other'), 'utf8')).toBe('kept');
  });

  it('are not written over a directory, and leave nothing behind', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'a.jws.sig');
    await mkdir(path);
    await expect(writeSignatureFile(path, Uint8Array.of(3), { overwrite: true })).rejects.toMatchObject({
      code: 'CLI_FILE_UNWRITABLE',
    });
    expect(await readdir(directory.path)).toEqual(['a.jws.sig']);
  });
});
