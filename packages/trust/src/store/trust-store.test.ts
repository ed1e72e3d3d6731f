import type { Certificate } from '@nv2/pki';
import { caExtensions, mintCertificate, mintChain, testKeyPair } from '@nv2/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkStoreMembers } from './members.ts';
import { isStoreName, isStoreType, type StoreType } from './store-name.ts';
import { findAnchor, memoryTrustStore, readTrustedCertificates, type TrustStore } from './trust-store.ts';

let root: Certificate;
let intermediate: Certificate;
let leaf: Certificate;
let selfSigned: Certificate;
let sameNameOtherKey: Certificate;

beforeAll(async () => {
  const chain = await mintChain({ length: 3 });
  [leaf, intermediate, root] = chain.certificates as unknown as [Certificate, Certificate, Certificate];
  selfSigned = await mintCertificate();
  // Issuer and subject are one name, the signature is another key's.
  const subject = 'C=US,ST=WA,O=Example,CN=Example Root CA';
  sameNameOtherKey = await mintCertificate({
    subject,
    key: testKeyPair('p256', 41),
    issuer: { subject, key: testKeyPair('p256', 42) },
    extensions: caExtensions,
  });
});

describe('a trust store may hold', () => {
  const cases: readonly (readonly [
    name: string,
    type: StoreType,
    certificates: () => readonly Certificate[],
    rule?: string,
  ])[] = [
    ['a root [+TS-07 +TS-09 +TS-12]', 'ca', () => [root]],
    ['an intermediate in a ca store [+TS-07 +TS-12]', 'ca', () => [intermediate]],
    ['an intermediate in a signingAuthority store [+TS-07]', 'signingAuthority', () => [intermediate]],
    ['a self-signed certificate that is no CA [+TS-07]', 'ca', () => [selfSigned]],
    ['a leaf: no [-TS-07]', 'ca', () => [root, leaf], 'TS-07'],
    ['nothing: no [-TS-09]', 'ca', () => [], 'TS-09'],
    ['a root in a tsa store [+TS-08]', 'tsa', () => [root]],
    ['an intermediate in a tsa store: no [-TS-08]', 'tsa', () => [intermediate], 'TS-08'],
    ['a self-signed certificate that is no CA in a tsa store: no [-TS-08]', 'tsa', () => [selfSigned], 'TS-08'],
    ['a CA that is its own issuer by name only in a tsa store: no [-TS-08]', 'tsa', () => [sameNameOtherKey], 'TS-08'],
  ];
  it.each(cases.map(([name, type, certificates, rule]) => ({ name, type, certificates, rule })))('$name', (row) => {
    expect(checkStoreMembers(row.type, row.certificates())?.rule).toBe(row.rule);
  });

  it('says which certificate is wrong [-TS-07]', () => {
    expect(checkStoreMembers('ca', [root, leaf])).toMatchObject({ index: 1 });
  });
});

describe('the name of a trust store', () => {
  it.each(['a', 'wabbit-networks.io', 'A_b.c-9', '...', '.hidden'])('may be %j [+TS-04 +OC-15]', (name) =>
    expect(isStoreName(name)).toBe(true),
  );
  it.each(['', '.', '..', 'a/b', 'a\\b', 'a b', 'a:b', '*', 'ä', 'a\n', 'a\0'])('is never %j [-TS-04 -OC-15]', (name) =>
    expect(isStoreName(name)).toBe(false),
  );
  it('has one of three types, spelt exactly [+TS-01 -TS-01]', () => {
    expect(['ca', 'signingAuthority', 'tsa'].every(isStoreType)).toBe(true);
    expect(['CA', 'signingauthority', 'TSA', 'x509', ''].some(isStoreType)).toBe(false);
  });
});

describe('a trust store of values', () => {
  it('gives a store by type and name, and no store of another type [+TS-02 -TS-02]', async () => {
    const store = memoryTrustStore([{ type: 'ca', name: 'a', certificates: [root] }]);
    expect(await store.certificates('ca', 'a')).toEqual([root]);
    await expect(store.certificates('signingAuthority', 'a')).rejects.toMatchObject({ code: 'TRUST_STORE_NOT_FOUND' });
  });

  it('refuses what a store on disk would refuse [-TS-07 -TS-04]', async () => {
    const store = memoryTrustStore([{ type: 'ca', name: 'a', certificates: [leaf] }]);
    await expect(store.certificates('ca', 'a')).rejects.toMatchObject({
      code: 'TRUST_STORE_INVALID',
      details: { rule: 'TS-07' },
    });
    await expect(store.certificates('ca', '..')).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });
});

describe('the certificates a statement trusts', () => {
  const named = (type: StoreType, name: string) => ({ type, name });

  function counting(): { readonly store: TrustStore; readonly loads: string[] } {
    const loads: string[] = [];
    const inner = memoryTrustStore([
      { type: 'ca', name: 'a', certificates: [root] },
      { type: 'ca', name: 'b', certificates: [root, selfSigned] },
      { type: 'tsa', name: 'clock', certificates: [root] },
    ]);
    return {
      loads,
      store: {
        certificates: (type, name) => {
          loads.push(`${type}:${name}`);
          return inner.certificates(type, name);
        },
      },
    };
  }

  it('are the union of its stores of one type, each loaded once, without duplicates [+TS-03 +TS-10]', async () => {
    const { store, loads } = counting();
    const stores = [named('ca', 'a'), named('ca', 'b'), named('ca', 'a'), named('tsa', 'clock')];
    expect(await readTrustedCertificates(store, stores, { type: 'ca' })).toEqual([root, selfSigned]);
    expect(loads).toEqual(['ca:a', 'ca:b']);
  });

  it('come from no store that the statement does not name [-TS-03]', async () => {
    const { store, loads } = counting();
    expect(await readTrustedCertificates(store, [named('tsa', 'clock')], { type: 'ca' })).toEqual([]);
    expect(loads).toEqual([]);
  });

  it('cannot be had when one of the stores fails, whatever the others hold [-TS-11]', async () => {
    const { store } = counting();
    const stores = [named('ca', 'a'), named('ca', 'gone')];
    await expect(readTrustedCertificates(store, stores, { type: 'ca' })).rejects.toMatchObject({
      code: 'TRUST_STORE_NOT_FOUND',
    });
  });

  it('can be had when only a store of another type is broken [+TS-11]', async () => {
    const { store } = counting();
    const stores = [named('ca', 'a'), named('signingAuthority', 'gone')];
    expect(await readTrustedCertificates(store, stores, { type: 'ca' })).toEqual([root]);
  });
});

describe('the anchor of a chain', () => {
  it('may be its root, an intermediate or the leaf [+TS-10]', () => {
    const chain = [leaf, intermediate, root];
    for (const trusted of chain) expect(findAnchor(chain, [selfSigned, trusted])?.anchor).toBe(trusted);
  });

  it('vouches for every certificate at or below one that is trusted [+TS-10 +OC-12]', () => {
    const chain = [leaf, intermediate, root];
    for (const [place, trusted] of chain.entries()) expect(findAnchor(chain, [trusted])?.vouched).toBe(place + 1);
    expect(findAnchor(chain, [root, leaf])).toEqual({ anchor: leaf, vouched: 3 });
    expect(findAnchor(chain, [intermediate, leaf])).toEqual({ anchor: leaf, vouched: 2 });
  });

  it('is equal byte for byte, not by name or key [-TS-10]', async () => {
    const sameKeyAndName = await mintCertificate({ notAfter: new Date('2098-01-01T00:00:00Z') });
    expect(sameKeyAndName.spki).toEqual(selfSigned.spki);
    expect(findAnchor([selfSigned], [sameKeyAndName])).toBeUndefined();
    expect(findAnchor([selfSigned], [])).toBeUndefined();
  });

  it('is not taken on a fingerprint alone [-TS-10]', () => {
    const forged = { ...selfSigned, der: leaf.der };
    expect(findAnchor([forged], [selfSigned])).toBeUndefined();
  });

  it('counts even when it has expired: time is the business of the chain [+TS-13]', async () => {
    const expired = await mintCertificate({ notAfter: new Date('2021-01-01T00:00:00Z') });
    expect(checkStoreMembers('ca', [expired])).toBeUndefined();
    expect(findAnchor([expired], [expired])?.anchor).toBe(expired);
  });
});
