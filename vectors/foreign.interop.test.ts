// The Notary Project's own test data, read from the directory that NV2_VECTORS names: none of it is part of this repository.
// Every entry of that directory's index is run or waits for a named area; an entry that is neither fails.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VectorCase } from './case.ts';
import { foreignCases, waitingFor } from './foreign-cases.ts';
import { judge } from './judge.ts';

const root = process.env['NV2_VECTORS'];
const isThere = root !== undefined && existsSync(join(root, 'README.md'));

describe.skipIf(!isThere)('foreign vectors (skipped where NV2_VECTORS names no directory of them)', () => {
  it.each(foreignCases.map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    expect(await judge(vector, root ?? '')).toBe(vector.expect);
  });

  it('every entry of the index is run or waits for a named area', async () => {
    const entries = await readIndex(join(root ?? '', 'README.md'));
    expect(entries.length).toBeGreaterThan(200);
    const paths = foreignCases.flatMap((vector) => pathsOf(vector));
    const isRun = (entry: string): boolean => paths.some((path) => entry === path || entry.startsWith(`${path}/`));
    expect(entries.filter((entry) => !isRun(entry) && waitingFor(entry) === undefined)).toEqual([]);
    const isListed = (path: string): boolean => entries.some((entry) => entry === path || entry.startsWith(`${path}/`));
    expect(paths.filter((path) => !isListed(path))).toEqual([]);
  });
});

/** `folder/file` for each row of each table. */
async function readIndex(file: string): Promise<readonly string[]> {
  const entries: string[] = [];
  let folder = '';
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const heading = /^## (\S+)/.exec(line)?.[1];
    if (heading !== undefined) folder = heading === 'Root' ? '' : `${heading}/`;
    const name = /^\| `([^`]+)` \|/.exec(line)?.[1];
    if (name !== undefined) entries.push(`${folder}${name}`);
  }
  return entries;
}

const anchorsOf = ({ anchors }: { readonly anchors: readonly string[] | 'own' }): readonly string[] =>
  anchors === 'own' ? [] : anchors;

/** Every path a case names: files, and directories that are taken whole. */
function pathsOf(vector: VectorCase): readonly string[] {
  switch (vector.kind) {
    case 'chain':
      return vector.certificates;
    case 'identity':
      return [vector.certificate];
    case 'trust-store':
    case 'layout':
      return [vector.directory];
    case 'timestamp-token':
      return [vector.file, ...vector.roots];
    case 'revocation':
      return [...vector.certificates, ...vector.data];
    case 'envelope':
      return [vector.file, ...anchorsOf(vector), ...(vector.tsa ?? [])];
    case 'blob':
      return [vector.file, ...anchorsOf(vector), ...(typeof vector.blob === 'string' ? [vector.blob] : [])];
    default:
      return [vector.file];
  }
}
