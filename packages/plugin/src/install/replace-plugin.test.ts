import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { snapshot } from '../../test/packages.ts';
import { writeShellPlugin } from '../../test/write-plugin.ts';
import { parsePluginName } from '../plugin-name.ts';
import { findIdentity } from './installed-plugin.ts';
import { replacePlugin } from './replace-plugin.ts';
import { openStaging } from './staging.ts';

const name = parsePluginName('test');

/** Tries to put `path` in the place of what is installed. @returns the code of the refusal */
async function failToReplace(directory: string, path: string, isSeen = true): Promise<unknown> {
  await using staging = await openStaging(directory);
  const identity = isSeen ? await findIdentity(join(directory, name)) : undefined;
  // Awaited here: the staging directory goes when this function returns, and a promise would still be at work in it.
  return await replacePlugin(path, { directory, name, identity, staging }).then(
    () => 'replaced',
    (error: { readonly code?: unknown }) => error.code,
  );
}

describe('a replacement that the system refuses', () => {
  it('puts back what was installed [-PLUG-66]', async () => {
    await using home = await temporaryDirectory();
    await writeShellPlugin(home.path, 'test', 'exit 1');
    const before = await snapshot(home.path);
    expect(await failToReplace(join(home.path, 'plugins'), join(home.path, 'absent'))).toBe('PLUGIN_INSTALL_FAILED');
    expect(await snapshot(home.path)).toEqual(before);
  });

  it('leaves no plugin directory where there was none [-PLUG-66]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'notation', 'plugins');
    expect(await failToReplace(directory, join(home.path, 'absent'))).toBe('PLUGIN_INSTALL_FAILED');
    expect(await snapshot(home.path)).toHaveLength(1);
  });

  it('keeps what took the name since it was looked at, directory or file [-PLUG-66]', async () => {
    await using home = await temporaryDirectory();
    const directory = join(home.path, 'plugins');
    const staged = join(home.path, 'staged');
    await mkdir(staged);
    await writeShellPlugin(home.path, 'test', 'exit 1');
    const before = await snapshot(directory);
    expect(await failToReplace(directory, staged, false)).toBe('PLUGIN_CHANGED_MEANWHILE');
    expect(await snapshot(directory)).toEqual(before);
    await using other = await temporaryDirectory();
    await mkdir(join(other.path, 'plugins'));
    await writeFile(join(other.path, 'plugins', 'test'), 'a file');
    expect(await failToReplace(join(other.path, 'plugins'), staged, false)).toBe('PLUGIN_CHANGED_MEANWHILE');
  });
});
