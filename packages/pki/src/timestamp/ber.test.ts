import { BaseError, concatBytes, decodeDer, encodeDer, encodeHex, isNv2Error, parseHex } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PkiError } from '../errors.ts';
import { type BerProblem, toDer } from './ber.ts';
import { maxBerElements } from './limits.ts';

function problemOf(bytes: Uint8Array): unknown {
  try {
    toDer(bytes);
    return undefined;
  } catch (error) {
    if (isNv2Error(error, 'PKI_BER_INVALID')) return error.details['problem'];
    throw error;
  }
}

/** Every length in one octet more than it needs, at every level. */
function loosen(der: Uint8Array): Uint8Array {
  const element = decodeDer(der, { maxBytes: 1 << 20 });
  const parts: Uint8Array[] = [];
  if (element.isConstructed) {
    for (const members = element.members(); !members.isAtEnd; ) parts.push(loosen(members.readAny('a member').bytes));
  } else parts.push(element.content);
  const content = concatBytes(parts);
  return concatBytes([
    Uint8Array.of(element.tag, 0x83, content.length >> 16, content.length >> 8, content.length),
    content,
  ]);
}

describe('BER with definite lengths', () => {
  it.each([
    ['a length in the long form where the short one does', '30810304017f', '300304017f'],
    ['leading zeros in a length', '3084000000030401ff', '30030401ff'],
    ['both, at two levels', '30820007048300000200ff', '3004040200ff'],
    ['a primitive element', '048101aa', '0401aa'],
    ['an empty content', '308100', '3000'],
  ])('becomes DER: %s [+TSA-13]', (_, ber, der) => {
    expect(encodeHex(toDer(parseHex(ber)))).toBe(der);
  });

  it('that is DER already stays the same object [+TSA-13]', () => {
    const der = parseHex('300304017f');
    expect(toDer(der)).toBe(der);
  });

  it.each<[string, string, BerProblem]>([
    ['no bytes', '', 'empty'],
    ['a lone tag', '30', 'identifier-cut'],
    ['a tag number above 30', '3f810100', 'identifier-long'],
    ['an indefinite length', '30800401ff0000', 'length-indefinite'],
    ['an indefinite length inside', '308104a0800000', 'length-indefinite'],
    ['a length of five octets', '3085000000000100', 'length-octets'],
    ['a length cut short', '308201', 'length-cut'],
    ['a length of 2^31', '308480000000', 'length-above-int32'],
    ['a short length beyond the end', '300404017f', 'short-length-exceeds'],
    ['a short length beyond the end of its parent', '30810304057f', 'short-length-exceeds'],
    ['a long length beyond the end', '30810904017f', 'long-length-exceeds'],
    ['bytes after the element', '300304017f00', 'trailing'],
  ])('refuses %s, and says which rule is broken [-TSA-13]', (_, hex, problem) => {
    expect(problemOf(parseHex(hex))).toBe(problem);
  });

  it('is bounded in depth and in elements [-TSA-13]', () => {
    let deep = parseHex('048100');
    for (let level = 0; level < 40; level++) deep = encodeDer(0x30, deep);
    expect(problemOf(deep)).toBe('too-deep');
    const many = concatBytes(Array.from({ length: maxBerElements + 1 }, () => Uint8Array.of(5, 0)));
    expect(problemOf(encodeDer(0x30, many, parseHex('048100')))).toBe('too-many');
  });

  it('becomes what it was before its lengths were loosened', () => {
    const tree = fc.letrec<{ element: Uint8Array }>((tie) => ({
      element: fc.oneof(
        { maxDepth: 4 },
        fc.uint8Array({ maxLength: 200 }).map((content) => encodeDer(0x04, content)),
        fc.array(tie('element'), { maxLength: 4 }).map((members) => encodeDer(0x30, ...members)),
      ),
    })).element;
    fc.assert(
      fc.property(tree, (der) => {
        expect(encodeHex(toDer(loosen(der)))).toBe(encodeHex(der));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('throws nothing but its own error on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        let error: unknown;
        try {
          toDer(noise);
        } catch (thrown) {
          error = thrown;
        }
        expect(error === undefined || error instanceof PkiError || error instanceof BaseError).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
