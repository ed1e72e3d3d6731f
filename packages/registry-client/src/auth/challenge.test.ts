import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RegistryError } from '../errors.ts';
import { parseChallenges } from './challenge.ts';

function read(...fields: string[]): unknown {
  return parseChallenges(fields).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('challenges', () => {
  it.each([
    [
      'one scheme with quoted parameters',
      ['Bearer realm="https://auth/token",service="reg",scope="a:b:pull"'],
      [['bearer', { realm: 'https://auth/token', service: 'reg', scope: 'a:b:pull' }]],
    ],
    [
      'commas inside quotes',
      ['Bearer scope="repository:a:pull,push"'],
      [['bearer', { scope: 'repository:a:pull,push' }]],
    ],
    [
      'two schemes in one field',
      ['Basic realm="a", Bearer realm="b",service=c'],
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b', service: 'c' }],
      ],
    ],
    [
      'two fields',
      ['Basic realm="a"', 'Bearer realm="b"'],
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b' }],
      ],
    ],
    [
      'a scheme with one opaque text',
      ['Negotiate YII=, Basic realm="a"'],
      [
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
      ],
    ],
    [
      'a scheme alone',
      ['Negotiate, Basic realm="a"'],
      [
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
      ],
    ],
    ['escaped quotes', ['Basic realm="a \\"b\\" c"'], [['basic', { realm: 'a "b" c' }]]],
    [
      'blanks around the equals sign',
      ['Basic realm = "a" , charset = "UTF-8"'],
      [['basic', { realm: 'a', charset: 'UTF-8' }]],
    ],
    ['empty list items', [', ,Basic realm="a",,'], [['basic', { realm: 'a' }]]],
    ['upper case names', ['BEARER REALM="x"'], [['bearer', { realm: 'x' }]]],
    ['nothing', [''], []],
  ])('reads %s', (_, fields, expected) => {
    expect(read(...fields)).toEqual(expected);
  });

  it.each([
    ['an open quote', 'Bearer realm="https://auth'],
    ['a repeated parameter', 'Bearer realm="a",realm="b"'],
    ['a parameter without value', 'Bearer realm=,service="x"'],
    ['two parameters without comma', 'Bearer realm="a" service="b"'],
    ['a control character', 'Bearer realm="a\u0001"'],
    ['no scheme', '"x"'],
    ['an endless field', `Bearer realm="${'a'.repeat(20_000)}"`],
    ['too many schemes', Array.from({ length: 20 }, () => 'Basic realm="a"').join(', ')],
  ])('refuses %s', (_, field) => {
    expect(() => parseChallenges([field])).toThrow(expect.objectContaining({ code: 'REGISTRY_RESPONSE_INVALID' }));
  });

  it('reads or refuses any text, and nothing else happens', () => {
    const pieces = fc.constantFrom(
      'Bearer',
      'Basic',
      ' ',
      ',',
      '=',
      '"',
      '\\',
      'realm',
      'a',
      '\t',
      '==',
      'é',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        try {
          parseChallenges([parts.join('')]);
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
