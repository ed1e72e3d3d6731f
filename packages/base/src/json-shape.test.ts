import { describe, expect, it } from 'vitest';
import { isNv2Error } from './errors.ts';
import {
  parseArray,
  parseBoolean,
  parseObject,
  parseOptional,
  parseSize,
  parseString,
  parseStringArray,
  parseStringMap,
} from './json-shape.ts';
import { encodeUtf8 } from './bytes.ts';
import { type JsonObject, type JsonValue, parseJson } from './json.ts';

const samples: Readonly<Record<string, JsonValue | undefined>> = {
  object: { a: 1 },
  array: [1],
  string: 'x',
  number: 1,
  boolean: true,
  null: null,
  nothing: undefined,
};

describe('members of parsed JSON', () => {
  it.each([
    ['object', parseObject],
    ['array', parseArray],
    ['string', parseString],
    ['boolean', parseBoolean],
    ['number', parseSize],
  ] as const)('of type %s are read, every other type is refused with its path', (type, parse) => {
    for (const [name, sample] of Object.entries(samples)) {
      if (name === type) {
        expect(parse(sample, '$.x')).toEqual(sample);
        continue;
      }
      expect(() => parse(sample, '$.x')).toThrow(/^\$\.x: expected .*, found /);
      expect(() => parse(sample, '$.x')).toThrow(expect.objectContaining({ code: 'JSON_TYPE' }));
    }
  });

  it.each([-1, 1.5, 2 ** 53, 1e300])('refuses %d as a size [-OC-61]', (size) => {
    expect(() => parseSize(size, '$.size')).toThrow('$.size: expected an integer from 0 to 2^53-1');
  });

  it.each([0, 1, 2 ** 53 - 1])('reads %d as a size [+OC-61]', (size) => {
    expect(parseSize(size, '$.size')).toBe(size);
  });

  it('names the item that does not fit', () => {
    expect(parseStringArray(['a', 'b'], '$.crit')).toEqual(['a', 'b']);
    expect(() => parseStringArray(['a', 1], '$.crit')).toThrow('$.crit[1]: expected a string');
  });

  it('reads maps of strings without a prototype, and names the member that does not fit', () => {
    const object = parseJson(encodeUtf8('{"__proto__":"x","a":"b"}'), { maxBytes: 100 }) as JsonObject;
    const map = parseStringMap(object, '$.annotations');
    expect(Object.entries(map)).toEqual([
      ['__proto__', 'x'],
      ['a', 'b'],
    ]);
    expect(Object.getPrototypeOf(map)).toBeNull();
    expect(() => parseStringMap({ a: 1 }, '$.annotations')).toThrow('$.annotations.a: expected a string');
  });

  it('are optional only by absence', () => {
    expect(parseOptional(undefined, '$.x', parseString)).toBeUndefined();
    expect(parseOptional('x', '$.x', parseString)).toBe('x');
    expect(() => parseOptional(null, '$.x', parseString)).toThrow(expect.objectContaining({ code: 'JSON_TYPE' }));
    try {
      parseOptional(null, '$.x', parseString);
    } catch (error) {
      expect(isNv2Error(error, 'JSON_TYPE')).toBe(true);
    }
  });
});
