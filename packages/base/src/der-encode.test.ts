import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex, parseHex } from './crypto.ts';
import { decodeDer, derTag } from './der.ts';
import { encodeDer, encodeDerOid, encodeDerUnsigned } from './der-encode.ts';
import { parseDerOid, parseDerUnsigned } from './der-values.ts';

const limits = { maxBytes: 1 << 20 };

describe('writing DER', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
    'writes %i bytes of content with the shortest length',
    (length) => {
      const element = decodeDer(encodeDer(derTag.octetString, new Uint8Array(length)), limits);
      expect(element.content).toHaveLength(length);
    },
  );

  it.each([
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['2.999', '06028837'],
    ['0.4.0.2023.1.1', '060604008f670101'],
  ])('writes the object identifier %s', (oid, hex) => {
    expect(encodeHex(encodeDerOid(oid))).toBe(hex);
    expect(parseDerOid(decodeDer(parseHex(hex), limits))).toBe(oid);
  });

  it.each(['', '1', '3.1', '1.40', '1..2', '1.02', 'a.b', '1.2.'])('refuses %j as an object identifier', (oid) => {
    expect(() => encodeDerOid(oid)).toThrow(expect.objectContaining({ code: 'DER_MALFORMED' }));
  });

  it.each([
    ['', '020100'],
    ['00', '020100'],
    ['0000', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['0080', '02020080'],
    ['00ff00', '020300ff00'],
  ])('writes the number %j in its shortest form', (octets, hex) => {
    expect(encodeHex(encodeDerUnsigned(parseHex(octets)))).toBe(hex);
  });

  it('writes numbers that are read as the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const read = parseDerUnsigned(decodeDer(encodeDerUnsigned(octets), limits));
        expect(encodeHex(read)).toBe(encodeHex(octets).replace(/^(00)*/, ''));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
