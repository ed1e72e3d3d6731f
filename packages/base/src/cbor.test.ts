import { encode as encodeReference } from 'cborg';
import { Tag as ReferenceTag, decode as decodeReference } from 'cbor2';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodeCborOptions, decodeCbor } from './cbor-decode.ts';
import { encodeCbor } from './cbor-encode.ts';
import { type CborArray, CborFloat, type CborMap, CborTag, type CborValue } from './cbor-value.ts';
import { encodeHex, parseHex } from './crypto.ts';
import { type Nv2Error, isNv2Error } from './errors.ts';

const decode = (hex: string, options: Partial<DecodeCborOptions> = {}): CborValue =>
  decodeCbor(Uint8Array.from(parseHex(hex)), { maxBytes: 10_000, tags: [1, 18], ...options });

function refusal(run: () => unknown): Nv2Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isNv2Error(error)) return error;
    throw error;
  }
}

describe('CBOR items', () => {
  // Examples of RFC 8949 appendix A that are inside the profile.
  const examples: readonly [hex: string, value: CborValue][] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['20', -1],
    ['3863', -100],
    ['3903e7', -1000],
    ['3b001ffffffffffffe', Number.MIN_SAFE_INTEGER],
    ['f90000', new CborFloat(0)],
    ['f98000', new CborFloat(-0)],
    ['f93c00', new CborFloat(1)],
    ['fb3ff199999999999a', new CborFloat(1.1)],
    ['f93e00', new CborFloat(1.5)],
    ['f97bff', new CborFloat(65_504)],
    ['fa47c35000', new CborFloat(100_000)],
    ['fa7f7fffff', new CborFloat(3.402_823_466_385_288_6e38)],
    ['fb7e37e43c8800759c', new CborFloat(1e300)],
    ['f90001', new CborFloat(5.960_464_477_539_063e-8)],
    ['f90400', new CborFloat(0.000_061_035_156_25)],
    ['f9c400', new CborFloat(-4)],
    ['fbc010666666666666', new CborFloat(-4.1)],
    ['f97c00', new CborFloat(Number.POSITIVE_INFINITY)],
    ['f9fc00', new CborFloat(Number.NEGATIVE_INFINITY)],
    ['f97e00', new CborFloat(Number.NaN)],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['c11a514b67b0', new CborTag(1, 1_363_896_240)],
    ['c1fb41d452d9ec200000', new CborTag(1, new CborFloat(1_363_896_240.5))],
    ['40', new Uint8Array()],
    ['4401020304', Uint8Array.of(1, 2, 3, 4)],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['62225c', '"\\'],
    ['62c3bc', 'ü'],
    ['64f0908591', '\u{10151}'],
    ['80', []],
    ['83010203', [1, 2, 3]],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a0', new Map()],
    [
      'a201020304',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['826161a161626163', ['a', new Map([['b', 'c']])]],
    ['d28440a0f640', new CborTag(18, [new Uint8Array(), new Map(), null, new Uint8Array()])],
  ];

  it.each(examples)('reads and writes %s', (hex, value) => {
    expect(decode(hex)).toEqual(value);
    expect(encodeHex(encodeCbor(value))).toBe(hex);
  });

  it('gives byte strings as views of the input, so that what is hashed is what was received', () => {
    const input = parseHex('8243a10126f6');
    const [protectedBytes] = decodeCbor(input, { maxBytes: 100 }) as CborArray;
    expect(encodeHex(protectedBytes as Uint8Array)).toBe('a10126');
    expect((protectedBytes as Uint8Array).buffer).toBe(input.buffer);
  });

  it('keeps the order of a map as it was read', () => {
    expect([...(decode('a2616201616102') as CborMap).keys()]).toEqual(['b', 'a']);
  });
});

describe('deterministic CBOR', () => {
  it('sorts map keys by the bytes of their encoding: integers, then text by length [+SIG-COSE-18]', () => {
    const map: CborMap = new Map<number | string, CborValue>([
      ['bb', 0],
      ['a', 0],
      [-1, 0],
      [100, 0],
      ['aa', 0],
      [3, 0],
      [1, 0],
    ]);
    expect([...(decodeCbor(encodeCbor(map), { maxBytes: 100 }) as CborMap).keys()]).toEqual([
      1,
      3,
      100,
      -1,
      'a',
      'aa',
      'bb',
    ]);
  });

  it('writes numbers that are not safe integers as floats', () => {
    expect(encodeHex(encodeCbor(1.5))).toBe('f93e00');
    expect(encodeHex(encodeCbor(-0))).toBe('f98000');
    expect(decode(encodeHex(encodeCbor(2 ** 60)))).toEqual(new CborFloat(2 ** 60));
  });

  it('refuses text that has no UTF-8', () => {
    expect(refusal(() => encodeCbor(['\ud800']))?.code).toBe('CBOR_MALFORMED');
  });
});

describe('CBOR outside the profile', () => {
  it.each([
    ['nothing at all', ''],
    ['trailing bytes', '0000'],
    ['a missing argument', '18'],
    ['a byte string beyond the end', '4401'],
    ['a text beyond the end', '6261'],
    ['an array beyond the end', '8201'],
    ['an array of 2^32 items in five bytes', '9affffffff'],
    ['a map of 2^52 pairs in nine bytes', 'bb000fffffffffffff'],
    ['an odd map', 'a101'],
    ['an indefinite byte string', '5f4101ff'],
    ['an indefinite text', '7f6161ff'],
    ['an indefinite array', '9f01ff'],
    ['an indefinite map', 'bf0102ff'],
    ['a lone break', 'ff'],
    ['a reserved length', '1c'],
    ['a duplicate integer key', 'a201020103'],
    ['a duplicate text key', 'a2616101616102'],
    ['a duplicate key in a nested map', '81a2616101616102'],
    ['a byte string as key', 'a1416101'],
    ['a float as key', 'a1f93c0001'],
    ['an array as key', 'a18001'],
    ['null as key', 'a1f601'],
    ['true as key', 'a1f501'],
    ['a tag as key', 'a1c10001'],
    ['undefined', 'f7'],
    ['an unassigned simple value', 'f0'],
    ['a simple value in two bytes', 'f8ff'],
    ['tag 0', 'c06161'],
    ['a bignum', 'c249010000000000000000'],
    ['the self-describing tag', 'd9d9f700'],
    ['an integer of 2^53', '1b0020000000000000'],
    ['an integer of 2^64 - 1', '1bffffffffffffffff'],
    ['a negative integer of -2^53', '3b001fffffffffffff'],
    ['a negative integer of -2^64', '3bffffffffffffffff'],
    ['a lone surrogate in UTF-8', '63eda080'],
    ['an overlong UTF-8 form', '62c080'],
    ['a stray UTF-8 byte', '6180'],
    ['an integer in a longer form', '1801'],
    ['a length in a longer form', '580161'],
    ['an integer of one byte in two', '190018'],
    ['an integer of two bytes in four', '1a0000ffff'],
    ['an integer of four bytes in eight', '1b00000000ffffffff'],
  ])('is refused: %s [-SIG-COSE-14]', (_, hex) => {
    expect(refusal(() => decode(hex))?.code).toBe('CBOR_MALFORMED');
  });

  it('has tags refused that the caller did not ask for [-SIG-COSE-14]', () => {
    expect(refusal(() => decode('c100', { tags: [] }))?.code).toBe('CBOR_MALFORMED');
    expect(refusal(() => decode('d200', { tags: [1] }))?.code).toBe('CBOR_MALFORMED');
  });

  it('accepts longer forms when the caller does, equal keys still being equal', () => {
    expect(decode('1801', { allowLongHeads: true })).toBe(1);
    expect(decode('5a0000000161', { allowLongHeads: true })).toEqual(Uint8Array.of(0x61));
    expect(refusal(() => decode('a20102180103', { allowLongHeads: true }))?.code).toBe('CBOR_MALFORMED');
  });
});

describe('bounds on CBOR', () => {
  it('stop at the size', () => {
    expect(refusal(() => decode('83010203', { maxBytes: 3 }))?.code).toBe('CBOR_LIMIT');
    expect(decode('83010203', { maxBytes: 4 })).toEqual([1, 2, 3]);
  });

  it('stop at the depth, of arrays, maps and tags alike', () => {
    for (const open of ['81', 'a101', 'c1']) {
      expect(refusal(() => decode(`${open.repeat(17)}00`))?.code).toBe('CBOR_LIMIT');
      expect(refusal(() => decode(`${open.repeat(16)}00`))).toBeUndefined();
    }
  });

  it('stop at the depth for a hundred thousand nested arrays, without using up the stack', () => {
    const bomb = new Uint8Array(100_000).fill(0x81);
    expect(refusal(() => decodeCbor(bomb, { maxBytes: bomb.length }))?.code).toBe('CBOR_LIMIT');
  });

  it('stop at a count that the remaining bytes cannot hold, before the first element is read', () => {
    expect(() => decode('9affffffff00')).toThrow('room for 4294967295 elements');
    expect(() => decode('a30001')).toThrow('room for 3 elements');
  });

  it('stop at the number of items, map keys included', () => {
    expect(refusal(() => decode('a201020304', { maxItems: 4 }))?.code).toBe('CBOR_LIMIT');
    expect(refusal(() => decode('a201020304', { maxItems: 5 }))).toBeUndefined();
  });
});

describe('CBOR against other implementations', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const leaf = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 300 }),
    text,
    fc.uint8Array({ maxLength: 40 }),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.oneof(text, fc.integer());
  const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('value'), { maxLength: 5 }),
      fc
        .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 5, selector: ([name]) => name })
        .map((entries) => new Map(entries)),
    ),
  }));
  const run = { seed: 1, numRuns: 500 };

  it('decodes what it encodes to the same value', () => {
    fc.assert(
      fc.property(value, (sample) => {
        expect(decodeCbor(encodeCbor(sample), { maxBytes: 100_000 })).toEqual(sample);
      }),
      run,
    );
  });

  it('encodes what it decodes from deterministic bytes to the same bytes', () => {
    fc.assert(
      fc.property(value, (sample) => {
        const bytes = encodeCbor(sample);
        expect(encodeCbor(decodeCbor(bytes, { maxBytes: 100_000 }))).toEqual(bytes);
      }),
      run,
    );
  });

  it('reads what cborg writes', () => {
    fc.assert(
      fc.property(value, (sample) => {
        expect(decodeCbor(Uint8Array.from(encodeReference(sample)), { maxBytes: 100_000 })).toEqual(sample);
      }),
      run,
    );
  });

  it('is read by cbor2', () => {
    fc.assert(
      fc.property(value, (sample) => {
        expect(decodeReference(Uint8Array.from(encodeCbor(sample)), { preferMap: true })).toEqual(sample);
      }),
      run,
    );
    expect(decodeReference(Uint8Array.from(encodeCbor(new CborTag(18, [1]))))).toEqual(new ReferenceTag(18, [1]));
  });

  it('agrees with cborg on floats of every width', () => {
    const doubles = fc.oneof(
      fc.double(),
      fc.float(),
      fc.constantFrom(0.5, 65_504, 65_505, 2 ** -24, 2 ** -25, 2 ** -14, 1 + 2 ** -10, 1 + 2 ** -11),
    );
    fc.assert(
      fc.property(doubles, (sample) => {
        const decoded = decodeCbor(encodeCbor(new CborFloat(sample)), { maxBytes: 9 });
        expect(decoded).toEqual(new CborFloat(sample));
        if (!Number.isInteger(sample)) expect(encodeCbor(sample)).toEqual(Uint8Array.from(encodeReference(sample)));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('answers noise with a value or with its own error', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      value.chain((sample) =>
        fc
          .tuple(fc.constant(encodeCbor(sample)), fc.nat(), fc.integer({ min: 1, max: 255 }))
          .map(([bytes, at, flip]) => bytes.map((byte, index) => (index === at % bytes.length ? byte ^ flip : byte))),
      ),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        const error = refusal(() => decodeCbor(bytes, { maxBytes: 1000, tags: [1] }));
        expect([undefined, 'CBOR_MALFORMED', 'CBOR_LIMIT']).toContain(error?.code);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});
