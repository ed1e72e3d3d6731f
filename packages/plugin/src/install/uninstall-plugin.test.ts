import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { snapshot } from '../../test/packages.ts';
import { metadataOf, printJson, writeShellPlugin } from '../../test/write-plugin.ts';
import { parsePluginName } from '../plugin-name.ts';
import { listPlugins } from './list-plugins.ts';
import { hasPlugin, uninstallPlugin } from './uninstall-plugin.ts';

const env = { PATH: process.env['PATH'] };
const name = parsePluginName('test');

describe('a plugin is uninstalled', () => {
  it('with everything in its directory, and nothing else [+PLUG-67]', async () => {
    await using home = await temporaryDirectory();
    await writeShellPlugin(home.path, 'other', printJson(metadataOf('other')));
    const before = await snapshot(home.path);
    await writeShellPlugin(home.path, 'test', printJson(metadataOf('test')));
    await mkdir(join(home.path, 'plugins', 'test', 'cache'));
    await writeFile(join(home.path, 'plugins', 'test', 'cache', 'file'), 'x');
    await symlink('../other', join(home.path, 'plugins', 'test', 'link'));
    await uninstallPlugin(join(home.path, 'plugins'), name);
    expect(await snapshot(home.path)).toEqual(before);
  });

  it('whether it works or not [+PLUG-67]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    await mkdir(join(directory, 'test'), { recursive: true });
    expect(await hasPlugin(directory, name)).toBe(true);
    await uninstallPlugin(directory, name);
    expect(await hasPlugin(directory, name)).toBe(false);
  });

  it('and is not run for it', async () => {
    await using home = await temporaryDirectory();
    const trace = join(home.path, 'trace');
    await writeShellPlugin(home.path, 'test', `touch ${trace}`);
    await uninstallPlugin(join(home.path, 'plugins'), name);
    expect((await snapshot(home.path)).filter((line) => line.includes('trace'))).toEqual([]);
  });
});

describe('uninstalling', () => {
  it('finds nothing where there is no plugin of the name [-PLUG-67]', async () => {
    await using home = await temporaryDirectory();
    await writeShellPlugin(home.path, 'other', 'exit 1');
    const before = await snapshot(home.path);
    for (const directory of [
      join(home.path, 'plugins'),
      join(home.path, 'absent'),
      join(home.path, 'absent', 'plugins'),
    ]) {
      await expect(uninstallPlugin(directory, name)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    }
    expect(await snapshot(home.path)).toEqual(before);
  });

  it.each(['..', '.', '../truststore', 'a/b', '', 'a b', '..\\x'])(
    'takes %j for no name [-PLUG-04 -PLUG-67]',
    (text) => {
      expect(() => parsePluginName(text)).toThrow(expect.objectContaining({ code: 'PLUGIN_NAME_INVALID' }));
    },
  );

  it('does not follow a link, and takes it for no plugin [-PLUG-02 -PLUG-67]', async () => {
    await using home = await temporaryDirectory();
    await writeShellPlugin(join(home.path, 'elsewhere'), 'test', 'exit 1');
    await mkdir(join(home.path, 'plugins'));
    await symlink('../elsewhere/plugins/test', join(home.path, 'plugins', 'test'));
    await writeFile(join(home.path, 'plugins', 'file'), '');
    const before = await snapshot(home.path);
    const directory = join(home.path, 'plugins');
    await expect(uninstallPlugin(directory, name)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await expect(uninstallPlugin(directory, parsePluginName('file'))).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
    });
    expect(await snapshot(home.path)).toEqual(before);
  });

  it('lets one of two at the same time have it', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    await writeShellPlugin(home.path, 'test', 'exit 1');
    const outcomes = await Promise.allSettled([uninstallPlugin(directory, name), uninstallPlugin(directory, name)]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(['PLUGIN_CHANGED_MEANWHILE', 'PLUGIN_NOT_FOUND']).toContain(outcome.reason.code);
    }
    expect((await snapshot(home.path)).map((line) => line.split(' ')[0])).toEqual(['/', '/plugins/']);
  });
});

describe('the list of plugins', () => {
  it('has what each says about itself, and why others do not [+PLUG-02 +PLUG-06]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    for (const each of ['b', 'a', 'c', 'd', 'e', 'f']) {
      await writeShellPlugin(home.path, each, printJson(metadataOf(each)));
    }
    await writeShellPlugin(home.path, 'broken', 'exit 1');
    await writeShellPlugin(home.path, 'renamed', printJson(metadataOf('other')));
    await chmod(await writeShellPlugin(home.path, 'forbidden', printJson(metadataOf('forbidden'))), 0o644);
    await mkdir(join(directory, 'empty'));
    await writeShellPlugin(home.path, 'text', '');
    await writeFile(join(directory, 'text', 'notation-text'), 'invalid');
    const listed = await listPlugins(directory, { env });
    expect(
      listed.map((plugin) => [plugin.name, plugin.state === 'working' ? plugin.metadata.version : plugin.error.code]),
    ).toEqual([
      ['a', '1.2.3'],
      ['b', '1.2.3'],
      ['broken', 'PLUGIN_START_FAILED'],
      ['c', '1.2.3'],
      ['d', '1.2.3'],
      ['e', '1.2.3'],
      ['empty', 'PLUGIN_NOT_FOUND'],
      ['f', '1.2.3'],
      ['forbidden', 'PLUGIN_NOT_EXECUTABLE'],
      ['renamed', 'PLUGIN_METADATA_INVALID'],
      ['text', 'PLUGIN_START_FAILED'],
    ]);
  });

  it('is empty where nothing is installed, and does not show what is being installed [+PLUG-02 -PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    expect(await listPlugins(directory, { env })).toEqual([]);
    await mkdir(join(directory, '.nv2-plugin-abc'), { recursive: true });
    expect(await listPlugins(directory, { env })).toEqual([]);
  });

  it('ends when its user gives up', async () => {
    await using home = await temporaryDirectory();
    await writeShellPlugin(home.path, 'slow', 'sleep 60');
    const listing = listPlugins(join(home.path, 'plugins'), { env, signal: AbortSignal.timeout(50) });
    await expect(listing).rejects.toThrow('timeout');
  });
});
