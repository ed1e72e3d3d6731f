import { decodeDer, encodeSpki, findPublicKey, isEqualBytes, parseHex } from '@nv2/base';
import { encodeDer, encodeDerOid, testKeyPair, type TestKeyType } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { parseSubjectKey } from './subject-key.ts';

const nothing = encodeDer(0x05);
const odd = (bits: number): Uint8Array => Uint8Array.from({ length: bits / 8 }, (_, at) => (at === 0 ? 0x80 : 0x01));

function spki(oid: string, parameters: readonly Uint8Array[], key: Uint8Array, unused = 0): Uint8Array {
  return encodeDer(
    0x30,
    encodeDer(0x30, encodeDerOid(oid), ...parameters),
    encodeDer(0x03, Uint8Array.of(unused), key),
  );
}

function rsa(modulus: Uint8Array, exponent: string): Uint8Array {
  const integer = (bytes: Uint8Array): Uint8Array =>
    encodeDer(0x02, Uint8Array.from((bytes[0] ?? 0) > 0x7f ? [0, ...bytes] : bytes));
  return spki('1.2.840.113549.1.1.1', [nothing], encodeDer(0x30, integer(modulus), integer(parseHex(exponent))));
}

const parse = (der: Uint8Array): ReturnType<typeof parseSubjectKey> =>
  parseSubjectKey(decodeDer(der, { maxBytes: 10_000 }));

describe('public keys of certificates', () => {
  it.each<TestKeyType>(['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'])(
    'read from %s become the key OpenSSL has',
    (type) => {
      const key = parse(testKeyPair(type).spki);
      const imported = key.kind === 'other' ? undefined : findPublicKey(key);
      expect(imported && isEqualBytes(encodeSpki(imported), testKeyPair(type).spki)).toBe(true);
    },
  );

  it.each([
    ['an exponent of 1', odd(2048), '01'],
    ['an even exponent', odd(2048), '010000'],
    ['an exponent above 31 bits', odd(2048), '0100000001'],
    ['an even modulus', Uint8Array.from({ length: 256 }, () => 0x80), '010001'],
    ['a modulus above 8192 bits', odd(8200), '010001'],
    ['a modulus of zero', Uint8Array.of(0), '010001'],
  ])('are not used when RSA has %s', (_, modulus, exponent) => {
    expect(parse(rsa(modulus, exponent))).toEqual({ kind: 'other', algorithmOid: '1.2.840.113549.1.1.1' });
  });

  it('are used up to 8192 bits of RSA with small odd exponents', () => {
    expect(parse(rsa(odd(8192), '03'))).toMatchObject({ kind: 'rsa', bits: 8192 });
  });

  it('that are restricted to RSA-PSS are of another kind [-ALG-03]', () => {
    expect(parse(spki('1.2.840.113549.1.1.10', [], new Uint8Array(3)))).toEqual({
      kind: 'other',
      algorithmOid: '1.2.840.113549.1.1.10',
    });
  });

  it.each([
    ['compressed', spki('1.2.840.10045.2.1', [encodeDerOid('1.2.840.10045.3.1.7')], Uint8Array.from([2, ...odd(256)]))],
    [
      'of another length',
      spki('1.2.840.10045.2.1', [encodeDerOid('1.2.840.10045.3.1.7')], Uint8Array.from([4, ...odd(256)])),
    ],
    ['on a curve given by parameters', spki('1.2.840.10045.2.1', [encodeDer(0x30)], Uint8Array.from([4, ...odd(512)]))],
  ])('are of another kind when a point is %s', (_, der) => {
    expect(parse(der)).toEqual({ kind: 'other', algorithmOid: '1.2.840.10045.2.1' });
  });

  it.each([
    ['RSA has no NULL parameters', spki('1.2.840.113549.1.1.1', [], encodeDer(0x30))],
    ['RSA has other parameters', spki('1.2.840.113549.1.1.1', [encodeDer(0x30)], encodeDer(0x30))],
    ['RSA is not a sequence', spki('1.2.840.113549.1.1.1', [nothing], nothing)],
    [
      'RSA has a third number',
      spki('1.2.840.113549.1.1.1', [nothing], encodeDer(0x30, ...Array.from({ length: 3 }, () => parseHex('020103')))),
    ],
    [
      'RSA has a negative modulus',
      spki('1.2.840.113549.1.1.1', [nothing], encodeDer(0x30, parseHex('020181'), parseHex('020103'))),
    ],
    ['an EC key has no curve', spki('1.2.840.10045.2.1', [], Uint8Array.of(4))],
    ['a key ends within an octet', spki('1.2.840.113549.1.1.1', [nothing], Uint8Array.of(0), 1)],
  ])('are refused when %s', (_, der) => {
    expect(() => parse(der)).toThrow(expect.objectContaining({ code: 'DER_MALFORMED' }));
  });

  it('off their curve cannot be imported', () => {
    const key = parse(
      spki('1.2.840.10045.2.1', [encodeDerOid('1.2.840.10045.3.1.7')], Uint8Array.from([4, ...odd(512)])),
    );
    expect(key.kind !== 'other' && findPublicKey(key)).toBeUndefined();
  });
});
