import { stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { PackageFiles } from './package-files.ts';
import { stageFile } from './package-source.ts';

const MiB = 1024 * 1024;

async function* zeros(count: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(MiB);
  for (let at = 0; at < count; at += 1) yield chunk;
}

describe('a package', () => {
  it('is copied while it is hashed, and not when it has 256 MiB [+PLUG-61 -PLUG-61]', async () => {
    await using home = await temporaryDirectory();
    const source = join(home.path, 'source');
    await writeFile(source, 'notation');
    const staged = await stageFile(source, join(home.path, 'target'));
    expect(staged).toMatchObject({ size: 8, fileName: 'source' });
    // Sparse: it takes no room.
    await truncate(source, 256 * MiB);
    const tooLarge = stageFile(source, join(home.path, 'large'));
    await expect(tooLarge).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
  });

  it('may unpack to a byte fewer than 256 MiB, and no more, whatever it announced [+PLUG-61 -PLUG-61]', async () => {
    await using home = await temporaryDirectory();
    const files = await PackageFiles.create(join(home.path, 'plugin'));
    await files.add({ name: 'part', mode: 0o644, size: MiB }, zeros(1));
    const lying = files.add({ name: 'more', mode: 0o644, size: 0 }, zeros(300));
    await expect(lying).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
    expect((await stat(join(files.path, 'more'))).size).toBeLessThan(255 * MiB);
    const announced = files.add({ name: 'announced', mode: 0o644, size: 255 * MiB }, zeros(0));
    await expect(announced).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
  });

  it('has files of the sizes it announced', async () => {
    await using home = await temporaryDirectory();
    const files = await PackageFiles.create(join(home.path, 'plugin'));
    for (const [name, size] of [
      ['short', MiB + 1],
      ['long', MiB - 1],
    ] as const) {
      await expect(files.add({ name, mode: 0o644, size }, zeros(1))).rejects.toMatchObject({
        code: 'PLUGIN_PACKAGE_INVALID',
      });
    }
  });
});
