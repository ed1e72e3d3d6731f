import { describe, expect, it } from 'vitest';
import { findWarnings, redactFields } from './trace.ts';

describe('what is shown of an exchange', () => {
  it('shows no credentials, cookies or presigned URLs', () => {
    const base = new URL('https://registry.test/v2/');
    const shown = redactFields(
      [
        ['Authorization', 'Bearer secret'],
        ['set-cookie', 'session=secret'],
        ['Location', 'https://cdn.test/blob?X-Sig=secret'],
        ['Location', 'https://['],
        ['Content-Type', 'text/plain\u0007'],
      ],
      base,
    );
    expect(shown).toEqual([
      ['Authorization', '*****'],
      ['set-cookie', '*****'],
      ['Location', 'https://cdn.test/blob?X-Sig=*****'],
      ['Location', '*****'],
      ['Content-Type', 'text/plain\uFFFD'],
    ]);
  });
});

describe('warnings of a registry', () => {
  it.each([
    ['299 - "soon to be removed"', ['soon to be removed']],
    ['299 registry "a \\"b\\" c"', ['a "b" c']],
    ['299 - "line\u0007break"', ['line\uFFFDbreak']],
    ['214 - "transformed"', []],
    ['299 - unquoted', []],
    [`299 - "${'a'.repeat(5000)}"`, []],
  ])('reads %j', (field, expected) => {
    expect(findWarnings([['Warning', field]])).toEqual(expected);
  });
});
