import { watch } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8, hashHex } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openCrlCache, parseCrlCacheFile } from './crl-cache.ts';
import { openOcspCache } from './ocsp-cache.ts';
import { readRevocationFiles } from './revocation-files.ts';

const url = 'http://crl.example/leaf.crl';
const base = Uint8Array.of(0x30, 0x00);
const delta = Uint8Array.of(0x30, 0x01, 0x00);

describe('the CRL cache on disk', () => {
  it('keeps a bundle in the file that other tools read, for its owner alone [+REV-30 +REV-31]', async () => {
    await using home = await temporaryDirectory();
    const cache = await openCrlCache(join(home.path, 'notation'));
    await cache.store(url, { base });
    const directory = join(home.path, 'notation', 'crl');
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const name = hashHex('sha256', encodeUtf8(url));
    expect(await readdir(directory)).toEqual([name]);
    expect(await readFile(join(directory, name), 'utf8')).toBe('{"baseCRL":"MAA="}');
    await cache.store(url, { base, delta });
    expect(await readFile(join(directory, name), 'utf8')).toBe('{"baseCRL":"MAA=","deltaCRL":"MAEA"}');
    expect(await cache.find(url)).toEqual({ base: Buffer.from(base), delta: Buffer.from(delta) });
  });

  it('finds nothing for another address, not even one that differs in case [-REV-30]', async () => {
    await using home = await temporaryDirectory();
    const cache = await openCrlCache(home.path);
    await cache.store(url, { base });
    expect(await cache.find(url.toUpperCase())).toBeUndefined();
    await cache.remove(url);
    await cache.remove(url);
    expect(await cache.find(url)).toBeUndefined();
  });

  it.each([
    ['no JSON', 'x'],
    ['no base', '{"deltaCRL":"MAA="}'],
    ['a base that is no base64', '{"baseCRL":"MAA"}'],
    ['a base that is a number', '{"baseCRL":1}'],
    ['a list', '[]'],
    ['two bases', '{"baseCRL":"MAA=","baseCRL":"MAEA"}'],
  ])('says that a file with %s cannot be used [-REV-31]', async (_, content) => {
    await using home = await temporaryDirectory();
    const cache = await openCrlCache(home.path);
    await writeFile(join(home.path, 'crl', hashHex('sha256', encodeUtf8(url))), content);
    await expect(cache.find(url)).rejects.toMatchObject({ code: 'CONFIG_CACHE_INVALID' });
  });

  it('takes null for an absent delta and leaves members of others alone [+REV-31]', () => {
    expect(parseCrlCacheFile(encodeUtf8('{"baseCRL":"MAA=","deltaCRL":null,"more":[1]}'), 'x')).toEqual({
      base: Buffer.from(base),
    });
  });

  it('reads no link in place of a file', async () => {
    await using home = await temporaryDirectory();
    const cache = await openCrlCache(home.path);
    await symlink('/etc/passwd', join(home.path, 'crl', hashHex('sha256', encodeUtf8(url))));
    await expect(cache.find(url)).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
  });

  it('writes beside the file, never in another directory, CVE-2024-51491, and leaves nothing unfinished [+REV-33 +OC-55]', async () => {
    await using home = await temporaryDirectory();
    const cache = await openCrlCache(home.path);
    const directory = join(home.path, 'crl');
    // A directory has taken the name, so the rename fails when everything else is done.
    await mkdir(join(directory, hashHex('sha256', encodeUtf8(url))));
    const seen = new Set<string>();
    const watching = watchNames(directory, seen);
    await expect(cache.store(url, { base })).rejects.toMatchObject({ code: 'CONFIG_FILE_UNREADABLE' });
    await vi.waitFor(() => expect([...seen].some((name) => name.startsWith('notation-'))).toBe(true));
    watching.stop();
    expect((await readdir(directory)).filter((name) => name.startsWith('notation-'))).toEqual([]);
  });

  it('is written whole by many at once: whoever reads sees one of the bundles [+REV-33]', async () => {
    await using home = await temporaryDirectory();
    const cache = await openCrlCache(home.path);
    const bundles = Array.from({ length: 12 }, (_, index) => ({ base: new Uint8Array(20_000).fill(index) }));
    await Promise.all(bundles.map((bundle) => cache.store(url, bundle)));
    const found = await cache.find(url);
    expect(new Set(found?.base).size).toBe(1);
  });

  it('fails with words when its directory cannot be made or written, and a temporary directory plays no part [-REV-33 -OC-55]', async () => {
    await using home = await temporaryDirectory();
    await writeFile(join(home.path, 'notation'), '');
    await expect(openCrlCache(join(home.path, 'notation'))).rejects.toMatchObject({ code: 'CONFIG_FILE_UNREADABLE' });
    const { TMPDIR } = process.env;
    process.env['TMPDIR'] = join(home.path, 'nowhere');
    try {
      const cache = await openCrlCache(join(home.path, 'other'));
      await cache.store(url, { base });
      expect(await cache.find(url)).toBeDefined();
    } finally {
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
    }
  });

  it('throws only its own error for noise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseCrlCacheFile(encodeUtf8(text), 'x');
        } catch (error) {
          expect(error).toMatchObject({ code: 'CONFIG_CACHE_INVALID' });
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

/** Collects the names that appear in a directory. */
function watchNames(directory: string, seen: Set<string>): { stop(): void } {
  const watcher = watch(directory, (_event, name) => void seen.add(name ?? ''));
  return { stop: () => watcher.close() };
}

describe('the OCSP cache on disk', () => {
  const key = 'ab'.repeat(32);
  const stored = { response: Buffer.from(base), storedAt: new Date('2024-01-01T00:00:00.123Z') };

  it('keeps an answer with the time at which it was kept, for its owner alone [+REV-36]', async () => {
    await using home = await temporaryDirectory();
    const cache = await openOcspCache(home.path);
    expect(await cache.find(key)).toBeUndefined();
    await cache.store(key, stored);
    expect(await cache.find(key)).toEqual(stored);
    expect((await stat(join(home.path, 'ocsp', key))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home.path, 'ocsp'))).mode & 0o777).toBe(0o700);
    await cache.remove(key);
    expect(await cache.find(key)).toBeUndefined();
  });

  it.each(['', '../x', 'AB'.repeat(32), `${key}/`])('refuses the name %j [-REV-36]', async (name) => {
    await using home = await temporaryDirectory();
    const cache = await openOcspCache(home.path);
    await expect(cache.find(name)).rejects.toMatchObject({ code: 'CONFIG_CACHE_INVALID' });
    await expect(cache.store(name, stored)).rejects.toMatchObject({ code: 'CONFIG_CACHE_INVALID' });
    await expect(cache.remove(name)).rejects.toMatchObject({ code: 'CONFIG_CACHE_INVALID' });
  });

  it.each(['x', '{}', '{"response":"MAA="}', '{"response":"MAA","storedAt":1}', '{"response":"MAA=","storedAt":-1}'])(
    'says that %s cannot be used',
    async (content) => {
      await using home = await temporaryDirectory();
      const cache = await openOcspCache(home.path);
      await writeFile(join(home.path, 'ocsp', key), content);
      await expect(cache.find(key)).rejects.toMatchObject({ code: 'CONFIG_CACHE_INVALID' });
    },
  );
});

describe('a directory of revocation data', () => {
  it('gives its files by name, neither hidden ones nor those of directories inside', async () => {
    await using home = await temporaryDirectory();
    await mkdir(join(home.path, 'inside'));
    for (const name of ['b.crl', 'a.ocsp', '.hidden', 'inside/c.crl']) await writeFile(join(home.path, name), name);
    const files = await readRevocationFiles(home.path);
    expect(files.map(({ name }) => name)).toEqual([join(home.path, 'a.ocsp'), join(home.path, 'b.crl')]);
  });

  it('must exist, and holds no more than a run can hold', async () => {
    await using home = await temporaryDirectory();
    await expect(readRevocationFiles(join(home.path, 'gone'))).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_FOUND' });
    for (let index = 0; index <= 1000; index++) await writeFile(join(home.path, `${index}`), '');
    await expect(readRevocationFiles(home.path)).rejects.toMatchObject({ code: 'CONFIG_FILE_TOO_LARGE' });
  });

  it('is not read further when the caller gives up', async () => {
    await using home = await temporaryDirectory();
    await writeFile(join(home.path, 'a'), '');
    await expect(readRevocationFiles(home.path, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});
