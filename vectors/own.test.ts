// The vectors of this repository: what another implementation made, and what `node scripts/run.mjs vectors` made.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import type { VectorCase } from './case.ts';
import { judge } from './judge.ts';
import { readIndex } from './read-index.ts';

const here = import.meta.dirname;

describe.each(['reference-made', 'notary', 'revocation', 'timestamps'])('vectors of %s', (folder) => {
  const root = join(here, folder);
  const vectors = readIndex(readFileSync(join(root, 'index.json')));

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    expect(await judge(vector, root)).toBe(vector.expect);
  });

  it('have one name each, and every file is named by one of them', () => {
    expect(vectors.length).toBeGreaterThan(30);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    const named = vectors.flatMap(pathsOf);
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter((file) => !['index.json', 'README.md', 'SOURCE.md'].includes(file));
    expect(files.filter((file) => !named.some((path) => file === path || file.startsWith(`${path}/`)))).toEqual([]);
  });
});

/** Every file and directory that a vector names. */
function pathsOf(vector: VectorCase): readonly string[] {
  return Object.values(vector).flatMap((value: unknown): readonly string[] => {
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
    return typeof value === 'object' && value !== null && 'file' in value ? [String(value.file)] : [];
  });
}

describe('an index of vectors', () => {
  const vector = { name: 'n', rules: ['-ID-08'], source: 's', kind: 'settings', file: 'f', expect: 'loads' };
  const read = (change: object): readonly VectorCase[] =>
    readIndex(encodeUtf8(JSON.stringify({ at: '2026-11-01T00:00:00Z', vectors: [{ ...vector, ...change }] })));

  it('is read as written, the rules as part of the name', () => {
    expect(read({})).toEqual([{ name: 'n [-ID-08]', source: 's', kind: 'settings', file: 'f', expect: 'loads' }]);
  });

  it.each([
    ['an unknown member', { files: [] }],
    ['a member of another kind', { anchors: 'own' }],
    ['no expectation', { expect: undefined }],
    ['an unknown kind', { kind: 'envelopes' }],
    ['a rule without sign', { rules: ['ID-08'] }],
    [
      'a subject with an unknown member',
      { kind: 'signature-manifest', envelope: 'e', subject: { file: 'f', mediaType: 'm', x: 1 } },
    ],
    ['an instant without time', { kind: 'chain', certificates: [], at: '2026-11-01' }],
  ])('with %s is refused', (_, change) => {
    expect(() => read(change)).toThrow(/\$\.vectors\[0\]|expected/);
  });
});
