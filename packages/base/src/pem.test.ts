import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BaseError } from './base-errors.ts';
import { encodeUtf8 } from './bytes.ts';
import { encodeBase64 } from './crypto.ts';
import { parsePem } from './pem.ts';

const block = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const refused = expect.objectContaining({ code: 'PEM_MALFORMED' });

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('PEM', () => {
  it('reads blocks of any label and ignores text outside them [+CERT-23]', () => {
    const file = `subject=Jos\u00e9\n\n${block('CERTIFICATE', 'AQID')}between\n${block('X509 CERTIFICATE', 'BAUG')}after`;
    expect(parsePem(file).map(({ label, der }) => [label, ...der])).toEqual([
      ['CERTIFICATE', 1, 2, 3],
      ['X509 CERTIFICATE', 4, 5, 6],
    ]);
  });

  it('joins the lines of a body whatever their length, end or indentation', () => {
    expect([...parsePem('-----BEGIN A-----\r\nAQ\r\n  ID\t\r\n-----END A-----\r\n')[0]!.der]).toEqual([1, 2, 3]);
  });

  it('takes bytes in any encoding that keeps ASCII, with or without a byte order mark', () => {
    const latin = Uint8Array.from([0xe9, 0x0a, ...encodeUtf8(block('A', 'AQID'))]);
    const marked = Uint8Array.from([0xef, 0xbb, 0xbf, ...encodeUtf8(block('A', 'AQID'))]);
    expect(parsePem(latin)).toHaveLength(1);
    expect(parsePem(marked)).toHaveLength(1);
    expect(parsePem(`\ufeff${block('A', 'AQID')}`)).toHaveLength(1);
  });

  it('reports the headers that announce a legacy-encrypted key', () => {
    const body = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233\n\nAQID';
    const [key] = parsePem(block('RSA PRIVATE KEY', body));
    expect(Object.fromEntries(key!.headers)).toEqual({
      'Proc-Type': '4,ENCRYPTED',
      'DEK-Info': 'AES-256-CBC,00112233',
    });
    expect([...key!.der]).toEqual([1, 2, 3]);
  });

  it('finds nothing in a file without blocks', () => {
    expect(parsePem('hello')).toEqual([]);
    expect(parsePem('x -----BEGIN A-----')).toEqual([]);
    expect(parsePem(Uint8Array.of(0x30, 0x00))).toEqual([]);
  });

  it.each([
    ['without end', '-----BEGIN A-----\nAQID\n'],
    ['with the end of another', '-----BEGIN A-----\nAQID\n-----END B-----\n'],
    ['with another begin inside', '-----BEGIN A-----\nAQID\n-----BEGIN A-----\nAQID\n-----END A-----\n'],
    ['without body', '-----BEGIN A-----\n-----END A-----\n'],
    ['with a body outside the alphabet', block('A', 'AQ-D')],
    ['with white space inside a line', block('A', 'AQ ID')],
    ['without padding', block('A', 'AQI')],
    ['with data after the padding', block('A', 'AQI=AQID')],
    ['with trailing bits that are not zero', block('A', 'AQJ=')],
    ['with headers and no empty line', block('A', 'Proc-Type: 4,ENCRYPTED\nAQID')],
    ['with a repeated header', block('A', 'X: 1\nX: 2\n\nAQID')],
  ])('refuses a block %s [-CERT-23]', (_, file) => {
    expect(thrownBy(() => parsePem(file))).toEqual(refused);
  });

  it('gives back every body that is written, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 4 }), (bodies) => {
        const file = bodies.map((body) =>
          block(
            'CERTIFICATE',
            encodeBase64(body)
              .replace(/.{1,64}/g, '$&\n')
              .trimEnd(),
          ),
        );
        expect(parsePem(file.join('')).map(({ der }) => [...der])).toEqual(bodies.map((body) => [...body]));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('throws nothing but its own error on noise', () => {
    const line = fc.constantFrom('-----BEGIN A-----', '-----END A-----', 'AQID', 'X: 1', '', '-----', '\u0000');
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 12 }), (lines) => {
        const found = thrownBy(() => parsePem(lines.join('\n')));
        expect(!(found instanceof Error) || found instanceof BaseError).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
