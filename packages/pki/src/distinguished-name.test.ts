import { decodeDer } from '@nv2/base';
import {
  encodeDer,
  encodeDerOid,
  encodeName,
  mintCertificate,
  type TestName,
  type TestNameAttribute,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { attributeShortName, type DistinguishedName, formatName, parseName } from './distinguished-name.ts';

const parse = (name: TestName | Uint8Array): DistinguishedName =>
  parseName(decodeDer(name instanceof Uint8Array ? name : encodeName(name), { maxBytes: 10_000 }));
const one = (attribute: TestNameAttribute): TestName => [[attribute]];
const valuesOf = (name: DistinguishedName): readonly (string | undefined)[] =>
  name.rdns.flat().map(({ value }) => value);

describe('names of certificates', () => {
  it('are written most specific first, with the short names of the standard [+ID-09 +OC-64]', () => {
    const name = parse('C=US,ST=WA,L=Seattle,POSTALCODE=98101,STREET=Pike,O=Example,OU=Team,SERIALNUMBER=7,CN=signer');
    expect(formatName(name)).toBe(
      'CN=signer,SERIALNUMBER=7,OU=Team,O=Example,STREET=Pike,POSTALCODE=98101,L=Seattle,ST=WA,C=US',
    );
  });

  it('decode attributes beyond the nine short names instead of giving up [+OC-24]', () => {
    const name = parse('DC=org,DC=example,UID=u1,emailAddress=a@example.org,1.3.6.1.4.1.311.60.2.1.3=US');
    expect(formatName(name)).toBe('1.3.6.1.4.1.311.60.2.1.3=US,emailAddress=a@example.org,UID=u1,DC=example,DC=org');
    expect(attributeShortName('0.9.2342.19200300.100.1.25')).toBe('DC');
  });

  it('have no short name for types that nobody agreed on [-ID-09 -OC-24]', () => {
    expect(attributeShortName('1.3.6.1.4.1.311.60.2.1.3')).toBeUndefined();
    expect(attributeShortName('CN')).toBeUndefined();
  });

  it('join the attributes of one RDN with a plus sign', () => {
    expect(formatName(parse('C=US,CN=a+OU=b,O=c'))).toBe('O=c,CN=a+OU=b,C=US');
  });

  it('keep every repeated attribute, first and last [+ID-10]', () => {
    const name = parse('C=US,CN=first,CN=last');
    expect(name.rdns.flat().filter(({ oid }) => attributeShortName(oid) === 'CN')).toHaveLength(2);
    expect(valuesOf(name)).toEqual(['US', 'first', 'last']);
  });

  it('do not let a repeated attribute hide another [-ID-10]', () => {
    expect(formatName(parse('C=US,CN=good,CN=evil'))).not.toBe(formatName(parse('C=US,CN=evil')));
  });

  it.each<[string, string]>([
    ['a,b+c"d\\e<f>g;h=i', 'a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\=i'],
    ['#start', '\\#start'],
    ['mid#dle', 'mid#dle'],
    [' both ', '\\ both\\ '],
    [' ', '\\ '],
    ['in side', 'in side'],
    ['nul\u0000', 'nul\\00'],
    ['line\nO=Evil', 'line\\0aO\\=Evil'],
    ['\u202eright', '\\e2\\80\\aeright'],
    ['Zürich', 'Zürich'],
  ])('escape %j as RFC 4514 wants', (value, text) => {
    expect(formatName(parse(one({ type: 'CN', value })))).toBe(`CN=${text}`);
  });

  it('do not mistake characters of a value for structure [-OC-64]', () => {
    const name = parse(one({ type: 'CN', value: 'a\nO=Example, O=Example' }));
    expect(name.rdns).toHaveLength(1);
    expect(name.rdns.flat().map(({ oid }) => oid)).toEqual(['2.5.4.3']);
  });

  it('write a value that is not a string as hexadecimal', () => {
    const name = parse(
      encodeDer(0x30, encodeDer(0x31, encodeDer(0x30, encodeDerOid('2.5.4.3'), encodeDer(0x02, Uint8Array.of(5))))),
    );
    expect(valuesOf(name)).toEqual([undefined]);
    expect(formatName(name)).toBe('CN=#020105');
  });

  it('may be empty', () => {
    expect(formatName(parse(''))).toBe('');
  });

  it.each([
    ['an empty RDN', encodeDer(0x30, encodeDer(0x31))],
    ['an RDN that is not a SET', encodeDer(0x30, encodeDer(0x30))],
    ['an attribute without value', encodeDer(0x30, encodeDer(0x31, encodeDer(0x30, encodeDerOid('2.5.4.3'))))],
    [
      'an attribute with two values',
      encodeDer(0x30, encodeDer(0x31, encodeDer(0x30, encodeDerOid('2.5.4.3'), encodeDer(0x0c), encodeDer(0x0c)))),
    ],
  ])('with %s are refused', (_, der) => {
    expect(() => parse(der)).toThrow(expect.objectContaining({ code: 'DER_MALFORMED' }));
  });

  it('keep their bytes for comparison', async () => {
    const { subject, issuer } = await mintCertificate({ subject: 'C=US,O=a' });
    expect([...subject.der]).toEqual([...encodeName('C=US,O=a')]);
    expect([...issuer.der]).toEqual([...subject.der]);
  });
});

describe('string types', () => {
  it.each<NonNullable<TestNameAttribute['as']>>(['utf8', 'printable', 'ia5', 't61', 'bmp', 'universal'])(
    'give the same characters in %s [+ID-13]',
    (as) => {
      expect(valuesOf(parse(one({ type: 'O', value: 'Example Org', as })))).toEqual(['Example Org']);
    },
  );

  it.each<[NonNullable<TestNameAttribute['as']>, string]>([
    ['utf8', 'Zürich 東京 😀'],
    ['utf8', 'x'.repeat(100)],
    ['bmp', 'Zürich 東京'],
    ['universal', 'Zürich 東京 😀'],
    ['t61', 'Zürich'],
    ['numeric', '0123 456'],
  ])('keep characters beyond ASCII in %s: %s', (as, value) => {
    expect(valuesOf(parse(one({ type: 'O', value, as })))).toEqual([value]);
  });

  it('are not normalised: a letter with an accent is not the letter and the accent [-ID-13]', () => {
    const [composed] = valuesOf(parse(one({ type: 'O', value: '\u00e9' })));
    const [decomposed] = valuesOf(parse(one({ type: 'O', value: 'e\u0301' })));
    expect(composed).not.toBe(decomposed);
  });

  it.each<[string, number, string]>([
    ['UTF8String with a broken sequence', 0x0c, 'c328'],
    ['long UTF8String with a broken sequence', 0x0c, `${'61'.repeat(80)}ff`],
    ['PrintableString with an at sign', 0x13, '61406200'.slice(0, 6)],
    ['IA5String above 7 bits', 0x16, 'e9'],
    ['VisibleString with a control character', 0x1a, '0a'],
    ['NumericString with a letter', 0x12, '3161'],
    ['BMPString of odd length', 0x1e, '006100'],
    ['BMPString with a surrogate', 0x1e, 'd83dde00'],
    ['UniversalString of the wrong length', 0x1c, '000061'],
    ['UniversalString beyond Unicode', 0x1c, '00110000'],
  ])('refuse a %s', (_, tag, hex) => {
    const value = encodeDer(tag, Buffer.from(hex, 'hex'));
    const name = encodeDer(0x30, encodeDer(0x31, encodeDer(0x30, encodeDerOid('2.5.4.3'), value)));
    expect(() => parse(name)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(DER|UTF8)_MALFORMED$/) }),
    );
  });
});
