import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversScopes, mergeScopes, repositoryScope } from './scopes.ts';

describe('scopes', () => {
  it.each([
    ['actions of one resource', ['repository:a:pull', 'repository:a:push'], ['repository:a:pull,push']],
    ['duplicates', ['repository:a:pull', 'repository:a:pull,pull'], ['repository:a:pull']],
    [
      'resources in a stated order',
      ['repository:b:pull', 'repository:a:pull'],
      ['repository:a:pull', 'repository:b:pull'],
    ],
    ['the star, which absorbs', ['repository:a:*', 'repository:a:pull'], ['repository:a:*']],
    [
      'names with a port',
      ['repository:host:5000/a:pull', 'repository:host:5000/a:push'],
      ['repository:host:5000/a:pull,push'],
    ],
    ['what asks for nothing, as it is', ['repository:a:push,pull:'], ['repository:a:push,pull:']],
    ['what has no actions, as it is', ['something', 'repository:a:pull'], ['repository:a:pull', 'something']],
  ])('merges %s', (_, scopes, expected) => {
    expect(mergeScopes(scopes)).toEqual(expected);
  });

  it.each(['repository:a:push,pull:', 'a:b:,', 'repository:a:pull,push'])(
    'of %j cover themselves once merged',
    (scope) => {
      expect(coversScopes(mergeScopes([scope]), [scope])).toBe(true);
    },
  );

  it('lets a grant of more serve a request for less', () => {
    expect(coversScopes(['repository:a:pull,push'], ['repository:a:pull'])).toBe(true);
    expect(coversScopes(['repository:a:*'], ['repository:a:delete'])).toBe(true);
    expect(coversScopes(['repository:a:pull'], ['repository:a:push'])).toBe(false);
    expect(coversScopes(['repository:a:pull'], ['repository:b:pull'])).toBe(false);
  });

  it('gives the same text for the same set in any order', () => {
    const scope = fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('pull', 'push', 'delete'));
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 8 }), (scopes) => {
        const texts = scopes.map(([name, action]) => repositoryScope(name, action as 'pull'));
        const merged = mergeScopes(texts);
        expect(mergeScopes(texts.toReversed())).toEqual(merged);
        expect(mergeScopes(merged)).toEqual(merged);
        expect(coversScopes(merged, texts)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
