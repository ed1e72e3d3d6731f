import { describe, expect, it } from 'vitest';
import { compareSemanticVersions, isSemanticVersion } from './semantic-version.ts';

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

describe('the precedence of semantic versions', () => {
  // The chain of section 11 of the specification, and what surrounds it.
  const ascending = [
    '0.0.9',
    '1.0.0-0',
    '1.0.0--',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.0.10',
    '1.2.0',
    '1.10.0-rc-1',
    '1.10.0',
    '2.0.0',
    '99999999999999999998.0.0',
    '99999999999999999999.0.0',
  ];

  it('orders numbers as numbers, text after numbers, a pre-release before its release [+PLUG-49]', () => {
    const shuffled = ascending.toReversed().toSorted(compareSemanticVersions);
    expect(shuffled).toEqual(ascending);
    for (const version of ascending) expect(compareSemanticVersions(version, version)).toBe(0);
  });

  it('does not count build metadata [+PLUG-49]', () => {
    expect(compareSemanticVersions('1.0.0+a', '1.0.0+b-1')).toBe(0);
    expect(compareSemanticVersions('1.0.0-rc.1+b-1', '1.0.0')).toBeLessThan(0);
  });

  it('is not defined for what is no version [-PLUG-49]', () => {
    expect(() => compareSemanticVersions('1.0', '1.0.0')).toThrow(TypeError);
  });
});
