// Plugins for tests: small programs in a directory of their own, laid out as an installed plugin is.

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A shell script below `{root}/plugins/{name}`. @returns the executable */
export function writeShellPlugin(root: string, name: string, script: string): Promise<string> {
  return writePlugin(root, name, `#!/bin/sh\n${script}\n`);
}

/** A program for this very Node; `body` is the text of a CommonJS module. @returns the executable */
export function writeNodePlugin(root: string, name: string, body: string): Promise<string> {
  return writePlugin(root, name, `#!${process.execPath}\n${body}\n`);
}

async function writePlugin(root: string, name: string, content: string): Promise<string> {
  const directory = join(root, 'plugins', name);
  await mkdir(directory, { recursive: true });
  const file = join(directory, `notation-${name}`);
  await writeFile(file, content);
  await chmod(file, 0o755);
  return file;
}

/** What a plugin of that name says about itself. */
export function metadataOf(name: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name,
    description: 'a plugin for tests',
    version: '1.2.3',
    url: 'https://example.com/plugin',
    supportedContractVersions: ['1.0'],
    capabilities: ['SIGNATURE_GENERATOR.RAW'],
    ...change,
  };
}

/** A command line that writes `value` as JSON on standard output. */
export function printJson(value: unknown): string {
  return `cat <<'END_OF_ANSWER'\n${JSON.stringify(value)}\nEND_OF_ANSWER`;
}
