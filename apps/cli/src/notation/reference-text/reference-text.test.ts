import { mintCertificateDer, testKeyPair } from '@nv2/testing';
import { parseCertificate } from '@nv2/pki';
import { describe, expect, it } from 'vitest';
import { renderJson, sortedMembers } from './json.ts';
import { renderName } from './name.ts';
import { asctime, rfc1123, rfc3339 } from './time.ts';
import { renderValue } from './value.ts';

describe('times in the forms of the reference', () => {
  it.each([
    [new Date('2025-01-21T09:17:46Z'), 'Tue Jan 21 09:17:46 2025', '2025-01-21T09:17:46Z'],
    [new Date('2025-02-01T00:00:00.140Z'), 'Sat Feb  1 00:00:00 2025', '2025-02-01T00:00:00.14Z'],
    ['2025-01-21T23:30:00-08:00', 'Tue Jan 21 23:30:00 2025', '2025-01-21T23:30:00-08:00'],
    ['2025-01-21T09:17:46.1234567890+05:45', 'Tue Jan 21 09:17:46 2025', '2025-01-21T09:17:46.123456789+05:45'],
    ['2025-01-21t09:17:46.500z', 'Tue Jan 21 09:17:46 2025', '2025-01-21T09:17:46.5Z'],
    ['2025-01-21T09:17:46.000+00:00', 'Tue Jan 21 09:17:46 2025', '2025-01-21T09:17:46Z'],
    ['0099-12-31T00:00:00Z', 'Thu Dec 31 00:00:00 0099', '0099-12-31T00:00:00Z'],
  ])('%s is %j and %j', (time, tree, json) => {
    expect(asctime(time)).toBe(tree);
    expect(rfc3339(time)).toBe(json);
  });

  it('in messages carry a numeric zone', () => {
    expect(rfc1123(new Date('2025-01-02T03:04:05Z'))).toBe('Thu, 02 Jan 2025 03:04:05 +0000');
  });
});

describe('JSON in the form of the reference', () => {
  it('has two spaces, members as given, and escapes what HTML would read', () => {
    const value = new Map([
      ['b', '<a href="x">&\u2028\u2029é\n\u0007</a>'],
      ['a', null],
    ]);
    expect(renderJson(value)).toBe(
      '{\n  "b": "\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029é\\n\\u0007\\u003c/a\\u003e",\n  "a": null\n}\n',
    );
  });

  it('writes empty lists and maps on one line, and nests', () => {
    const value = new Map<string, Parameters<typeof renderJson>[0]>([
      ['list', []],
      ['map', new Map()],
      ['items', [1, new Map([['a', 'b']])]],
    ]);
    expect(renderJson(value)).toBe(
      '{\n  "list": [],\n  "map": {},\n  "items": [\n    1,\n    {\n      "a": "b"\n    }\n  ]\n}\n',
    );
    expect(JSON.parse(renderJson(value))).toEqual({ list: [], map: {}, items: [1, { a: 'b' }] });
  });

  it('sorts maps by the bytes of their keys, names that look like numbers too', () => {
    const keys = ['z', '10', '\u{10000}', '\uffff', 'A', '9', 'a'];
    expect([...sortedMembers(keys.map((key) => [key, 1] as const)).keys()]).toEqual([
      '10',
      '9',
      'A',
      'a',
      'z',
      '\uffff',
      '\u{10000}',
    ]);
  });
});

describe('names in the form of the reference', () => {
  it.each([
    ['C=US,ST=WA,L=Seattle,O=Notary,CN=e2e', 'CN=e2e,O=Notary,L=Seattle,ST=WA,C=US'],
    ['CN=first,O=one,C=US,OU=a,OU=b', 'CN=first,OU=a+OU=b,O=one,C=US'],
    ['CN=one,CN=two', 'CN=one+CN=two'],
  ])('%s is %s', async (subject, shown) => {
    const der = await mintCertificateDer({ subject, key: testKeyPair('p256', 1) });
    expect(renderName(parseCertificate(der).subject)).toBe(shown);
  });

  it('escape what separates parts of a name', async () => {
    const subject = [[{ type: 'O', value: ' a, b + c ' }], [{ type: 'CN', value: '#x"y\\z<=>;' }]];
    const der = await mintCertificateDer({ subject, key: testKeyPair('p256', 1) });
    expect(renderName(parseCertificate(der).subject)).toBe('CN=\\#x\\"y\\\\z\\<=\\>\\;,O=\\ a\\, b \\+ c\\ ');
  });

  it('put types without a name behind, by OID, the characters encoded anew', async () => {
    const subject = 'emailAddress=a@b.c,CN=x,DC=com';
    const der = await mintCertificateDer({ subject, key: testKeyPair('p256', 1) });
    expect(renderName(parseCertificate(der).subject)).toBe(
      'CN=x,0.9.2342.19200300.100.1.25=#1303636f6d,1.2.840.113549.1.9.1=#0c056140622e63',
    );
  });
});

describe('attribute values in the form of the reference', () => {
  it.each([
    [1_000_000, '1e+06'],
    [1_234_567, '1.234567e+06'],
    [123_456, '123456'],
    [0, '0'],
    [-2.5, '-2.5'],
    [0.0001, '0.0001'],
    [0.00012345, '0.00012345'],
    [0.00001, '1e-05'],
    [1e21, '1e+21'],
    [123_456_789.125, '1.23456789125e+08'],
    [true, 'true'],
    [null, '<nil>'],
    ['text <b>', 'text <b>'],
    [['a', 1, [null]], '[a 1 [<nil>]]'],
    [{ b: null, a: 2 }, 'map[a:2 b:<nil>]'],
  ])('%j of a JWS is %s', (value, shown) => {
    expect(renderValue(value, true)).toBe(shown);
  });

  it('of a COSE envelope keep integers, bytes and times apart', () => {
    expect(renderValue(1_000_000, false)).toBe('1000000');
    expect(renderValue(1.5e6 + 0.5, false)).toBe('1.5000005e+06');
    expect(renderValue(Uint8Array.of(1, 255), false)).toBe('[1 255]');
    expect(renderValue(new Date('2025-01-21T09:17:46Z'), false)).toBe('2025-01-21 09:17:46 +0000 UTC');
    expect(
      renderValue(
        new Map<string | number, string>([
          [2, 'b'],
          ['1', 'a'],
        ]),
        false,
      ),
    ).toBe('map[1:a 2:b]');
  });
});
