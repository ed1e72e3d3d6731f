import { isRepositoryName } from '@nv2/oci';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinRoutes } from './builtin.ts';
import { createRouter } from './route.ts';

const findRoute = createRouter(builtinRoutes);
const digest = `sha256:${'a'.repeat(64)}`;
const word = fc.constantFrom(
  'manifests',
  'blobs',
  'uploads',
  'tags',
  'list',
  'referrers',
  'v2',
  'a',
  'ext',
  'discover',
);
const name = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join('/'));

describe('routing', () => {
  it('finds name and parameter whatever words of the API the name is made of', () => {
    fc.assert(
      fc.property(name, word, (repository, tag) => {
        expect(isRepositoryName(repository)).toBe(true);
        const paths = [
          [`manifests/${tag}`, 'manifest', tag],
          [`manifests/${digest}`, 'manifest', digest],
          [`blobs/${digest}`, 'blob', digest],
          ['blobs/uploads/', 'upload-start', ''],
          ['blobs/uploads/0123abcd', 'upload', '0123abcd'],
          ['tags/list', 'tags', ''],
          [`referrers/${digest}`, 'referrers', digest],
          ['_oci/ext/discover', 'repository-extensions', ''],
        ] as const;
        for (const [path, route, parameter] of paths) {
          const match = findRoute(`/v2/${repository}/${path}`);
          expect([match?.route.name, match?.repository, match?.parameter]).toEqual([route, repository, parameter]);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('finds nothing without a name, and nothing outside /v2/', () => {
    for (const path of [
      '/v2/manifests/x',
      `/v2/blobs/${digest}`,
      '/v2/tags/list',
      '/v2/blobs/uploads/',
      '/a/b/manifests/c',
      'v2/a/manifests/b',
      '',
      '/',
    ]) {
      expect(findRoute(path)).toBeUndefined();
    }
  });

  it('judges 64 KiB of slashes at once', () => {
    expect(findRoute(`/v2/${'/'.repeat(65_536)}tags/list`)?.route.name).toBe('tags');
  });
});
