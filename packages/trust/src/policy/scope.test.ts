import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isScope } from './scope.ts';

describe('a registry scope', () => {
  it.each([
    'registry.example.com/app',
    'localhost:5000/a',
    'local/my-layout',
    'REG.Example.com/a/b/c',
    '127.0.0.1:5000/a',
    'a-b.c/d--e',
    'h/a.b_c__d---e',
    'h/0/1',
  ])('may be %s [+TP-23]', (text) => expect(isScope(text)).toBe(true));

  it.each([
    ['', 'is empty'],
    ['app', 'has no host'],
    ['/app', 'has an empty host'],
    ['registry.example.com', 'has no path'],
    ['registry.example.com/', 'has an empty path'],
    ['https://registry.example.com/app', 'has a scheme'],
    ['registry.example.com/app:v1', 'has a tag'],
    ['registry.example.com/app@sha256:00', 'has a digest'],
    ['registry.example.com/App', 'has an upper-case path'],
    ['registry.example.com/a//b', 'has an empty component'],
    ['registry.example.com/a/', 'ends in a slash'],
    ['registry.example.com/a..b', 'has two dots in a row'],
    ['registry.example.com/a___b', 'has three underscores in a row'],
    ['registry.example.com/a._b', 'mixes separators'],
    ['registry.example.com/-a', 'starts a component with a separator'],
    ['registry.example.com/a-', 'ends a component with a separator'],
    ['[::1]:5000/a', 'has an IPv6 literal'],
    ['-host/a', 'has a host that starts with a hyphen'],
    ['host.:5000/a', 'has an empty label'],
    ['host:port/a', 'has a port that is no number'],
    ['host:1:2/a', 'has two ports'],
    ['localhost:5000\\a', 'has a backslash'],
    ['registry.example.com/a\n', 'ends in a line feed'],
    ['registry.example.com/*', 'has a wildcard in its path'],
    ['*.example.com/a', 'has a wildcard in its host'],
    [`h/${'a'.repeat(600)}`, 'is longer than any repository'],
  ])('is not %j: it %s [-TP-23 -TP-22]', (text) => expect(isScope(text)).toBe(false));

  it('is decided for hostile text without backtracking [+OC-67]', () => {
    const hostile = fc
      .constantFrom('a-', '_', '-', 'a', '.', 'a/', 'a:', '--a')
      .map((piece) => `h/${piece.repeat(200_000)}!`);
    fc.assert(
      fc.property(hostile, (text) => {
        expect(isScope(text)).toBe(false);
      }),
      { seed: 1, numRuns: 20 },
    );
    expect(isScope(`h/${'a-'.repeat(250)}`)).toBe(false);
  });

  it('never ends in a line feed that the end anchor of a pattern would let through [-OC-67]', () => {
    expect(['h/a\n', 'h\n/a', 'h:1\n/a', 'h/a\n/b'].filter(isScope)).toEqual([]);
  });

  it('is made of pieces that are put together again', () => {
    const run = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const joint = fc.constantFrom('.', '_', '__', '-', '---');
    const component = fc.tuple(run, joint, run).map((parts) => parts.join(''));
    const path = fc.array(fc.oneof(run, component), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9]{1,9}$/),
        fc.integer({ min: 1, max: 65535 }),
        path,
        (host, port, rest) => {
          expect(isScope(`${host}.example:${port}/${rest}`)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});
