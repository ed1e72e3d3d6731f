import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLayout } from '@nv2/oci-layout';
import { temporaryDirectory } from '@nv2/testing';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const tagsPerWriter = 15;

/** A program of its own that pushes an image and gives it names, one after the other. */
const writer = `
  import { openLayout } from '@nv2/oci-layout';
  import { packManifest } from '@nv2/content';
  const [path, name] = process.argv.slice(2);
  const layout = await openLayout(path, { create: true });
  for (let number = 0; number < ${tagsPerWriter}; number += 1) {
    const manifest = packManifest({ artifactType: 'application/vnd.example', layers: [], annotations: { name, number: String(number) } });
    await layout.pushManifest(manifest, { tag: name + number });
  }
`;

describe('two processes that write into one layout', () => {
  it('never lose each other’s entries', async () => {
    await using directory = await temporaryDirectory();
    const program = join(directory.path, 'writer.mjs');
    await build({
      stdin: { contents: writer, resolveDir: import.meta.dirname },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['source'],
      outfile: program,
      logLevel: 'error',
    });
    const path = join(directory.path, 'layout');
    const names = ['a', 'b', 'c'];
    await Promise.all(names.map((name) => promisify(execFile)(process.execPath, [program, path, name])));
    const layout = await openLayout(path);
    const tags: string[] = [];
    for await (const tag of layout.tags()) tags.push(tag);
    expect(tags).toHaveLength(names.length * tagsPerWriter);
    for (const tag of tags) expect(await layout.findManifest(tag)).toBeDefined();
  });
});

describe('several that make one layout at the same time', () => {
  it('all have it open in the end, at whatever moment of the making they came', async () => {
    await using directory = await temporaryDirectory();
    for (let round = 0; round < 4; round += 1) {
      const path = join(directory.path, `layout-${round}`);
      const opening: Promise<AsyncDisposable>[] = [];
      // One more in each turn of the event loop, until the first has finished, so that every moment of it is met.
      const first = { isOver: false };
      while (!first.isOver) {
        const open = openLayout(path, { create: true });
        if (opening.length === 0) void open.then(() => (first.isOver = true));
        opening.push(open);
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const layout of await Promise.all(opening)) await layout[Symbol.asyncDispose]();
    }
  });
});
