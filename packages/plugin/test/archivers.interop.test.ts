// Packages as the usual programs make them.

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPeer, temporaryDirectory, testPluginScript } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { installPlugin } from '../src/install/install-plugin.ts';

const [tar, zip] = [findPeer('tar'), findPeer('zip')];
const env = { PATH: process.env['PATH'] };

/** Packs a plugin with a licence, a link and a directory, and installs what came out. @returns the installed files */
async function packAndInstall(pack: (source: string, target: string) => void): Promise<readonly string[]> {
  await using home = await temporaryDirectory();
  const source = join(home.path, 'source');
  await mkdir(join(source, 'docs'), { recursive: true });
  await writeFile(join(source, 'notation-kms'), testPluginScript('kms', '1.0.0'));
  await chmod(join(source, 'notation-kms'), 0o755);
  await writeFile(join(source, 'LICENSE'), 'free');
  await writeFile(join(source, 'docs', 'README'), 'read me');
  await symlink('LICENSE', join(source, 'COPYING'));
  const target = join(home.path, 'package');
  pack(source, target);
  const directory = join(home.path, 'plugins');
  await installPlugin({ kind: 'path', path: target }, { directory, env });
  return (await readdir(join(directory, 'kms'))).toSorted();
}

describe.skipIf(tar === undefined)(`a package made by ${tar?.version ?? 'tar'}`, () => {
  it.each(['gnu', 'pax', 'ustar', 'v7'])('in the form %s is installed [+PLUG-62 +PLUG-63]', async (form) => {
    const files = await packAndInstall((source, target) =>
      execFileSync(tar?.path ?? '', [`--format=${form}`, '-czf', target, '-C', source, '.']),
    );
    expect(files).toEqual(['LICENSE', 'README', 'notation-kms']);
  });
});

describe.skipIf(zip === undefined)(`a package made by ${zip?.version ?? 'zip'}`, () => {
  it.each([
    ['deflated', ['-9']],
    ['stored', ['-0']],
    ['with links kept', ['-y']],
    ['in the wide form', ['-fz']],
    ['without the attributes of its system', ['-X']],
  ])('%s is installed [+PLUG-62 +PLUG-63]', async (_, options) => {
    const files = await packAndInstall((source, target) => {
      execFileSync(zip?.path ?? '', ['-q', '-r', ...options, `${target}.zip`, '.'], { cwd: source });
      execFileSync('mv', [`${target}.zip`, target]);
    });
    expect(files.filter((file) => file !== 'COPYING')).toEqual(['LICENSE', 'notation-kms']);
  });

  it('from standard input, in the form of streams, is installed [+PLUG-62]', async () => {
    const files = await packAndInstall((source, target) => {
      execFileSync('sh', ['-c', `"$0" -q -r - . > "$1"`, zip?.path ?? '', target], { cwd: source });
    });
    expect(files).toContain('notation-kms');
  });

  it('with a password is refused [-PLUG-60]', async () => {
    const packing = packAndInstall((source, target) => {
      execFileSync(zip?.path ?? '', ['-q', '-P', 'secret', '-r', `${target}.zip`, '.'], { cwd: source });
      execFileSync('mv', [`${target}.zip`, target]);
    });
    await expect(packing).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_INVALID' });
  });
});
