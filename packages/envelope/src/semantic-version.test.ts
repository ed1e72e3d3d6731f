import { describe, expect, it } from 'vitest';
import { isSemanticVersion } from './semantic-version.ts';

describe('a semantic version', () => {
  it.each([
    '0.0.0',
    '1.2.3',
    '10.20.30',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-0A.is.legal',
    '1.0.0--.-',
    '1.0.0+001',
    '1.0.0-rc.1+build.5',
    '1.0.0-01a',
    '99999999999999999999.0.0',
  ])('is %s [+ATTR-13]', (text) => {
    expect(isSemanticVersion(text)).toBe(true);
  });

  it.each([
    '',
    '1',
    '1.2',
    '1.2.3.4',
    'v1.2.3',
    '01.2.3',
    '1.02.3',
    '1.2.03',
    '1.2.3-',
    '1.2.3-01',
    '1.2.3-a..b',
    '1.2.3+',
    '1.2.3+a+b',
    '1.2.3 ',
    ' 1.2.3',
    '1.2.3\n',
    '1.2.3-ä',
    '-1.2.3',
    '1.2.x',
    '*',
  ])('is not %j [-ATTR-13]', (text) => {
    expect(isSemanticVersion(text)).toBe(false);
  });

  it('is never long, and a hostile one is judged at once', () => {
    expect(isSemanticVersion(`1.0.0-${'0'.repeat(1_000_000)}a`)).toBe(false);
    expect(isSemanticVersion(`1.0.0-${'a.'.repeat(120)}a`)).toBe(true);
    expect(isSemanticVersion(`1.0.0-${'0'.repeat(240)}!`)).toBe(false);
  });
});
