import { bytesResponse } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { findNextPage } from './link.ts';

const page = new URL('https://registry.test/v2/a/tags/list?n=2');

function next(...fields: string[]): string | undefined {
  const headers = fields.map((field) => ['Link', field] as const);
  return findNextPage(bytesResponse(200, headers), page, 'listing')?.href;
}

describe('links to the next page', () => {
  it.each([
    ['a relative one', ['</v2/a/tags/list?n=2&last=b>; rel="next"'], 'https://registry.test/v2/a/tags/list?n=2&last=b'],
    ['an absolute one', ['<https://registry.test/v2/x>; rel="next"'], 'https://registry.test/v2/x'],
    ['one without quotes', ['</v2/x>; rel=next'], 'https://registry.test/v2/x'],
    ['one among several relations', ['</v2/x>; rel="last next"'], 'https://registry.test/v2/x'],
    ['one after another link', ['</v2/p>; rel="prev", </v2/x>; rel="next"'], 'https://registry.test/v2/x'],
    [
      'one in a second field',
      ['</v2/p>; rel="prev"', '</v2/x>; title="a, b"; rel="next"'],
      'https://registry.test/v2/x',
    ],
    ['a query alone', ['<?n=2&last=b>; rel="next"'], 'https://registry.test/v2/a/tags/list?n=2&last=b'],
  ])('follows %s', (_, fields, expected) => {
    expect(next(...fields)).toBe(expected);
  });

  it.each([
    ['there is no field', []],
    ['the relation is another', ['</v2/x>; rel="prev"']],
    ['the relation only contains the word', ['</v2/x>; rel="nextish"']],
    ['there are no brackets', ['/v2/x; rel="next"']],
  ])('ends where %s', (_, fields) => {
    expect(next(...fields)).toBeUndefined();
  });

  it.each([
    ['another host', '<https://evil.test/v2/x>; rel="next"', 'REGISTRY_REDIRECT_REFUSED'],
    ['plain http', '<http://registry.test/v2/x>; rel="next"', 'REGISTRY_REDIRECT_REFUSED'],
    ['no URL', '<https://[>; rel="next"', 'REGISTRY_RESPONSE_INVALID'],
    ['an endless field', `<${'a'.repeat(20_000)}>; rel="next"`, 'REGISTRY_RESPONSE_INVALID'],
  ])('refuses %s', (_, field, code) => {
    expect(() => next(field)).toThrow(expect.objectContaining({ code }));
  });

  it('reads a field of a thousand brackets in no time', () => {
    expect(next(`${'<;'.repeat(4000)}>`)).toBeUndefined();
  });
});
