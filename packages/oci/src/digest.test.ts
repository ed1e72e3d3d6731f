import { encodeUtf8, isNv2Error } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestAlgorithm, digestFrom, digestHex, digestOf, hasherFor, isDigest, parseDigest } from './digest.ts';

const hex = (length: number): string => 'a1'.repeat(length / 2);

// Any character; the library's own arbitrary for that takes seconds to set up.
const character = fc
  .integer({ min: 0, max: 0x10_ffff })
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

describe('digests', () => {
  it.each([
    ['sha256', 64],
    ['sha384', 96],
    ['sha512', 128],
  ])('reads a %s digest of %i hexadecimal digits', (algorithm, length) => {
    const digest = parseDigest(`${algorithm}:${hex(length)}`);
    expect(digestAlgorithm(digest)).toBe(algorithm);
    expect(digestHex(digest)).toBe(hex(length));
  });

  it.each([
    ['without algorithm', hex(64)],
    ['with an empty algorithm', `:${hex(64)}`],
    ['of an unknown algorithm', `sha1:${hex(40)}`],
    ['with the algorithm in upper case', `SHA256:${hex(64)}`],
    ['with digits in upper case', `sha256:${hex(64).toUpperCase()}`],
    ['of the length of another algorithm', `sha256:${hex(128)}`],
    ['that is one digit short', `sha256:${hex(64).slice(1)}`],
    ['with a letter that is no digit', `sha256:${hex(62)}zz`],
    ['with a path in it', `sha256:../../${hex(58)}`],
    ['with white space', ` sha256:${hex(64)}`],
    ['with a line break at its end', `sha256:${hex(64)}\n`],
    ['that is empty', ''],
  ])('refuses a digest %s', (_, text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'OCI_DIGEST_INVALID' }));
  });

  it('computes the digest of the empty JSON object', () => {
    const digest = digestOf(encodeUtf8('{}'));
    expect(digest).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('computes the same digest in one piece and in two', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.uint8Array(),
        fc.constantFrom('sha256', 'sha384', 'sha512'),
        (a, b, algorithm) => {
          const whole = digestOf(new Uint8Array([...a, ...b]), algorithm);
          const hasher = hasherFor(whole);
          hasher.update(a);
          hasher.update(b);
          expect(digestFrom(algorithm, hasher)).toBe(whole);
          expect(parseDigest(whole)).toBe(whole);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('throws only its own error for noise', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        try {
          parseDigest(text);
        } catch (error) {
          expect(isNv2Error(error, 'OCI_DIGEST_INVALID')).toBe(true);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
