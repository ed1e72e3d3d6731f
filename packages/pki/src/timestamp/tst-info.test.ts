import { encodeDer, encodeDerOid, encodeHex, isNv2Error, parseHex } from '@nv2/base';
import { encodeStatement, type TestStatement } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { parseTstInfo } from './tst-info.ts';

const baseline = '0.4.0.2023.1.1';

function range(statement: TestStatement): readonly string[] {
  const { earliest, latest } = parseTstInfo(encodeStatement(statement));
  return [earliest.toISOString(), latest.toISOString()];
}

function ruleOf(der: Uint8Array): unknown {
  try {
    parseTstInfo(der);
    return undefined;
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return error.details['rule'] ?? error.code;
  }
}

describe('what a time-stamp states', () => {
  it('is policy, hash, time, number and nonce [+TSA-09 +TSA-25]', () => {
    const info = parseTstInfo(
      encodeStatement({
        data: parseHex('ff'),
        policy: baseline,
        serialNumber: parseHex('80'),
        nonce: parseHex('00ff'),
      }),
    );
    expect(info).toMatchObject({
      policy: baseline,
      serialNumber: '0080',
      imprint: { algorithm: { oid: '2.16.840.1.101.3.4.2.1' } },
    });
    expect(encodeHex(info.nonce ?? new Uint8Array())).toBe('00ff');
  });

  it.each<[string, TestStatement, string, string]>([
    ['nothing', {}, '2024-06-21T07:12:05.000Z', '2024-06-21T07:12:05.000Z'],
    ['seconds', { accuracy: { seconds: 2 } }, '2024-06-21T07:12:03.000Z', '2024-06-21T07:12:07.000Z'],
    ['milliseconds', { accuracy: { millis: 500 } }, '2024-06-21T07:12:04.500Z', '2024-06-21T07:12:05.500Z'],
    [
      'all three, rounded up',
      { accuracy: { seconds: 1, millis: 1, micros: 1 } },
      '2024-06-21T07:12:03.998Z',
      '2024-06-21T07:12:06.002Z',
    ],
    ['a second by the baseline policy', { policy: baseline }, '2024-06-21T07:12:04.000Z', '2024-06-21T07:12:06.000Z'],
    [
      'what is written rather than the policy’s second',
      { policy: baseline, accuracy: { millis: 3 } },
      '2024-06-21T07:12:04.997Z',
      '2024-06-21T07:12:05.003Z',
    ],
  ])('is as accurate as %s [+TSA-26 -OC-16]', (_, statement, earliest, latest) => {
    expect(range(statement)).toEqual([earliest, latest]);
  });

  it.each<[string, TestStatement['accuracy']]>([
    ['seconds', { seconds: 0 }],
    ['an empty accuracy', {}],
  ])('takes an explicit zero at its word, under the baseline policy too: %s [-TSA-26 +OC-16]', (_, accuracy) => {
    const time = '2024-06-21T07:12:05.000Z';
    expect(range({ policy: baseline, ...(accuracy && { accuracy }) })).toEqual([time, time]);
  });

  it.each<[string, TestStatement['accuracy']]>([
    ['no milliseconds', { millis: 0 }],
    ['a thousand milliseconds', { millis: 1000 }],
    ['no microseconds', { micros: 0 }],
    ['a thousand microseconds', { micros: 1000 }],
  ])('refuses an accuracy of %s [-TSA-26]', (_, accuracy) => {
    expect(ruleOf(encodeStatement({ ...(accuracy && { accuracy }) }))).toBe('TSA-26');
  });

  it('may have a time to the millisecond, and a finer one widens the range to hold it [+OC-65 +TSA-26]', () => {
    expect(range({ genTime: '20240621071205.884Z' })).toEqual(['2024-06-21T07:12:05.884Z', '2024-06-21T07:12:05.884Z']);
    expect(range({ genTime: '20240621071205.8841Z' })).toEqual([
      '2024-06-21T07:12:05.884Z',
      '2024-06-21T07:12:05.885Z',
    ]);
  });

  it.each([
    ['with an offset', '20240621071205+0200'],
    ['without zone', '20240621071205'],
    ['with trailing zeros', '20240621071205.50Z'],
    ['of a day that does not exist', '20240631071205Z'],
    ['without seconds', '202406210712Z'],
  ])('refuses a time %s [-TSA-09 -OC-65]', (_, genTime) => {
    expect(ruleOf(encodeStatement({ genTime }))).toBe('DER_MALFORMED');
  });

  it.each([0, 2, 3])('refuses version %i [-TSA-25]', (version) => {
    expect(ruleOf(encodeStatement({ version }))).toBe('TSA-25');
  });

  const extension = (isCritical: boolean): Uint8Array =>
    encodeDer(
      0xa1,
      encodeDer(0x30, encodeDerOid('1.2.3'), ...(isCritical ? [parseHex('0101ff')] : []), encodeDer(0x04)),
    );

  it('may have members that nobody needs: ordering, a name, an extension [+TSA-25]', () => {
    const name = encodeDer(0xa0, encodeDer(0x82, parseHex('61')));
    const rest = [parseHex('0101ff'), parseHex('020105'), name, extension(false)];
    expect(encodeHex(parseTstInfo(encodeStatement({ rest })).nonce ?? new Uint8Array())).toBe('05');
  });

  it.each([
    ['a critical extension', extension(true), 'TSA-25'],
    [
      'too many extensions',
      encodeDer(0xa1, ...Array.from({ length: 17 }, () => encodeDer(0x30, encodeDerOid('1.2.3'), encodeDer(0x04)))),
      'TSA-25',
    ],
    ['a member of no meaning', parseHex('0500'), 'DER_MALFORMED'],
    ['a second nonce', parseHex('020101020102'), 'DER_MALFORMED'],
  ])('refuses %s [-TSA-25]', (_, der, rule) => {
    expect(ruleOf(encodeStatement({ rest: [der] }))).toBe(rule);
  });

  it.each([
    ['an OCTET STRING', '0400'],
    ['nothing', ''],
    ['a cut', '3003020101'],
  ])('refuses %s [-TSA-25]', (_, hex) => {
    expect(ruleOf(parseHex(hex))).toBeDefined();
  });
});
