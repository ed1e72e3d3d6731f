import { chmod, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8, hashHex } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { packageFiles, pluginScript, snapshot, tarGzOf, type TestFile, zipOf } from '../../test/packages.ts';
import { metadataOf, printJson, writeShellPlugin } from '../../test/write-plugin.ts';
import type { PluginInstallEvent } from './install-events.ts';
import { type InstallPluginOptions, type PluginInstallation, installPlugin } from './install-plugin.ts';

const env = { PATH: process.env['PATH'] };

interface Place extends AsyncDisposable {
  /** Where packages are put. */
  readonly path: string;
  /** The program directory, with `plugins` in it once something is installed. */
  readonly libexec: string;
  readonly directory: string;
}

async function place(): Promise<Place> {
  const temporary = await temporaryDirectory();
  const libexec = join(temporary.path, 'notation');
  return {
    path: temporary.path,
    libexec,
    directory: join(libexec, 'plugins'),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

type Options = Omit<InstallPluginOptions, 'directory' | 'env'>;

async function installBytes(
  { path, directory }: Place,
  bytes: Uint8Array,
  options: Options & { readonly as?: string; readonly mode?: number } = {},
): Promise<PluginInstallation> {
  const file = join(path, options.as ?? 'package');
  await writeFile(file, bytes);
  await chmod(file, options.mode ?? 0o644);
  return await installPlugin({ kind: 'path', path: file }, { directory, env, ...options });
}

const install = (where: Place, version: string, options?: Options): Promise<PluginInstallation> =>
  installBytes(where, zipOf(packageFiles('test', version)), options);

async function writeDirectory(path: string, files: readonly TestFile[]): Promise<void> {
  await mkdir(path);
  for (const { name, bytes, mode = 0o644 } of files) {
    await writeFile(join(path, name), bytes);
    await chmod(join(path, name), mode);
  }
}

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o7777;

describe('a plugin is installed', () => {
  it.each([
    ['a zip', zipOf(packageFiles())],
    ['a tar.gz', tarGzOf(packageFiles())],
  ])('from %s, whatever the file is called [+PLUG-60 +PLUG-62 +PLUG-63]', async (_, bytes) => {
    await using where = await place();
    const { plugin, replaced } = await installBytes(where, bytes, { as: 'anything.bin' });
    expect(plugin).toMatchObject({ name: 'test', version: '1.0.0' });
    expect(replaced).toBeUndefined();
    const home = join(where.directory, 'test');
    expect(await readFile(join(home, 'notation-test'), 'utf8')).toContain('"version":"1.0.0"');
    expect(await readFile(join(home, 'LICENSE'), 'utf8')).toBe('free');
  });

  it('from a bare executable [+PLUG-60 +PLUG-63]', async () => {
    await using where = await place();
    const options = { as: 'notation-test', mode: 0o755 };
    await installBytes(where, pluginScript('test', '2.0.0'), options);
    expect((await snapshot(where.directory)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '/ 755',
      '/test/ 755',
      '/test/notation-test 755',
    ]);
  });

  it('from a directory, of which links and what is below are left out [+PLUG-62]', async () => {
    await using where = await place();
    const source = join(where.path, 'source');
    await writeDirectory(source, packageFiles());
    await mkdir(join(source, 'sub'));
    await writeFile(join(source, 'sub', 'notation-other'), '', { mode: 0o755 });
    await symlink('LICENSE', join(source, 'link'));
    await installPlugin({ kind: 'path', path: source }, { directory: where.directory, env });
    const names = (await snapshot(join(where.directory, 'test'))).map((line) => line.split(' ')[0]);
    expect(names).toEqual(['/', '/LICENSE', '/notation-test']);
  });

  it('from a path through a link, since the user named it', async () => {
    await using where = await place();
    await writeFile(join(where.path, 'real'), zipOf(packageFiles()));
    await symlink('real', join(where.path, 'link'));
    const source = { kind: 'path', path: join(where.path, 'link') } as const;
    const { plugin } = await installPlugin(source, { directory: where.directory, env });
    expect(plugin.name).toBe('test');
  });

  it('with permissions that nobody but the owner can write with, in directories others can look into [+PLUG-66]', async () => {
    await using where = await place();
    const files = [
      { name: 'notation-test', bytes: pluginScript('test', '1.0.0'), mode: 0o777 },
      { name: 'open', bytes: encodeUtf8('x'), mode: 0o666 },
      { name: 'closed', bytes: encodeUtf8('x'), mode: 0o400 },
    ];
    await installBytes(where, tarGzOf(files, [{ name: 'special', mode: 0o6755, bytes: encodeUtf8('x') }]));
    const home = join(where.directory, 'test');
    expect(await mode(where.directory)).toBe(0o755);
    expect(await mode(home)).toBe(0o755);
    expect(await mode(join(home, 'notation-test'))).toBe(0o755);
    expect(await mode(join(home, 'open'))).toBe(0o644);
    expect(await mode(join(home, 'closed'))).toBe(0o400);
    expect(await mode(join(home, 'special'))).toBe(0o755);
  });

  it.each([
    [
      'an archive',
      (where: Place, events: PluginInstallEvent[]) =>
        installBytes(where, zipOf([{ name: 'notation-test', bytes: pluginScript('test', '1.0.0') }]), {
          onInstallEvent: (event) => events.push(event),
        }),
    ],
    [
      'a bare file',
      (where: Place, events: PluginInstallEvent[]) =>
        installBytes(where, pluginScript('test', '1.0.0'), {
          as: 'notation-test',
          onInstallEvent: (event) => events.push(event),
        }),
    ],
  ])('from the one file of %s that can be its executable, which gets the permission [+PLUG-62]', async (_, run) => {
    await using where = await place();
    const events: PluginInstallEvent[] = [];
    await run(where, events);
    expect(events).toContainEqual({ type: 'plugin-made-executable', file: 'notation-test' });
    expect(await mode(join(where.directory, 'test', 'notation-test'))).toBe(0o744);
  });

  it('with tar members of directories under their last names, and zip directories left out [+PLUG-62]', async () => {
    await using where = await place();
    const bytes = encodeUtf8('free');
    const [executable] = packageFiles();
    if (executable === undefined) throw new Error('no executable');
    const inside = { ...executable, name: 'bin/notation-test' };
    await installBytes(
      where,
      tarGzOf(
        [inside],
        [
          { name: 'docs/LICENSE', bytes },
          { name: './README', bytes },
        ],
      ),
    );
    const names = async (): Promise<readonly (string | undefined)[]> =>
      (await snapshot(join(where.directory, 'test'))).map((line) => line.split(' ')[0]);
    expect(await names()).toEqual(['/', '/LICENSE', '/README', '/notation-test']);
    await installBytes(where, zipOf([executable], [{ name: 'docs/LICENSE', bytes }]), { force: true });
    expect(await names()).toEqual(['/', '/notation-test']);
  });

  it('with links and devices of the archive left out [+PLUG-62]', async () => {
    await using where = await place();
    const links = [
      { name: 'passwords', type: '2', linkName: '/etc/passwd' },
      { name: 'hard', type: '1', linkName: 'notation-test' },
      { name: 'disk', type: '4' },
    ];
    await installBytes(where, tarGzOf(packageFiles(), links));
    expect(await snapshot(join(where.directory, 'test'))).toHaveLength(3);
    const zip = zipOf(packageFiles(), [{ name: 'passwords', mode: 0o120777, bytes: encodeUtf8('/etc/passwd') }]);
    await installBytes(where, zip, { force: true });
    expect(await snapshot(join(where.directory, 'test'))).toHaveLength(3);
  });

  it('when its checksum is the one that was given, in either case [+PLUG-60]', async () => {
    await using where = await place();
    const bytes = zipOf(packageFiles());
    const sha256 = hashHex('sha256', bytes);
    await installBytes(where, bytes, { sha256 });
    await installBytes(where, bytes, { sha256: sha256.toUpperCase(), force: true });
  });

  it('beside what others keep there, and leaves nothing else [+PLUG-66]', async () => {
    await using where = await place();
    await writeShellPlugin(where.libexec, 'other', printJson(metadataOf('other')));
    const before = await snapshot(where.libexec);
    await install(where, '1.0.0');
    const after = await snapshot(where.libexec);
    expect(after.filter((line) => !line.startsWith('/plugins/test'))).toEqual(before);
  });

  it('on a mounted plugin directory, or in one beside which nothing can be written', async () => {
    await using where = await place();
    await mkdir(join(where.path, 'elsewhere'));
    await mkdir(where.libexec);
    await symlink('../elsewhere', where.directory);
    await install(where, '1.0.0');
    expect((await snapshot(join(where.path, 'elsewhere'))).map((line) => line.split(' ')[0])).toEqual([
      '/',
      '/test/',
      '/test/LICENSE',
      '/test/notation-test',
    ]);
  });
});

describe('an installed plugin', () => {
  it('is replaced by a higher version, files of the old one included [+PLUG-65 +PLUG-66]', async () => {
    await using where = await place();
    await installBytes(where, zipOf([...packageFiles(), { name: 'old', bytes: encodeUtf8('x') }]));
    const { plugin, replaced } = await install(where, '1.0.1');
    expect([plugin.version, replaced?.version]).toEqual(['1.0.1', '1.0.0']);
    expect((await snapshot(where.directory)).map((line) => line.split(' ')[0])).toEqual([
      '/',
      '/test/',
      '/test/LICENSE',
      '/test/notation-test',
    ]);
  });

  it.each([
    ['1.0.0', '1.0.0', 'PLUGIN_ALREADY_INSTALLED'],
    ['1.0.0+one', '1.0.0+other', 'PLUGIN_ALREADY_INSTALLED'],
    ['1.0.0', '0.9.9', 'PLUGIN_DOWNGRADE'],
    ['1.0.0', '1.0.0-rc.1', 'PLUGIN_DOWNGRADE'],
    ['1.10.0', '1.9.0', 'PLUGIN_DOWNGRADE'],
    ['1.0', '1.1.0', 'PLUGIN_VERSION_INVALID'],
    ['1.0.0', 'v2', 'PLUGIN_VERSION_INVALID'],
  ])('of version %s is not replaced by %s, and stays as it was [-PLUG-65]', async (installed, offered, code) => {
    await using where = await place();
    await install(where, installed);
    const before = await snapshot(where.libexec);
    await expect(install(where, offered)).rejects.toMatchObject({ code, details: { plugin: 'test' } });
    expect(await snapshot(where.libexec)).toEqual(before);
  });

  it.each(['1.0.0', '0.9.9', 'none'])(
    'of version 1.0.0 is replaced by %s when that is forced [+PLUG-65]',
    async (version) => {
      await using where = await place();
      await install(where, '1.0.0');
      const { plugin, replaced } = await install(where, version, { force: true });
      expect([plugin.version, replaced?.version]).toEqual([version, '1.0.0']);
    },
  );

  it('that does not work is replaced only when that is forced [+PLUG-65 -PLUG-65]', async () => {
    await using where = await place();
    await writeShellPlugin(where.libexec, 'test', 'exit 1');
    const before = await snapshot(where.libexec);
    await expect(install(where, '1.0.0')).rejects.toMatchObject({ code: 'PLUGIN_INSTALLED_BROKEN' });
    expect(await snapshot(where.libexec)).toEqual(before);
    expect(await install(where, '1.0.0', { force: true })).toMatchObject({ replaced: undefined });
  });

  it('without its executable is replaced, for that is what its user is told to do [+PLUG-65]', async () => {
    await using where = await place();
    const file = await writeShellPlugin(where.libexec, 'test', 'exit 1');
    await rename(file, `${file}.old`);
    expect(await install(where, '1.0.0')).toMatchObject({ replaced: undefined });
    expect(await snapshot(join(where.directory, 'test'))).toHaveLength(3);
  });

  it('that is a link stays one, unless forced; what it leads to is left alone either way [-PLUG-02]', async () => {
    await using where = await place();
    await writeShellPlugin(join(where.path, 'elsewhere'), 'test', printJson(metadataOf('test')));
    await mkdir(where.directory, { recursive: true });
    await symlink('../../elsewhere/plugins/test', join(where.directory, 'test'));
    const before = await snapshot(where.path);
    await expect(install(where, '9.0.0')).rejects.toMatchObject({ code: 'PLUGIN_INSTALLED_BROKEN' });
    expect((await snapshot(where.path)).filter((line) => !line.startsWith('/package'))).toEqual(before);
    await install(where, '9.0.0', { force: true });
    expect(await snapshot(join(where.path, 'elsewhere'))).toHaveLength(4);
    expect(await snapshot(join(where.directory, 'test'))).toHaveLength(3);
  });
});

describe('the executable of a package', () => {
  it('is asked what it is before anything is installed, and nothing else is run [+PLUG-64]', async () => {
    await using where = await place();
    const trace = join(where.path, 'trace');
    const files = [
      { name: 'notation-test', bytes: pluginScript('test', '1.0.0', trace), mode: 0o755 },
      { name: 'install.sh', bytes: pluginScript('test', '1.0.0', trace), mode: 0o755 },
    ];
    await installBytes(where, zipOf(files));
    const lines = (await readFile(trace, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\/\.nv2-plugin-[^/]+\/plugin\/notation-test get-plugin-metadata$/);
  });

  it.each([
    ['says that it is another plugin', printJson(metadataOf('other')), 'PLUGIN_METADATA_INVALID'],
    ['lacks a version', printJson(metadataOf('test', { version: '' })), 'PLUGIN_METADATA_INVALID'],
    ['does not answer in JSON', 'echo hello', 'PLUGIN_OUTPUT_INVALID'],
    ['fails', 'exit 1', 'PLUGIN_START_FAILED'],
    [
      'speaks another contract',
      printJson(metadataOf('test', { supportedContractVersions: ['2.0'] })),
      'PLUGIN_CONTRACT_UNSUPPORTED',
    ],
  ])('is not installed when it %s, forced or not [-PLUG-64]', async (_, script, code) => {
    await using where = await place();
    await install(where, '1.0.0');
    const before = await snapshot(where.libexec);
    const bytes = zipOf([{ name: 'notation-test', bytes: encodeUtf8(`#!/bin/sh\n${script}\n`), mode: 0o755 }]);
    for (const force of [false, true]) {
      await expect(installBytes(where, bytes, { force })).rejects.toMatchObject({ code });
      expect(await snapshot(where.libexec)).toEqual(before);
    }
  });

  it('is not installed when the system cannot run it [-PLUG-64]', async () => {
    await using where = await place();
    const bytes = encodeUtf8('touch ran\n');
    await expect(installBytes(where, bytes, { as: 'notation-test', mode: 0o755 })).rejects.toMatchObject({
      code: 'PLUGIN_START_FAILED',
    });
    expect(await snapshot(where.libexec)).toEqual([]);
  });

  it('does not see registry credentials and passphrases [+PLUG-17 -PLUG-17]', async () => {
    await using where = await place();
    const trace = join(where.path, 'trace');
    const script = `#!/bin/sh\nenv > ${trace}\n${printJson(metadataOf('test'))}\n`;
    await writeFile(join(where.path, 'notation-test'), script, { mode: 0o755 });
    await installPlugin(
      { kind: 'path', path: join(where.path, 'notation-test') },
      {
        directory: where.directory,
        env: { ...env, NOTATION_PASSWORD: 'secret-1', NV2_KEY_PASSPHRASE: 'secret-2', KMS_TOKEN: 'needed' },
      },
    );
    const seen = await readFile(trace, 'utf8');
    expect(seen).toContain('KMS_TOKEN=needed');
    expect(seen).not.toContain('secret');
  });
});

describe('two installations at the same time', () => {
  it('leave one of the plugins whole, and nothing else [+PLUG-66]', async () => {
    await using where = await place();
    await install(where, '1.0.0');
    const versions = ['2.0.0', '2.1.0', '2.2.0', '2.3.0'];
    const outcomes = await Promise.allSettled(
      versions.map(async (version) => {
        const file = join(where.path, version);
        await writeFile(file, zipOf(packageFiles('test', version)));
        return installPlugin({ kind: 'path', path: file }, { directory: where.directory, env });
      }),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(failures.length).toBeLessThan(versions.length);
    for (const code of failures) {
      expect(['PLUGIN_CHANGED_MEANWHILE', 'PLUGIN_DOWNGRADE', 'PLUGIN_ALREADY_INSTALLED']).toContain(code);
    }
    const after = await snapshot(where.libexec);
    expect(after.map((line) => line.split(' ')[0])).toEqual([
      '/',
      '/plugins/',
      '/plugins/test/',
      '/plugins/test/LICENSE',
      '/plugins/test/notation-test',
    ]);
  });

  it('do not undo each other: what changed since it was looked at stays [-PLUG-66]', async () => {
    await using where = await place();
    await install(where, '1.0.0');
    // The new version's executable, which runs before the installed one is looked at; the installed one replaces itself when it is run.
    const other = join(where.path, 'other');
    await writeDirectory(other, packageFiles('test', '1.5.0'));
    const home = join(where.directory, 'test');
    const swap = `rm -rf ${home} && cp -r ${other} ${home}\n${printJson(metadataOf('test', { version: '1.0.0' }))}`;
    await writeFile(join(home, 'notation-test'), `#!/bin/sh\n${swap}\n`);
    await expect(install(where, '2.0.0')).rejects.toMatchObject({ code: 'PLUGIN_CHANGED_MEANWHILE' });
    expect(await readFile(join(home, 'notation-test'), 'utf8')).toContain('"version":"1.5.0"');
    expect(await snapshot(where.libexec)).toHaveLength(5);
  });
});

describe('an installation that fails', () => {
  it.each<[string, string, (where: Place) => Promise<unknown>]>([
    [
      'without a source',
      'PLUGIN_SOURCE_NOT_FOUND',
      ({ path, directory }) => installPlugin({ kind: 'path', path: join(path, 'absent') }, { directory, env }),
    ],
    [
      'from a device',
      'PLUGIN_SOURCE_INVALID',
      ({ directory }) => installPlugin({ kind: 'path', path: '/dev/null' }, { directory, env }),
    ],
    [
      'with the wrong checksum',
      'PLUGIN_CHECKSUM_MISMATCH',
      (where) => installBytes(where, zipOf(packageFiles()), { sha256: 'a'.repeat(64) }),
    ],
    [
      'with a checksum that is none',
      'PLUGIN_CHECKSUM_MISMATCH',
      (where) => installBytes(where, zipOf(packageFiles()), { sha256: 'abcd' }),
    ],
    ['from a text', 'PLUGIN_PACKAGE_EXECUTABLE', (where) => installBytes(where, encodeUtf8('hello'))],
    ['from an empty file', 'PLUGIN_PACKAGE_EXECUTABLE', (where) => installBytes(where, new Uint8Array())],
    [
      'because it was stopped',
      'stopped',
      (where) =>
        installBytes(where, zipOf(packageFiles()), {
          signal: AbortSignal.abort(Object.assign(new Error('stopped'), { code: 'stopped' })),
        }),
    ],
  ])('%s leaves no trace [-PLUG-60]', async (_, code, run) => {
    await using where = await place();
    await expect(run(where)).rejects.toMatchObject({ code });
    expect(await snapshot(where.libexec)).toEqual([]);
  });

  it('gives a directory no checksum [-PLUG-60]', async () => {
    await using where = await place();
    const source = join(where.path, 'source');
    await writeDirectory(source, packageFiles());
    await expect(
      installPlugin({ kind: 'path', path: source }, { directory: where.directory, env, sha256: 'a'.repeat(64) }),
    ).rejects.toMatchObject({ code: 'PLUGIN_SOURCE_INVALID' });
  });

  it('because the plugin directory is a file says so, and leaves it', async () => {
    await using where = await place();
    await mkdir(where.libexec);
    await writeFile(where.directory, 'a file');
    const before = await snapshot(where.libexec);
    await expect(install(where, '1.0.0')).rejects.toMatchObject({ code: 'PLUGIN_INSTALL_FAILED' });
    expect(await snapshot(where.libexec)).toEqual(before);
  });
});
