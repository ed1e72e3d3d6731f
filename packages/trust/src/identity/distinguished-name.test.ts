import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDistinguishedName } from './distinguished-name.ts';
import { parseIdentity } from './identity.ts';

const base = 'C=US,ST=WA,O=Example';

function valueOf(text: string): string | undefined {
  const reading = readDistinguishedName(`${base},CN=${text}`);
  return reading.status === 'read' ? reading.attributes.get('CN') : undefined;
}

function problemsOf(text: string): readonly string[] {
  const reading = readDistinguishedName(text);
  return reading.status === 'read' ? [] : reading.problems.map(({ rule, code }) => `${rule} ${code}`);
}

// Any character; the library's own arbitrary for that takes seconds to set up.
const character = fc
  .integer({ min: 0, max: 0x10_ffff })
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

describe('the distinguished name of an identity', () => {
  it.each([
    ['as written in the documentation [+ID-03 +ID-04]', ' C=US, ST=WA, L=Seattle, O=Example, OU=Sales, CN=signer'],
    ['without spaces [+ID-03]', 'C=US,ST=WA,O=Example'],
    ['in reverse order [+ID-03]', 'O=Example,ST=WA,C=US'],
    ['with S for ST [+ID-04]', 'C=US,S=WA,O=Example'],
    ['with spaces around everything [+ID-07]', '  C  =  US  ,  ST = WA , O = Example  '],
    ['with an attribute by OID [+ID-03]', 'C=US,ST=WA,O=Example,2.5.4.12=Chief'],
    ['with an attribute by numbers of many digits [+ID-03]', 'C=US,ST=WA,O=Example,10.20.30=Chief'],
  ])('is read %s', (_, text) => {
    const reading = readDistinguishedName(text);
    expect(
      reading.status === 'read'
        ? [reading.attributes.get('C'), reading.attributes.get('ST'), reading.attributes.get('O')]
        : [],
    ).toEqual(['US', 'WA', 'Example']);
  });

  it.each([
    ['a comma [+ID-07]', 'a\\,b', 'a,b'],
    ['a semicolon [+ID-07]', 'a\\;b', 'a;b'],
    ['a backslash [+ID-07]', 'a\\\\b', 'a\\b'],
    ['a plus sign [+ID-05 +ID-07]', 'a\\+b', 'a+b'],
    ['quotes and brackets [+ID-07]', '\\"a\\" \\<b\\>', '"a" <b>'],
    ['a number sign at the start [+ID-06 +ID-07]', '\\#a', '#a'],
    ['a number sign inside [+ID-06]', 'a#b', 'a#b'],
    ['spaces at both ends [+ID-07]', '\\ a\\ ', ' a '],
    ['an escaped space after plain ones [+ID-07]', 'a  \\  ', 'a   '],
    ['plain spaces inside [+ID-08]', 'a  b', 'a  b'],
    ['an equals sign [+ID-07]', 'a=b', 'a=b'],
    ['bytes of UTF-8 in hexadecimal [+ID-07]', 'K\\C3\\bcln', 'Küln'],
    ['characters outside ASCII as they are [+ID-13]', 'Köln', 'Köln'],
  ])('keeps %s in a value', (_, text, value) => expect(valueOf(text)).toBe(value));

  it.each([
    ['nothing [-ID-03]', '', 'ID-07 name-syntax'],
    ['a word [-ID-03]', 'signer', 'ID-07 name-syntax'],
    ['a trailing comma [-ID-03]', `${base},`, 'ID-07 name-syntax'],
    ['two commas [-ID-03]', 'C=US,,ST=WA,O=x', 'ID-07 name-syntax'],
    ['an empty type [-ID-03]', `${base},=x`, 'ID-07 name-syntax'],
    ['a type of spaces [-ID-03]', `${base},  =x`, 'ID-07 name-syntax'],
    ['a single number as a type [-ID-03]', `${base},2=x`, 'ID-07 name-syntax'],
    ['a type with a space [-ID-03]', `${base},C N=x`, 'ID-07 name-syntax'],
    ['a line feed before a type [-ID-03]', `${base},\nCN=x`, 'ID-07 name-syntax'],
    ['no country [-ID-04]', 'ST=WA,O=x', 'ID-04 name-attribute-missing'],
    ['no state [-ID-04]', 'C=US,O=x', 'ID-04 name-attribute-missing'],
    ['no organisation [-ID-04]', 'C=US,ST=WA', 'ID-04 name-attribute-missing'],
    ['a country in lower case [-ID-04 -ID-07]', 'c=US,ST=WA,O=x', 'ID-04 name-attribute-missing'],
    ['a multi-valued part [-ID-05]', 'C=US,ST=WA,O=x+OU=y', 'ID-05 name-multi-valued'],
    ['a repeated type [-ID-05]', `${base},OU=a,OU=b`, 'ID-05 name-type-repeated'],
    ['S and ST both [-ID-05]', `${base},S=WA`, 'ID-05 name-type-repeated'],
    ['a hexadecimal value, CVE-2023-25656 [-ID-06 -OC-50]', `${base},CN=#04024869`, 'ID-06 name-hexadecimal'],
    ['a hexadecimal value after a space [-ID-06]', `${base},CN= #0402`, 'ID-06 name-hexadecimal'],
    ['the two characters =# inside a value [-ID-06]', `${base},CN=a=#b`, 'ID-06 name-hexadecimal'],
    ['an unescaped semicolon [-ID-07]', `${base};CN=a`, 'ID-07 name-syntax'],
    ['an unescaped quote [-ID-07]', `${base},CN="a"`, 'ID-07 name-syntax'],
    ['an unescaped bracket [-ID-07]', `${base},CN=<a`, 'ID-07 name-syntax'],
    ['a NUL [-ID-07]', `${base},CN=a\0`, 'ID-07 name-syntax'],
    ['an escape of a letter [-ID-07]', `${base},CN=\\x`, 'ID-07 name-syntax'],
    ['an escape of nothing [-ID-07]', `${base},CN=a\\`, 'ID-07 name-syntax'],
    ['escaped bytes that are not UTF-8 [-ID-07]', `${base},CN=\\FF`, 'ID-07 name-syntax'],
    ['an empty value [-ID-12 -OC-13]', `${base},OU=`, 'ID-12 name-value-empty'],
    ['a value of spaces [-ID-12]', `${base},OU=  ,CN=x`, 'ID-12 name-value-empty'],
  ])('is refused with %s', (_, text, problem) => expect(problemsOf(text)).toEqual([problem]));

  it('has a value for every attribute it names [+ID-12 +OC-13]', () => {
    expect(problemsOf(`${base},OU=x`)).toEqual([]);
  });

  it('of thousands of attributes is read in one pass [+OC-50]', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => `1.2.${n}=x`).join(',');
    expect(problemsOf(`${base},${many}`)).toEqual([]);
  });

  it('says what was written when every special character is escaped', () => {
    const escape = (value: string): string => value.replace(/[\\",+;<>#= ]/g, '\\$&');
    const value = fc
      .string({ unit: character, minLength: 1 })
      .filter((text) => text.isWellFormed() && !text.includes('\0'));
    fc.assert(
      fc.property(value, (text) => {
        expect(valueOf(escape(text))).toBe(text);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('answers any text without throwing', () => {
    const piece = fc.constantFrom('C=US', 'ST=WA', 'O=x', ',', '=', '+', '\\', '#', ' ', 'CN', '\\2', '\\C3', '"', 'é');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
        (text) => {
          expect(['read', 'refused']).toContain(readDistinguishedName(text).status);
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('an identity on its own', () => {
  it('is read from a good text and refused otherwise, naming the rule [+ID-01 -ID-01]', () => {
    expect(parseIdentity('*')).toEqual({ kind: 'any' });
    expect(() => parseIdentity('x509.subject: C=US')).toThrow(
      expect.objectContaining({ code: 'TRUST_IDENTITY_INVALID', message: expect.stringContaining('ID-04') }),
    );
  });

  it('with a prefix in other letter case is not ours [-ID-02]', () => {
    expect(parseIdentity('X509.Subject: anything')).toMatchObject({ kind: 'other', prefix: 'X509.Subject' });
  });
});
