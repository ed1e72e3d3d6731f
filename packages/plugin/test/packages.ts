// Plugin packages for tests, and what a directory looks like before and after.

import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeUtf8 } from '@nv2/base';
import { type TestTarMember, type TestZipEntry, testTar, testZip } from '@nv2/testing';
import { metadataOf, printJson } from './write-plugin.ts';

/** An executable that says what it is, and leaves a trace when it is run and `trace` is given. */
export function pluginScript(name: string, version: string, trace?: string): Uint8Array {
  const mark = trace === undefined ? '' : `echo "$0 $1" >> ${trace}\n`;
  return encodeUtf8(`#!/bin/sh\n${mark}${printJson(metadataOf(name, { version }))}\n`);
}

export interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mode?: number;
}

/** The files of an ordinary package. */
export function packageFiles(name = 'test', version = '1.0.0'): readonly TestFile[] {
  return [
    { name: `notation-${name}`, bytes: pluginScript(name, version), mode: 0o755 },
    { name: 'LICENSE', bytes: encodeUtf8('free') },
  ];
}

export function zipOf(files: readonly TestFile[], more: readonly TestZipEntry[] = []): Uint8Array {
  return testZip([...files.map(({ mode = 0o644, ...file }) => ({ ...file, mode: 0o100000 | mode })), ...more]);
}

export function tarGzOf(files: readonly TestFile[], more: readonly TestTarMember[] = []): Uint8Array {
  return gzipSync(testTar([...files, ...more]));
}

/** Everything below a directory with its kind, permissions and content: equal before and after means nothing was changed. */
export async function snapshot(root: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const visit = async (path: string, shown: string): Promise<void> => {
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return;
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) lines.push(`${shown} -> ${await readlink(path)}`);
    else if (stats.isDirectory()) {
      lines.push(`${shown}/ ${mode}`);
      for (const name of (await readdir(path)).toSorted()) await visit(join(path, name), `${shown}/${name}`);
    } else lines.push(`${shown} ${mode} ${await readFile(path, 'latin1')}`);
  };
  await visit(root, '');
  return lines;
}
