import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { concatBytes, encodeUtf8 } from '@nv2/base';
import { temporaryDirectory, type TestTarMember, type TestZipEntry, testTar, testZip } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { packageFiles, pluginScript, snapshot, tarGzOf, zipOf } from '../../test/packages.ts';
import { limits } from '../limits.ts';
import { installPlugin } from './install-plugin.ts';

const MiB = 1024 * 1024;
const x = encodeUtf8('x');

/** Installs a package into a home with another plugin in it. @returns the code of the refusal; checks that it left no trace */
async function refusal(bytes: Uint8Array): Promise<{ readonly code: string; readonly message: string }> {
  await using home = await temporaryDirectory();
  const directory = join(home.path, 'notation', 'plugins');
  const trace = join(home.path, 'trace');
  const file = join(home.path, 'package');
  await writeFile(file, bytes);
  const before = await snapshot(home.path);
  const env = { PATH: process.env['PATH'], TRACE: trace };
  const error = await installPlugin({ kind: 'path', path: file }, { directory, env }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(await snapshot(home.path)).toEqual(before);
  if (!(error instanceof Error && 'code' in error)) throw new Error(`the package was not refused: ${String(error)}`);
  return { code: String(error.code), message: error.message };
}

const traced = [{ name: 'notation-test', bytes: encodeUtf8('#!/bin/sh\necho ran >> "$TRACE"\n'), mode: 0o755 }];

describe('a package that leads elsewhere is refused, and nothing of it is run or left', () => {
  it.each([
    '../../../../../../../../tmp/evil.txt',
    'a/../../evil',
    '..',
    'sub/..',
    'notes..txt',
    '..\\..\\evil',
    '/etc/cron.d/evil',
    '\\\\server\\share\\evil',
    'C:\\evil',
    'c:evil',
    './c:evil',
    'LICENSE:hidden',
    'a\nb',
    'a\u001b[2Jb',
  ])('with the name %j [-PLUG-62]', async (name) => {
    for (const bytes of [zipOf(traced, [{ name, bytes: x }]), tarGzOf(traced, [{ name, bytes: x }])]) {
      expect(await refusal(bytes)).toMatchObject({ code: 'PLUGIN_PACKAGE_UNSAFE' });
    }
  });

  it('even of what would be left out: a directory, or a link [-PLUG-62]', async () => {
    for (const bytes of [
      zipOf(traced, [{ name: '../up/', mode: 0o040755 }]),
      zipOf(traced, [{ name: 'sub/../../up', mode: 0o120777, bytes: x }]),
      tarGzOf(traced, [{ name: '../up/', type: '5' }]),
      tarGzOf(traced, [{ name: '../up', type: '2', linkName: 'x' }]),
    ]) {
      expect(await refusal(bytes)).toMatchObject({ code: 'PLUGIN_PACKAGE_UNSAFE' });
    }
  });

  it('in the words that scripts look for [-PLUG-62]', async () => {
    expect((await refusal(zipOf(traced, [{ name: '../evil', bytes: x }]))).message).toContain(
      'file name in zip cannot contain',
    );
    expect((await refusal(tarGzOf(traced, [{ name: '../evil', bytes: x }]))).message).toContain(
      'file name in tar.gz cannot contain',
    );
  });

  it.each<[string, readonly TestZipEntry[]]>([
    [
      'twice',
      [
        { name: 'LICENSE', bytes: x },
        { name: 'LICENSE', bytes: x },
      ],
    ],
    [
      'in two cases',
      [
        { name: 'License', bytes: x },
        { name: 'LICENSE', bytes: x },
      ],
    ],
    [
      'with its accents in two ways',
      [
        { name: 'caf\u00e9', bytes: x },
        { name: 'cafe\u0301', bytes: x },
      ],
    ],
    [
      'with and without a dot',
      [
        { name: 'LICENSE', bytes: x },
        { name: './LICENSE', bytes: x },
      ],
    ],
    ['as its executable once more', [{ name: 'NOTATION-TEST', bytes: x }]],
  ])('with a name that is there %s [-PLUG-62]', async (_, entries) => {
    for (const bytes of [
      zipOf(traced, entries),
      tarGzOf(
        traced,
        entries.map(({ mode: _mode, ...entry }) => entry as TestTarMember),
      ),
    ]) {
      expect(await refusal(bytes)).toMatchObject({ code: 'PLUGIN_PACKAGE_UNSAFE' });
    }
  });

  it('with two tar members in directories that would become one file [-PLUG-62]', async () => {
    const bytes = tarGzOf(traced, [
      { name: 'a/LICENSE', bytes: x },
      { name: 'b/LICENSE', bytes: x },
    ]);
    expect(await refusal(bytes)).toMatchObject({ code: 'PLUGIN_PACKAGE_UNSAFE' });
  });

  it('with a name that is too long for a file', async () => {
    expect(await refusal(zipOf(traced, [{ name: 'n'.repeat(256), bytes: x }]))).toMatchObject({
      code: 'PLUGIN_PACKAGE_UNSAFE',
    });
  });
});

describe('a package that becomes too large is refused', () => {
  const zeros = new Uint8Array(8 * MiB);

  it('by what it announces, before anything is unpacked [-PLUG-61]', async () => {
    const announced = { name: 'large', bytes: x, declared: { size: 260 * MiB } };
    expect(await refusal(zipOf(traced, [announced]))).toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
    expect(await refusal(gzipSync(concatBytes([testTar([{ name: 'large', declaredSize: 260 * MiB }])])))).toMatchObject(
      {
        code: 'PLUGIN_PACKAGE_LIMIT',
        message: 'total file size reached the 256 MiB size limit',
      },
    );
  });

  it('by the sum of what many files announce [-PLUG-61]', async () => {
    const files = Array.from({ length: 33 }, (_, at) => ({
      name: `part-${at}`,
      bytes: x,
      declared: { size: 8 * MiB },
    }));
    expect(await refusal(zipOf(traced, files))).toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
  });

  it('by the bytes it really has, where it announces fewer [-PLUG-61]', async () => {
    const lying = { name: 'large', bytes: zeros, declared: { size: 10 } };
    expect(await refusal(zipOf(traced, [lying]))).toMatchObject({ code: 'PLUGIN_PACKAGE_INVALID' });
  });

  it('by what follows the end of its tar [-PLUG-61]', async () => {
    const tail = Array.from({ length: 35 }, () => zeros);
    const bytes = gzipSync(concatBytes([testTar(traced), ...tail]), { level: 1 });
    expect(await refusal(bytes)).toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
  });

  it('with entries that share their bytes, so that a small archive unpacks to a large one [-PLUG-61]', async () => {
    const kernel = { name: 'part-0', bytes: zeros };
    const shared = Array.from({ length: 20 }, (_, at) => ({ ...kernel, name: `part-${at + 1}`, sameBytesAs: 1 }));
    expect(await refusal(zipOf(traced, [kernel, ...shared]))).toMatchObject({ code: 'PLUGIN_PACKAGE_INVALID' });
  });

  it('with more files than a plugin has', async () => {
    const files = Array.from({ length: limits.maxPackageFiles }, (_, at) => ({ name: `part-${at}`, bytes: x }));
    expect(await refusal(zipOf(traced, files))).toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
    expect(await refusal(tarGzOf(traced, files))).toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
  });

  it('with more entries than are read at all', async () => {
    expect(await refusal(testZip([], { declaredCount: 20_000 }))).toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
  });
});

describe('a package that cannot be read is refused', () => {
  const zip = zipOf(packageFiles());
  const tarGz = tarGzOf(packageFiles());

  it.each<[string, () => Uint8Array]>([
    ['a zip that is cut short', () => zip.subarray(0, zip.length - 40)],
    ['a tar.gz that is cut short', () => tarGz.subarray(0, tarGz.length - 20)],
    ['a tar.gz without the end of its checksum', () => tarGz.subarray(0, tarGz.length - 4)],
    ['a tar.gz with a wrong checksum', () => tarGz.with(tarGz.length - 6, (tarGz.at(-6) ?? 0) ^ 1)],
    ['a tar that is cut inside a file', () => gzipSync(testTar(packageFiles()).subarray(0, 600))],
    [
      'a zip with a wrong checksum',
      () => zipOf([{ name: 'notation-test', bytes: x }], [{ name: 'b', bytes: x, declared: { checksum: 1 } }]),
    ],
    [
      'a zip whose file is longer than announced',
      () => zipOf(packageFiles(), [{ name: 'b', bytes: encodeUtf8('xyz'), declared: { size: 2 } }]),
    ],
    [
      'a zip whose file is shorter than announced',
      () => zipOf(packageFiles(), [{ name: 'b', bytes: x, declared: { size: 2 } }]),
    ],
    ['an encrypted zip', () => zipOf(packageFiles(), [{ name: 'b', bytes: x, flags: 0x801 }])],
    ['a zip in a compression of its own', () => zipOf(packageFiles(), [{ name: 'b', bytes: x, method: 12 }])],
    [
      'a zip with broken compressed bytes',
      () => {
        const packed = deflateRawSync(encodeUtf8('some text to be packed'));
        const bytes = zipOf([{ name: 'notation-test', bytes: encodeUtf8('some text to be packed') }]);
        const at = Buffer.from(bytes).indexOf(packed);
        return bytes.with(at, 0xff);
      },
    ],
    [
      'a zip with something before it',
      () => testZip([{ name: 'notation-test', bytes: x }], { prefix: Uint8Array.of(0x50, 0x4b, 3, 4) }),
    ],
  ])('%s [-PLUG-60]', async (_, make) => {
    expect(await refusal(make())).toMatchObject({ code: 'PLUGIN_PACKAGE_INVALID' });
  });
});

describe('a gzip', () => {
  it.each([
    ['of a text', encodeUtf8('hello, this is no tar'.repeat(100))],
    ['of an executable alone', pluginScript('test', '1.0.0')],
    ['of a zip', zipOf(packageFiles())],
  ])('%s is no package: it holds no tar [-PLUG-63]', async (_, content) => {
    expect(await refusal(gzipSync(content))).toMatchObject({ code: 'PLUGIN_PACKAGE_INVALID' });
  });
});

describe('a package that does not say which of its files is the plugin is refused', () => {
  const plugin = (name: string, mode: number) => ({
    name: `notation-${name}`,
    bytes: pluginScript(name, '1.0.0'),
    mode,
  });

  it.each([
    ['no executable at all', [{ name: 'LICENSE', bytes: x }]],
    ['an executable of another name', [{ name: 'test', bytes: x, mode: 0o755 }]],
    ['a name that no plugin may have', [{ name: 'notation-a b', bytes: x, mode: 0o755 }]],
    ['the prefix alone', [{ name: 'notation-', bytes: x, mode: 0o755 }]],
    ['two executables', [plugin('a', 0o755), plugin('b', 0o755)]],
    ['two files that could be it, none executable', [plugin('a', 0o644), plugin('b', 0o644)]],
  ])('with %s [-PLUG-62]', async (_, files) => {
    expect(await refusal(zipOf(files))).toMatchObject({ code: 'PLUGIN_PACKAGE_EXECUTABLE' });
    expect(await refusal(tarGzOf(files))).toMatchObject({ code: 'PLUGIN_PACKAGE_EXECUTABLE' });
  });

  it('in a zip that has it in a directory only [-PLUG-62]', async () => {
    const bytes = zipOf([], [{ name: 'bin/notation-test', bytes: pluginScript('test', '1.0.0'), mode: 0o100755 }]);
    expect(await refusal(bytes)).toMatchObject({ code: 'PLUGIN_PACKAGE_EXECUTABLE' });
  });

  it('but not with another file of such a name that is not executable [+PLUG-62]', async () => {
    await using home = await temporaryDirectory();
    const file = join(home.path, 'package');
    await writeFile(file, zipOf([plugin('a', 0o644), plugin('b', 0o755)]));
    const options = { directory: join(home.path, 'plugins'), env: { PATH: process.env['PATH'] } };
    expect((await installPlugin({ kind: 'path', path: file }, options)).plugin.name).toBe('b');
  });
});
