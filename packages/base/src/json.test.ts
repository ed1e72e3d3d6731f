import v8 from 'node:v8';
import vm from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from './bytes.ts';
import { type Nv2Error, isNv2Error } from './errors.ts';
import { type JsonObject, type ParseJsonOptions, parseJson } from './json.ts';

const parse = (text: string, options: Partial<ParseJsonOptions> = {}): unknown =>
  parseJson(encodeUtf8(text), { maxBytes: 1_000_000, ...options });

function refusal(run: () => unknown): Nv2Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isNv2Error(error)) return error;
    throw error;
  }
}

describe('strict JSON', () => {
  it.each([
    ['a duplicate member', '{"a":1,"a":2}'],
    ['a duplicate member behind an escape', '{"a":1,"\\u0061":2}'],
    ['a duplicate member in a nested object', '[{"x":{"a":1,"a":1}}]'],
    ['a duplicate __proto__', '{"__proto__":1,"__proto__":2}'],
    ['a second value', '{} x'],
    ['a second object', '{}{}'],
    ['a byte order mark', '\uFEFF{}'],
    ['a trailing comma in an array', '[1,]'],
    ['a trailing comma in an object', '{"a":1,}'],
    ['a leading comma', '[,1]'],
    ['a missing comma', '[1 2]'],
    ['a missing colon', '{"a" 1}'],
    ['a member without quotes', '{a:1}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '[1]//x'],
    ['a leading zero', '01'],
    ['a plus sign', '+1'],
    ['a bare minus', '-'],
    ['a fraction without digits', '1.'],
    ['an exponent without digits', '1e'],
    ['a hexadecimal number', '0x1'],
    ['a number beyond double range', '1e999'],
    ['a fraction that rounds to an integer', '0.99999999999999999999'],
    ['a large fraction that rounds to an integer', '-9007199254740991.6'],
    ['a small number that rounds to zero', '1e-400'],
    ['an integer that a negative exponent makes a fraction', '99999999999999999999e-20'],
    ['NaN', 'NaN'],
    ['Infinity', '-Infinity'],
    ['undefined', 'undefined'],
    ['a word that is cut', 'tru'],
    ['a word that goes on', 'nullx'],
    ['a lone high surrogate', '"\\ud800"'],
    ['a lone low surrogate', '"\\udc00"'],
    ['an unknown escape', '"\\x41"'],
    ['a short escape', '"\\u12"'],
    ['a raw line feed in a string', '"\n"'],
    ['a raw control character in a string', '"\u0001"'],
    ['an open string', '"abc'],
    ['a string ending in a backslash', '"abc\\'],
    ['an open object', '{"a":1'],
    ['an open array', '[1'],
    ['a closing bracket of the wrong kind', '[1}'],
    ['a no-break space', '\u00a0[]'],
    ['nothing', ''],
    ['white space', ' \n'],
  ])('refuses %s [-OC-61]', (_, text) => {
    expect(refusal(() => parse(text))?.code).toBe('JSON_MALFORMED');
  });

  it.each([
    ['an empty object', '{}', {}],
    ['nesting', '{"a":[1,{"b":null}],"c":"x"}', { a: [1, { b: null }], c: 'x' }],
    ['escapes', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"', '"\\/\b\f\n\r\té😀'],
    ['raw Unicode', '"é😀\u007f\u2028"', 'é😀\u007f\u2028'],
    ['integers written as fractions', '[1.0,-10.50e1,1e3,2E3,0.0,0e-9,120e-1]', [1, -105, 1000, 2000, 0, 0, 12]],
    ['numbers', '[0,-0,1.5,1e3,-2E-2,9007199254740993]', [0, -0, 1.5, 1000, -0.02, 9_007_199_254_740_992]],
    ['every kind of white space', ' \t\r\n[ 1 , 2 ] \n', [1, 2]],
    ['names differing in case', '{"a":1,"A":2}', { a: 1, A: 2 }],
  ])('reads %s [+OC-61]', (_, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it('refuses invalid UTF-8', () => {
    expect(refusal(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), { maxBytes: 9 }))?.code).toBe('UTF8_MALFORMED');
  });

  it("makes objects whose members are all the document's own [+OC-61]", () => {
    const object = parse('{"__proto__":{"polluted":true},"constructor":1}') as JsonObject;
    const prototype: unknown = Object.getPrototypeOf(object);
    expect([Reflect.ownKeys(Object(prototype)), Object.getPrototypeOf(prototype)]).toEqual([[], null]);
    expect(Object.isFrozen(prototype)).toBe(true);
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(object['toString']).toBeUndefined();
    expect('polluted' in {}).toBe(false);
  });

  it('refuses names differing only in case when asked to', () => {
    const options = { refuseCaseVariants: true };
    for (const text of [
      '{"crit":1,"Crit":2}',
      '{"x":{"a":1,"A":1}}',
      '{"sign":1,"\u017fign":1}',
      '{"k":1,"\u212a":1}',
    ]) {
      expect(refusal(() => parse(text, options))?.code).toBe('JSON_MALFORMED');
    }
    expect(parse('{"a":{"b":1},"c":{"B":1}}', options)).toEqual({ a: { b: 1 }, c: { B: 1 } });
  });
});

describe('bounds on JSON', () => {
  it('stop at the size, in bytes', () => {
    expect(refusal(() => parse('"é"', { maxBytes: 3 }))?.code).toBe('JSON_LIMIT');
    expect(parse('"é"', { maxBytes: 4 })).toBe('é');
  });

  it('stop at the depth', () => {
    expect(refusal(() => parse('[[[1]]]', { maxDepth: 2 }))?.code).toBe('JSON_LIMIT');
    expect(parse('[[1]]', { maxDepth: 2 })).toEqual([[1]]);
    expect(refusal(() => parse('{"a":'.repeat(100_000)))?.code).toBe('JSON_LIMIT');
    expect(refusal(() => parse('['.repeat(100_000)))?.code).toBe('JSON_LIMIT');
  });

  it('stop at the number of values when given one', () => {
    expect(refusal(() => parse('[1,2,3]', { maxValues: 3 }))?.code).toBe('JSON_LIMIT');
    expect(parse('[1,2,3]', { maxValues: 4 })).toEqual([1, 2, 3]);
  });
});

describe('JSON against JSON.parse', () => {
  it('reads whatever JSON.stringify writes to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('refuses whatever JSON.parse refuses, and answers noise with its own error only', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        'a',
        '1',
        '-',
        '.',
        'e',
        'true',
        'null',
        ' ',
        '\n',
        '\\u',
        '00e9',
        '"a":',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        pieces.map((parts) => parts.join('')),
        (text) => {
          const error = refusal(() => parse(text));
          expect([undefined, 'JSON_MALFORMED', 'JSON_LIMIT']).toContain(error?.code);
          if (error === undefined) expect(parse(text)).toEqual(JSON.parse(text));
        },
      ),
      { seed: 1, numRuns: 5000 },
    );
  });

  it('reads a document of plain ASCII as it reads one that is not', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"b":',
      '"A":',
      '1',
      '-0',
      '1.5e1',
      'true',
      ' ',
    );
    const values = fc.jsonValue().map((value) => JSON.stringify(value));
    const noise = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(values, noise), fc.boolean(), (text, refuseCaseVariants) => {
        // A line end is what takes a document off the path for plain ones.
        const [plain, general] = [text, `\n${text}`].map((document) => {
          const error = refusal(() => parse(document, { refuseCaseVariants }));
          return error?.code ?? parse(document, { refuseCaseVariants });
        });
        expect(plain).toEqual(general);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  it('sees an unescaped control character and a byte beyond ASCII, wherever they stand', () => {
    // Bytes are looked at sixteen at a time, from whatever place in memory the document starts at.
    for (const start of [0, 1, 2, 3]) {
      for (let place = 1; place <= 39; place += 1) {
        for (const byte of [0x00, 0x0a, 0x1f, 0x80, 0xff]) {
          const memory = new Uint8Array(start + 41).fill(0x61, start);
          memory.set([0x22], start);
          memory.set([0x22], start + 40);
          memory.set([byte], start + place);
          const document = memory.subarray(start);
          expect(refusal(() => parseJson(document, { maxBytes: 100 }))?.code).toBe(
            byte < 0x80 ? 'JSON_MALFORMED' : 'UTF8_MALFORMED',
          );
          memory.set([0x7f], start + place);
          expect(parseJson(document, { maxBytes: 100 })).toHaveLength(39);
        }
      }
    }
  });

  it('finds a name that comes twice, however many there are [-OC-61]', () => {
    const names = fc.array(fc.stringMatching(/^[a-cA-C]{1,3}$/), { maxLength: 24 });
    fc.assert(
      fc.property(names, fc.boolean(), (list, refuseCaseVariants) => {
        const folds = refuseCaseVariants ? list.map((name) => name.toLowerCase()) : list;
        const document = `{${list.map((name) => `"${name}":1`).join(',')}}`;
        const isRefused = refusal(() => parse(document, { refuseCaseVariants })) !== undefined;
        expect(isRefused).toBe(new Set(folds).size < list.length);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('finds each name of a large object again, the objects within it and around it apart [-OC-61]', () => {
    const names = Array.from({ length: 20 }, (_, place) => `n${place}`);
    const members = names.map((name) => `"${name}":{"n0":1,"n19":1}`).join(',');
    expect(refusal(() => parse(`{"n0":{${members}},"n1":1}`))).toBeUndefined();
    for (const name of names)
      expect(refusal(() => parse(`[{${members},"${name}":1}]`))?.message, name).toContain('duplicate');
  });

  it('keeps nothing of a document but the names, were it refused right behind them', () => {
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      return v8.getHeapStatistics().used_heap_size;
    };
    const padding = 'x'.repeat(500_000);
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const before = used();
    for (let turn = 0; turn < 150; turn += 1) {
      // Ends and length differ, and so does the place where each is kept.
      const name = `${letters[turn % 26]}${'n'.repeat(13 + (turn % 45))}${letters[(turn * 7) % 26]}`;
      const document = `{"padding":"${padding}","${name}":1,"${name.toUpperCase()}":1}`;
      expect(refusal(() => parse(document, { refuseCaseVariants: true }))?.code).toBe('JSON_MALFORMED');
    }
    expect(used() - before).toBeLessThan(10_000_000);
  });

  it('tells names apart that agree in length, in both ends and with one that came before [-OC-61]', () => {
    const middles = ['a', 'b', 'y', 'z', '-', '_'].map((letter) => letter.repeat(3));
    for (const length of [0, 1, 2, 60, 61, 62, 63, 64, 65, 66, 200]) {
      // The first character, the last one and the length say where a name is kept, so all of these are kept in one place.
      const names = middles.map((middle) => `a${middle}${'x'.repeat(Math.max(0, length - 5))}z`.slice(0, length));
      for (const name of [...names, ...names.toReversed(), `${names[0]}q`]) {
        expect(Object.keys(parse(`{"${name}":1}`) as object)).toEqual([name]);
        const [upper, lower] = [name.toUpperCase(), name.toLowerCase()];
        const both = () => parse(`{"${upper}":1,"${lower}":2}`, { refuseCaseVariants: true });
        expect(refusal(both)?.code).toBe('JSON_MALFORMED');
        expect(parse(`{"k":{"${name}":"${name}"},"l":"${name}"}`)).toEqual({ k: { [name]: name }, l: name });
      }
    }
  });
});
