import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { metadataOf, printJson, writeShellPlugin } from '../test/write-plugin.ts';
import { openPlugins, type Plugins } from './plugins.ts';

function openIn(root: string): Plugins {
  return openPlugins({ directory: join(root, 'plugins'), env: process.env });
}

function install(root: string, name: string): Promise<string> {
  return writeShellPlugin(root, name, printJson(metadataOf(name)));
}

describe('the plugin directory', () => {
  it('has no plugins where it does not exist [+PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    expect(await openIn(home.path).list()).toEqual([]);
  });

  it('holds one directory for each plugin, named after it [+PLUG-01 +PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    await install(home.path, 'com.example.b');
    const file = await install(home.path, 'com.example.a');
    const plugins = openIn(home.path);
    expect(await plugins.list()).toEqual(['com.example.a', 'com.example.b']);
    const plugin = await plugins.open('com.example.a');
    expect(plugin.file).toBe(file);
    expect(await plugin.readMetadata()).toEqual(metadataOf('com.example.a'));
  });

  it('may hold other things, which are no plugins: files, links, names that are none [-PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    await install(home.path, 'real');
    const directory = join(home.path, 'plugins');
    await writeFile(join(directory, 'file'), '');
    await symlink(join(directory, 'real'), join(directory, 'link'));
    await mkdir(join(directory, 'no name'));
    const plugins = openIn(home.path);
    expect(await plugins.list()).toEqual(['real']);
    await expect(plugins.open('link')).rejects.toMatchObject({ code: 'PLUGIN_NOT_EXECUTABLE' });
    await expect(plugins.open('file')).rejects.toMatchObject({ code: 'PLUGIN_NOT_EXECUTABLE' });
  });

  it('cannot be a file [-PLUG-02]', async () => {
    await using home = await temporaryDirectory();
    await writeFile(join(home.path, 'plugins'), '');
    expect(await openIn(home.path).list()).toEqual([]);
  });
});

describe('an installed plugin', () => {
  it.each(['..', '.', '../plugins/real', '/bin/sh', 'real/../real', 'real\0', ''])(
    'is not found under the name %j, whatever lies there [-PLUG-04 -OC-08]',
    async (name) => {
      await using home = await temporaryDirectory();
      await install(home.path, 'real');
      await expect(openIn(home.path).open(name)).rejects.toMatchObject({ code: 'PLUGIN_NAME_INVALID' });
    },
  );

  it('is missing without its directory or its executable [-PLUG-01]', async () => {
    await using home = await temporaryDirectory();
    const file = await install(home.path, 'real');
    const plugins = openIn(home.path);
    await expect(plugins.open('absent')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await rename(file, `${file}.old`);
    await expect(plugins.open('real')).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      details: { plugin: 'real', path: file },
    });
  });

  it('is a regular file that its owner may execute [+PLUG-03 +OC-09]', async () => {
    await using home = await temporaryDirectory();
    const file = await install(home.path, 'real');
    await chmod(file, 0o700);
    expect((await openIn(home.path).open('real')).file).toBe(file);
  });

  it.each([
    [
      'a link to one',
      async (file: string) => {
        await rename(file, `${file}.real`);
        await symlink(`${file}.real`, file);
      },
    ],
    [
      'a link to nothing',
      async (file: string) => {
        await rm(file);
        await symlink('/nonexistent', file);
      },
    ],
    [
      'a directory',
      async (file: string) => {
        await rm(file);
        await mkdir(file);
      },
    ],
    ['one that nobody may execute', (file: string) => chmod(file, 0o644)],
  ] as const)('is not run when it is %s [-PLUG-03 -OC-09]', async (_what, spoil) => {
    await using home = await temporaryDirectory();
    await spoil(await install(home.path, 'real'));
    await expect(openIn(home.path).open('real')).rejects.toMatchObject({ code: 'PLUGIN_NOT_EXECUTABLE' });
  });

  it('is asked anew each time what it is [+PLUG-16]', async () => {
    await using home = await temporaryDirectory();
    await install(home.path, 'real');
    const plugin = await openIn(home.path).open('real');
    expect((await plugin.readMetadata()).version).toBe('1.2.3');
    await writeShellPlugin(home.path, 'real', printJson(metadataOf('real', { version: '2.0.0' })));
    expect((await plugin.readMetadata()).version).toBe('2.0.0');
  });
});
