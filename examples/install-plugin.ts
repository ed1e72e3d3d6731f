// Makes an executable of an example plugin and puts it where plugins are, as `npm run build` and an installation would.

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const sources = { 'com.example.pem': 'signing-plugin.ts', 'com.example.dns': 'verification-plugin.ts' } as const;

export type ExamplePlugin = keyof typeof sources;

/** @param libexec the directory that holds `plugins` @returns the executable */
export async function installExamplePlugin(libexec: string, name: ExamplePlugin): Promise<string> {
  const directory = join(libexec, 'plugins', name);
  await mkdir(directory, { recursive: true });
  const file = join(directory, `notation-${name}`);
  await writeFile(file, await bundle(name));
  await chmod(file, 0o755);
  return file;
}

const bundles = new Map<ExamplePlugin, Promise<Uint8Array>>();

/** One CommonJS file for this very Node: type stripping is no part of Node 20. */
function bundle(name: ExamplePlugin): Promise<Uint8Array> {
  const known = bundles.get(name) ?? bundleOnce(name);
  bundles.set(name, known);
  return known;
}

async function bundleOnce(name: ExamplePlugin): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, sources[name])],
    bundle: true,
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    banner: { js: `#!${process.execPath}` },
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
