import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BaseError } from './base-errors.ts';
import { concatBytes, encodeUtf8 } from './bytes.ts';
import { encodeHex, parseHex } from './crypto.ts';
import { type DerElement, decodeDer, derTag } from './der.ts';
import {
  parseDerBitOctets,
  parseDerBitString,
  parseDerBoolean,
  parseDerInteger,
  parseDerNull,
  parseDerOid,
  parseDerSmallInteger,
  parseDerTime,
  parseDerUnsigned,
} from './der-values.ts';

function element(tag: number, content: Uint8Array): DerElement {
  return decodeDer(concatBytes([Uint8Array.of(tag, content.length), content]), { maxBytes: 200 });
}

const hex = (tag: number, text: string): DerElement => element(tag, parseHex(text));
const time = (text: string): DerElement =>
  element(text.length < 15 ? derTag.utcTime : derTag.generalizedTime, encodeUtf8(text));
const refused = expect.objectContaining({ code: 'DER_MALFORMED' });

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('DER booleans and integers', () => {
  it('knows two booleans', () => {
    expect(parseDerBoolean(hex(1, 'ff'))).toBe(true);
    expect(parseDerBoolean(hex(1, '00'))).toBe(false);
  });

  it.each(['', '01', '0000', 'fe'])('refuses the boolean %j', (content) => {
    expect(thrownBy(() => parseDerBoolean(hex(1, content)))).toEqual(refused);
  });

  it('keeps the content of integers of any size and sign', () => {
    expect(encodeHex(parseDerInteger(hex(2, 'ff7f')))).toBe('ff7f');
    expect(encodeHex(parseDerInteger(hex(2, '0080')))).toBe('0080');
  });

  it('strips the sign octet of non-negative integers; zero is empty', () => {
    expect(encodeHex(parseDerUnsigned(hex(2, '0080')))).toBe('80');
    expect(encodeHex(parseDerUnsigned(hex(2, '00')))).toBe('');
  });

  it.each(['', '0000', '007f', 'ff80', 'ffff'])('refuses the integer %j', (content) => {
    expect(thrownBy(() => parseDerInteger(hex(2, content)))).toEqual(refused);
  });

  it('refuses a negative number where none may be', () => {
    expect(thrownBy(() => parseDerUnsigned(hex(2, '80')))).toEqual(refused);
  });

  it('reads small integers up to 2^31-1', () => {
    expect(parseDerSmallInteger(hex(2, '00'))).toBe(0);
    expect(parseDerSmallInteger(hex(2, '7fffffff'))).toBe(2 ** 31 - 1);
    expect(thrownBy(() => parseDerSmallInteger(hex(2, '0080000000')))).toEqual(refused);
    expect(thrownBy(() => parseDerSmallInteger(hex(2, '010000000000')))).toEqual(refused);
  });
});

describe('DER object identifiers', () => {
  it.each([
    ['2b0601050507030a', '1.3.6.1.5.5.7.3.10'],
    ['00', '0.0'],
    ['27', '0.39'],
    ['28', '1.0'],
    ['4f', '1.39'],
    ['50', '2.0'],
    ['8837', '2.999'],
    ['2a864886f70d01010b', '1.2.840.113549.1.1.11'],
    [`6983${'ff'.repeat(17)}7f`, '2.25.340282366920938463463374607431768211455'],
  ])('reads %s', (content, oid) => {
    expect(parseDerOid(hex(6, content))).toBe(oid);
  });

  it.each([
    ['nothing', ''],
    ['an arc cut short', '2b86'],
    ['an arc with a leading zero octet', '2b8001'],
    ['a first arc with a leading zero octet', '802b'],
    ['more than 64 octets', '2b'.repeat(65)],
  ])('refuses %s', (_, content) => {
    expect(thrownBy(() => parseDerOid(hex(6, content)))).toEqual(refused);
  });

  it('never gives one text to two encodings', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (content) => {
        const oid = thrownBy(() => parseDerOid(element(6, content)));
        if (typeof oid !== 'string') return;
        const encoded = encodeHex(content);
        expect(seen.get(oid) ?? encoded).toBe(encoded);
        seen.set(oid, encoded);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe('DER bit strings', () => {
  it('reads bits with their padding', () => {
    const { bytes, unusedBits } = parseDerBitString(hex(3, '0780'));
    expect([encodeHex(bytes), unusedBits]).toEqual(['80', 7]);
    expect(parseDerBitString(hex(3, '00')).bytes).toHaveLength(0);
    expect(encodeHex(parseDerBitOctets(hex(3, '00aabb')))).toBe('aabb');
  });

  it.each([
    ['no count', ''],
    ['a count above seven', '0800'],
    ['a count without octets', '01'],
    ['padding that is not zero', '0781'],
  ])('refuses %s', (_, content) => {
    expect(thrownBy(() => parseDerBitString(hex(3, content)))).toEqual(refused);
  });

  it('refuses part of an octet where whole octets are due', () => {
    expect(thrownBy(() => parseDerBitOctets(hex(3, '0780')))).toEqual(refused);
  });
});

describe('DER null', () => {
  it('is empty', () => {
    expect(() => parseDerNull(hex(5, ''))).not.toThrow();
    expect(thrownBy(() => parseDerNull(hex(5, '00')))).toEqual(refused);
    expect(thrownBy(() => parseDerNull(hex(4, '')))).toEqual(refused);
  });
});

describe('DER times', () => {
  it.each([
    ['500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['991231235959Z', '1999-12-31T23:59:59.000Z'],
    ['000101000000Z', '2000-01-01T00:00:00.000Z'],
    ['491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['20500101000000Z', '2050-01-01T00:00:00.000Z'],
    ['30211031192003Z', '3021-10-31T19:20:03.000Z'],
    ['99991231235959Z', '9999-12-31T23:59:59.000Z'],
    ['00500101000000Z', '0050-01-01T00:00:00.000Z'],
    ['20000229120000Z', '2000-02-29T12:00:00.000Z'],
  ])('reads %s [+OC-65]', (text, iso) => {
    expect(parseDerTime(time(text)).toISOString()).toBe(iso);
  });

  it('reads fractions only where they are allowed, to the millisecond [+OC-65]', () => {
    const fraction = (text: string): DerElement => element(derTag.generalizedTime, encodeUtf8(text));
    const read = (text: string): unknown =>
      thrownBy(() => parseDerTime(fraction(text), { allowFraction: true }).toISOString());
    expect(read('20240621071205.884Z')).toBe('2024-06-21T07:12:05.884Z');
    expect(read('20240621071205.5Z')).toBe('2024-06-21T07:12:05.500Z');
    expect(read('20240621071205.123456Z')).toBe('2024-06-21T07:12:05.123Z');
    expect(read('20240621071205.Z')).toEqual(refused);
    expect(read('20240621071205.50Z')).toEqual(refused);
    expect(read('20240621071205.1234567891Z')).toEqual(refused);
    expect(thrownBy(() => parseDerTime(fraction('20240621071205.5Z')))).toEqual(refused);
  });

  it.each([
    ['no seconds', '2401010000Z'],
    ['no Z', '240101000000'],
    ['an offset', '240101000000+0100'],
    ['a month 13', '241301000000Z'],
    ['a month 0', '240001000000Z'],
    ['a day that does not exist', '230229000000Z'],
    ['an hour 24', '240101240000Z'],
    ['a minute 60', '240101006000Z'],
    ['a leap second', '231231235960Z'],
    ['letters', '24010100000xZ'],
    ['nothing', ''],
  ])('refuses a time with %s [-OC-65]', (_, text) => {
    expect(thrownBy(() => parseDerTime(element(derTag.utcTime, encodeUtf8(text))))).toEqual(refused);
  });

  it('refuses another type [-OC-65]', () => {
    expect(thrownBy(() => parseDerTime(element(derTag.visibleString, encodeUtf8('240101000000Z'))))).toEqual(refused);
  });
});

describe('all DER values', () => {
  it('throw nothing but their own error on noise', () => {
    const readers = [
      parseDerBoolean,
      parseDerInteger,
      parseDerUnsigned,
      parseDerSmallInteger,
      parseDerOid,
      parseDerBitString,
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...readers, parseDerTime, parseDerNull),
        fc.uint8Array({ maxLength: 40 }),
        (read, content) => {
          const found = thrownBy(() => read(element(derTag.generalizedTime, content)));
          expect(!(found instanceof Error) || found instanceof BaseError).toBe(true);
        },
      ),
      { seed: 1, numRuns: 3000 },
    );
  });
});
