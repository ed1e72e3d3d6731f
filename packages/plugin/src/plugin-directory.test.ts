import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { writeShellPlugin } from '../test/write-plugin.ts';
import { readPluginFile, readPluginNames } from './plugin-directory.ts';
import { parsePluginName } from './plugin-name.ts';

const name = parsePluginName('com.example.test');

describe('the plugin directory', () => {
  it('holds plugins in directories of their names [+PLUG-01 +PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    const file = await writeShellPlugin(home.path, name, 'exit 1');
    await writeShellPlugin(home.path, 'a', 'exit 1');
    await mkdir(join(home.path, 'plugins', 'without-executable'));
    const directory = join(home.path, 'plugins');
    expect(await readPluginNames(directory)).toEqual(['a', name, 'without-executable']);
    expect(await readPluginFile(directory, name)).toBe(file);
  });

  it('is empty when it does not exist [+PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    expect(await readPluginNames(join(home.path, 'plugins'))).toEqual([]);
    await expect(readPluginFile(join(home.path, 'plugins'), name)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  });

  it('does not hold plugins in files, links and directories with other names [-PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    await writeShellPlugin(home.path, 'real', 'exit 1');
    await writeFile(join(directory, 'file'), '');
    await symlink('real', join(directory, 'link'));
    await mkdir(join(directory, 'a name'));
    expect(await readPluginNames(directory)).toEqual(['real']);
    await expect(readPluginFile(directory, parsePluginName('link'))).rejects.toMatchObject({
      code: 'PLUGIN_NOT_EXECUTABLE',
    });
    await expect(readPluginFile(directory, parsePluginName('file'))).rejects.toMatchObject({
      code: 'PLUGIN_NOT_EXECUTABLE',
    });
  });

  it('holds no plugin whose executable is elsewhere, a directory, or lacks the permission [-PLUG-01 -PLUG-03 -OC-09]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    const file = await writeShellPlugin(home.path, name, 'exit 1');
    const notExecutable = { code: 'PLUGIN_NOT_EXECUTABLE', details: { plugin: name } };
    await chmod(file, 0o644);
    await expect(readPluginFile(directory, name)).rejects.toMatchObject(notExecutable);
    await chmod(file, 0o755);
    await rename(file, `${file}.real`);
    await expect(readPluginFile(directory, name)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await symlink(`${file}.real`, file);
    await expect(readPluginFile(directory, name)).rejects.toMatchObject(notExecutable);
    await rename(file, `${file}.link`);
    await mkdir(file);
    await expect(readPluginFile(directory, name)).rejects.toMatchObject(notExecutable);
  });

  it('holds a plugin whose executable is a regular file that may be executed [+PLUG-03 +OC-09]', async () => {
    await using home = await temporaryDirectory();
    const file = await writeShellPlugin(home.path, name, 'exit 1');
    await chmod(file, 0o500);
    expect(await readPluginFile(join(home.path, 'plugins'), name)).toBe(file);
  });

  it('cannot be listed where it is no directory that may be read', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'x'.repeat(300));
    await expect(readPluginNames(directory)).rejects.toMatchObject({ code: 'PLUGIN_DIRECTORY_UNREADABLE' });
    await expect(readPluginFile(directory, name)).rejects.toMatchObject({ code: 'PLUGIN_DIRECTORY_UNREADABLE' });
  });
});
