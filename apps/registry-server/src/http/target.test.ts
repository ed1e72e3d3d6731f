import { isNv2Error } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findParameter, parseTarget } from './target.ts';

describe('a request target', () => {
  it('made of any characters is refused or gives a path without dot segments, separators of other kinds or controls', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '%00',
      '%0a',
      '%',
      'a',
      '?',
      '=',
      '&',
      '\\',
      '\n',
      'é',
      '+',
    );
    const target = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(piece, { maxLength: 14 }).map((list) => `/${list.join('')}`),
    );
    fc.assert(
      fc.property(target, (text) => {
        try {
          const { path } = parseTarget(text);
          expect(path.startsWith('/')).toBe(true);
          expect(path.split('/').some((segment) => segment === '.' || segment === '..')).toBe(false);
          expect(path).toMatch(/^[\x21-\x7e]*$/);
          expect(path).not.toContain('\\');
          expect(path.split('/').length).toBe((text.split('?')[0] ?? '').split('/').length);
        } catch (error) {
          if (!isNv2Error(error, 'SERVER_TARGET_INVALID')) throw error;
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('gives query values decoded once, in order, with a plus as a plus', () => {
    const { path, query } = parseTarget(
      '/v2/a/tags/list?n=1&artifactType=a/b+json&artifactType=c%2Fd%2Be&empty=&flag&&x=%2541&__proto__=p',
    );
    expect(path).toBe('/v2/a/tags/list');
    expect(query.get('artifactType')).toEqual(['a/b+json', 'c/d+e']);
    expect([findParameter(query, 'n'), findParameter(query, 'empty'), findParameter(query, 'flag')]).toEqual([
      '1',
      '',
      '',
    ]);
    expect([findParameter(query, 'x'), findParameter(query, '__proto__'), findParameter(query, 'constructor')]).toEqual(
      ['%41', 'p', undefined],
    );
  });
});
