import { encodeDer, encodeHex, encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { maxListedItems } from '../limits.ts';
import { oids } from '../oids.ts';
import {
  allReasons,
  type DistributionPoint,
  findDistributionPoints,
  findFreshestUrls,
  findScopeProblem,
} from './distribution-point.ts';

const url = (name: string): Uint8Array => encodeDer(0x86, encodeUtf8(`http://crl.example/${name}`));
const dns = encodeDer(0x82, encodeUtf8('crl.example'));
const full = (...names: readonly Uint8Array[]): Uint8Array => encodeDer(0xa0, encodeDer(0xa0, ...names));
const relative = encodeDer(0xa0, encodeDer(0xa1, dns));
const reasons = encodeDer(0x81, Uint8Array.of(6, 0x40));
const issuer = encodeDer(0xa2, dns);

/** Each point as the members of its SEQUENCE. */
function pointsOf(...points: readonly (readonly Uint8Array[])[]): readonly DistributionPoint[] {
  const value = encodeDer(0x30, ...points.map((members) => encodeDer(0x30, ...members)));
  return findDistributionPoints({ extensions: [{ oid: oids.crlDistributionPoints, isCritical: false, value }] });
}

function refusalOf(...points: readonly (readonly Uint8Array[])[]): unknown {
  try {
    return pointsOf(...points).length;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('the distribution points of a certificate', () => {
  it('have the addresses among their names, in order, and all of their names to be compared', () => {
    expect(pointsOf([full(dns, url('a'), url('b'))], [full(url('c')), reasons, issuer])).toEqual([
      {
        urls: ['http://crl.example/a', 'http://crl.example/b'],
        names: new Set([dns, url('a'), url('b')].map(encodeHex)),
        reasons: allReasons,
        isIndirect: false,
      },
      { urls: ['http://crl.example/c'], names: new Set([encodeHex(url('c'))]), reasons: 0x80, isIndirect: true },
    ]);
  });

  it('without an address are none that could be asked', () => {
    expect(pointsOf([full(dns)], [relative], [issuer], [reasons], [])).toEqual([]);
    expect(pointsOf([full(dns)], [full(url('a'))]).map(({ urls }) => urls)).toEqual([['http://crl.example/a']]);
    expect(findDistributionPoints({ extensions: [] })).toEqual([]);
  });

  it.each<[string, readonly Uint8Array[]]>([
    ['a name of an unknown kind', [encodeDer(0xa0, encodeDer(0xa2, url('a')))]],
    ['a name and more', [encodeDer(0xa0, encodeDer(0xa0, url('a')), encodeDer(0xa0, url('b')))]],
    ['an unknown member', [full(url('a')), encodeDer(0xa5, dns)]],
    ['members in another order', [reasons, full(url('a'))]],
  ])('are malformed with %s', (_, members) => {
    expect(refusalOf(members)).toBe('DER_MALFORMED');
  });

  it('are malformed where they are no list', () => {
    const extension = { oid: oids.crlDistributionPoints, isCritical: false, value: encodeDer(0x31) };
    expect(() => findDistributionPoints({ extensions: [extension] })).toThrow(
      expect.objectContaining({ code: 'DER_MALFORMED', message: 'a list of distribution points is not a SEQUENCE' }),
    );
  });

  it('are as many as the limit says, and not one more; so are the names of each', () => {
    const many = (count: number): readonly Uint8Array[] => Array.from({ length: count }, (_, index) => url(`${index}`));
    expect(refusalOf(...many(maxListedItems).map((name) => [full(name)]))).toBe(maxListedItems);
    expect(refusalOf(...many(maxListedItems + 1).map((name) => [full(name)]))).toBe('DER_LIMIT');
    expect(refusalOf([full(...many(maxListedItems))])).toBe(1);
    expect(refusalOf([full(...many(maxListedItems + 1))])).toBe('DER_LIMIT');
  });

  it('of a delta are the addresses of all its points', () => {
    const value = encodeDer(0x30, encodeDer(0x30, full(dns, url('a'))), encodeDer(0x30, full(url('b'))));
    const extension = { oid: oids.freshestCrl, isCritical: false, value };
    expect(findFreshestUrls([extension])).toEqual(['http://crl.example/a', 'http://crl.example/b']);
    expect(findFreshestUrls([])).toEqual([]);
  });
});

describe('a CRL without a scope', () => {
  it('covers every certificate but one that names another issuer of its CRL', () => {
    const [plain, indirect] = pointsOf([full(url('a'))], [full(url('a')), issuer]);
    expect(findScopeProblem(undefined, {}, plain)).toBeUndefined();
    expect(findScopeProblem(undefined, {}, undefined)).toBeUndefined();
    expect(findScopeProblem(undefined, {}, indirect)).toContain('another issuer');
  });
});
