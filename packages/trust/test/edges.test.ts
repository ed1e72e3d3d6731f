// The edges of policies, identities and stores: one character, one item or one certificate to either side, and what is said there.

import { createCertificateCache } from '@nv2/pki';
import { caExtensions, mintCertificate, mintChain, testKeyPair } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { readDistinguishedName } from '../src/identity/distinguished-name.ts';
import { isOverlapping, readIdentity } from '../src/identity/identity.ts';
import { isMatchableType } from '../src/identity/subject.ts';
import {
  checkIdentity,
  checkStoreMembers,
  findAnchor,
  lintTrustPolicy,
  memoryTrustStore,
  parseIdentity,
  parseTrustPolicy,
  readTrustedCertificates,
  TrustPolicyError,
} from '../src/index.ts';
import { limits } from '../src/limits.ts';
import { overrideActions } from '../src/policy/level.ts';
import { isScope } from '../src/policy/scope.ts';
import { blobStatement, identity, lintOci, ociStatement, policyBytes, summaries } from './policies.ts';

const at = '$.trustPolicies[0]';
const messagesOf = (statement: object): readonly string[] =>
  lintOci({ ...ociStatement, ...statement }).map(({ message }) => message);

function errorOf(run: () => unknown): TrustPolicyError {
  try {
    run();
  } catch (error) {
    if (error instanceof TrustPolicyError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an override', () => {
  it.each([
    ['integrity', []],
    ['authenticity', ['enforce', 'log']],
    ['authenticTimestamp', ['enforce', 'log']],
    ['expiry', ['enforce', 'log']],
    ['revocation', ['enforce', 'log', 'skip']],
    ['other', []],
  ])('of %s takes %j [+TP-12 -TP-12 +TP-13 -TP-13]', (type, actions) => {
    expect(overrideActions(type)).toEqual(actions);
    for (const action of ['enforce', 'log', 'skip']) {
      const verification = { level: 'strict', override: { [type]: action } };
      const problems = lintOci({ ...ociStatement, signatureVerification: verification });
      expect(problems.length === 0, `${type} ${action}`).toBe(actions.includes(action));
    }
  });

  it.each<[unknown, string, object]>([
    ['skip', 'expiry takes enforce or log, found "skip"', { value: 'skip' }],
    [7, 'expiry takes enforce or log, found a value of type number', {}],
  ])('with the action %j is told what it takes [-TP-13]', (action, message, value) => {
    const [problem] = lintOci({
      ...ociStatement,
      signatureVerification: { level: 'strict', override: { expiry: action } },
    });
    expect(problem).toStrictEqual({
      path: `${at}.signatureVerification.override.expiry`,
      code: 'override-action',
      rule: 'TP-13',
      message,
      related: 'expiry',
      severity: 'error',
      statement: 'images',
      ...value,
    });
  });

  it('is what the statement then does, and nothing else [+TP-12]', () => {
    const verification = { level: 'strict', override: { authenticity: 'log', revocation: 'skip' } };
    const document = parseTrustPolicy(policyBytes({ ...ociStatement, signatureVerification: verification }), {
      kind: 'oci',
    });
    expect(document.statements[0]?.level).toEqual({
      name: 'custom',
      actions: {
        integrity: 'enforce',
        authenticity: 'log',
        authenticTimestamp: 'enforce',
        expiry: 'enforce',
        revocation: 'skip',
      },
    });
  });
});

describe('a scope', () => {
  const longest = `h.example/${'a'.repeat(502)}`;

  it.each<[string, boolean]>([
    [longest, true],
    [`${longest}a`, false],
    ['h:1/a', true],
    ['h:12345/a', true],
    ['h:123456/a', false],
    ['h:x80/a', false],
    ['h:80x/a', false],
    ['h:/a', false],
    ['REGISTRY.EXAMPLE.COM/a', true],
    ['localhost:5000/a', true],
    ['h/aB', false],
    ['h/Ba', false],
    ['h/a.B', false],
    [':80/a', false],
  ])('%j: %s [+TP-23 -TP-23]', (text, expected) => {
    expect(isScope(text)).toBe(expected);
  });
});

describe('the name in an identity', () => {
  const base = 'C=US,ST=WA,O=Example';
  const valueOf = (text: string): string | undefined => {
    const reading = readDistinguishedName(`${base},CN=${text}`);
    return reading.status === 'read' ? reading.attributes.get('CN') : undefined;
  };

  it('ends a run of escaped bytes where the escapes end [+ID-07]', () => {
    expect(valueOf('K\\C3\\BCfabc')).toBe('Küfabc');
    expect(valueOf('\\41b0')).toBe('Ab0');
    expect(valueOf('\\4')).toBeUndefined();
    expect(valueOf('\\4g')).toBeUndefined();
    expect(valueOf('\\g4')).toBeUndefined();
  });

  it.each([
    ['C=US,O=x', 'ID-04', 'the distinguished name has no ST (or S); C, ST and O are required', 'ST'],
    ['C=US,ST=WA', 'ID-04', 'the distinguished name has no O; C, ST and O are required', 'O'],
    [`${base},CN=\\x`, 'ID-07', 'the distinguished name has "\\x", which is no escape', undefined],
    [`${base},CN=aaaaaa\\xyz`, 'ID-07', 'the distinguished name has "\\x", which is no escape', undefined],
    [`${base},signer`, 'ID-07', 'the distinguished name expected type=value, found "signer"', undefined],
    [`${base},OU=`, 'ID-12', 'the distinguished name has an empty value for "OU"', 'OU'],
    [`${base},S=x`, 'ID-05', 'the distinguished name names "S" twice', 'ST'],
  ])('%s is told of by what is wrong with it [-%s]', (text, rule, message, related) => {
    const reading = readDistinguishedName(text);
    const [problem] = reading.status === 'refused' ? reading.problems : [];
    expect(problem).toMatchObject({ rule, message });
    if (related === undefined) expect(problem).not.toHaveProperty('related');
    else expect(problem?.related).toBe(related);
  });
});

describe('an identity', () => {
  it.each([
    ['x', 'identity-no-separator'],
    [':x', 'identity-no-separator'],
    ['a:', 'identity-no-value'],
    ['a: ', 'identity-no-value'],
    ['', 'identity-empty'],
  ])('%j is refused as %s [-ID-01]', (text, code) => {
    const reading = readIdentity(text);
    expect(reading.status === 'refused' ? reading.problems.map((problem) => problem.code) : []).toEqual([code]);
  });

  it('overlaps another one whichever comes first, and not one that asks for something else [+ID-11 -ID-11]', () => {
    const map = (...entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => new Map(entries);
    const [wide, narrow, other] = [map(['O', 'x']), map(['O', 'x'], ['CN', 'y']), map(['O', 'x'], ['CN', 'z'])];
    expect([isOverlapping(wide, narrow), isOverlapping(narrow, wide), isOverlapping(wide, wide)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([isOverlapping(narrow, other), isOverlapping(other, narrow)]).toEqual([false, false]);
  });

  it.each<[string, boolean]>([
    ['CN', true],
    ['emailAddress', true],
    ['SERIALNUMBER', true],
    ['cn', false],
    ['title', false],
    ['2.5.4.12', true],
    ['2.5.4.3', false],
    ['x2.5.4.12', false],
    ['2.5.4.12x', false],
  ])('with the attribute %s can be matched: %s [+ID-09 -ID-09 +OC-24]', (type, expected) => {
    expect(isMatchableType(type)).toBe(expected);
  });

  it('that is none of several is told of with all of them [-ID-08]', async () => {
    const { certificates } = await mintChain();
    const wanted = ['O=one', 'O=two'].map((name) => `x509.subject: C=US, ST=WA, ${name}`);
    const outcome = checkIdentity(
      certificates[0],
      wanted.map((text) => parseIdentity(text)),
    );
    expect(outcome).toMatchObject({ rule: 'ID-08', reason: `the subject is not "${wanted[0]}" or "${wanted[1]}"` });
  });
});

describe('a document that is not valid', () => {
  const parse = (kind: 'oci' | 'blob', name: string | undefined, ...statements: readonly unknown[]): TrustPolicyError =>
    errorOf(() => parseTrustPolicy(policyBytes(...statements), { kind, ...(name === undefined ? {} : { name }) }));

  it('says what it is, where the first error is, and how many more there are [-TP-06]', () => {
    const one = parse('oci', 'a.json', { ...ociStatement, name: '' });
    expect(one.message).toMatch(/^a\.json is not valid: \$\.trustPolicies\[0\]\.name: .* \(TP-06\)$/);
    const two = parse('oci', undefined, { ...ociStatement, name: '', trustStores: ['x'] });
    expect(two.message).toMatch(/^the OCI trust policy is not valid: .* \(TP-06\) and 1 more$/);
    const three = parse('blob', undefined, { ...blobStatement, name: '', trustStores: ['x', 'y'] });
    expect(three.message).toMatch(/^the blob trust policy is not valid: .* and 2 more$/);
    expect(three.details['problems']).toHaveLength(3);
    expect(JSON.stringify(three.details['problems'])).toContain(`${at}.name: `);
  });

  it('names errors only, though warnings are among its problems', () => {
    const error = parse('oci', 'a.json', { ...ociStatement, name: '', trustStores: ['tsa:x'] });
    expect(error.problems.map(({ severity }) => severity).toSorted()).toEqual(['error', 'warning']);
    expect(error.message).not.toContain('more');
    expect(error.details['problems']).toHaveLength(1);
  });

  it('lists twenty errors and no more', () => {
    const registryScopes = Array.from({ length: 30 }, (_, index) => `?${index}`);
    expect(parse('oci', undefined, { ...ociStatement, registryScopes }).details['problems']).toHaveLength(20);
  });

  it('with two nameless statements misses two names, and repeats none [-TP-06]', () => {
    const second = { ...ociStatement, registryScopes: ['b.example/b'] };
    const problems = lintTrustPolicy(policyBytes({ ...ociStatement, name: '' }, { ...second, name: '' }), {
      kind: 'oci',
    });
    expect(problems.map(({ code }) => code)).toEqual(['name-empty', 'name-empty']);
    const nameless = lintTrustPolicy(policyBytes({ ...ociStatement, name: undefined }, { ...second, name: 7 }), {
      kind: 'oci',
    });
    expect(nameless.map(({ code, statement }) => [code, statement])).toEqual([
      ['member-missing', undefined],
      ['member-type', undefined],
    ]);
  });

  it('with a scope twice in one statement breaks another rule than with the wildcard in two [-TP-24 -TP-21]', () => {
    const [scope = ''] = ociStatement.registryScopes;
    expect(summaries(lintOci({ ...ociStatement, registryScopes: [scope, scope] }))).toEqual([
      `TP-24 ${at}.registryScopes[1] scope-repeated`,
    ]);
    const both = policyBytes(
      { ...ociStatement, registryScopes: ['*'] },
      { ...ociStatement, name: 'more', registryScopes: ['*'] },
    );
    expect(summaries(lintTrustPolicy(both, { kind: 'oci' }))).toEqual([
      'TP-21 $.trustPolicies[1].registryScopes[0] scope-repeated',
    ]);
  });

  it('says of a member what was expected and found [-TP-06]', () => {
    expect(messagesOf({ name: null })).toEqual(['expected a string, found null']);
    expect(messagesOf({ name: [] })).toEqual(['expected a string, found an array']);
    expect(messagesOf({ name: 7 })).toEqual(['expected a string, found a value of type number']);
    const [problem] = lintTrustPolicy(policyBytes({ ...blobStatement, globalPolicy: 'yes' }), { kind: 'blob' });
    expect(problem).toMatchObject({ path: `${at}.globalPolicy`, code: 'member-type' });
  });

  it('says of an unknown member which one may be meant [-TP-07]', () => {
    expect(messagesOf({ trustStores: undefined, TrustStores: [] })).toContain(
      'unknown member "TrustStores"; is "trustStores" meant?',
    );
    expect(messagesOf({ stores: [] })).toEqual(['unknown member "stores"']);
  });

  it('may name as many identities as the limit says, and not one more', () => {
    const many = (count: number): readonly string[] =>
      lintOci({
        ...ociStatement,
        trustedIdentities: Array.from({ length: count }, (_, index) => `${identity}${index}`),
      }).map(({ code }) => code);
    expect(many(limits.maxIdentitiesPerStatement)).toEqual([]);
    expect(many(limits.maxIdentitiesPerStatement + 1)).toEqual(['too-many']);
  });

  it('says of a store without a type that the type is missing, and of a wrong one that it is wrong [-TP-09]', () => {
    expect(lintOci({ ...ociStatement, trustStores: ['x'] }).map(({ code }) => code)).toEqual(['store-malformed']);
    expect(lintOci({ ...ociStatement, trustStores: [':x'] }).map(({ code }) => code)).toEqual(['store-type']);
  });
});

describe('a trust store', () => {
  it('that is not there, or holds what it must not, is told of by name and place [-TS-04 -TS-07 -TS-08]', async () => {
    const { root, certificates } = await mintChain();
    const store = memoryTrustStore([
      { type: 'ca', name: 'mixed', certificates: [root, certificates[0]] },
      { type: 'ca', name: 'empty', certificates: [] },
    ]);
    const load = async (name: string): Promise<unknown> => store.certificates('ca', name, {});
    await expect(load('other')).rejects.toMatchObject({
      code: 'TRUST_STORE_NOT_FOUND',
      message: 'trust store ca:other does not exist',
    });
    await expect(load('mixed')).rejects.toMatchObject({
      code: 'TRUST_STORE_INVALID',
      message: 'trust store ca:mixed: certificate 2: the certificate is neither a CA certificate nor self-signed',
      details: { rule: 'TS-07' },
    });
    await expect(load('empty')).rejects.toMatchObject({
      message: 'trust store ca:empty: there is no certificate',
      details: { rule: 'TS-09' },
    });
  });

  it('of authorities takes an intermediate one, which one of time-stamp authorities does not [+TS-12 -TS-08]', async () => {
    const rootKey = testKeyPair('p256', 71);
    const intermediate = await mintCertificate({
      subject: 'CN=intermediate',
      issuer: { subject: 'CN=root', key: rootKey },
      extensions: caExtensions,
    });
    expect(checkStoreMembers('ca', [intermediate])).toBeUndefined();
    expect(checkStoreMembers('signingAuthority', [intermediate], createCertificateCache())).toBeUndefined();
    expect(checkStoreMembers('tsa', [intermediate])).toMatchObject({ rule: 'TS-08', index: 0 });
  });

  it('is read with the signal that was given', async () => {
    const { root } = await mintChain();
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const store = {
      certificates: (_type: string, _name: string, options?: { readonly signal?: AbortSignal }) => {
        seen.push(options);
        return [root];
      },
    };
    const stores = [{ type: 'ca', name: 'a' }] as const;
    expect(await readTrustedCertificates(store, stores, { type: 'ca', signal })).toEqual([root]);
    await readTrustedCertificates(store, stores, { type: 'ca' });
    expect(seen).toStrictEqual([{ signal }, {}]);
  });

  it('anchors a chain by the bytes of a certificate, whatever its fingerprint is said to be [-TS-10]', async () => {
    const [{ certificates }, { root }] = await Promise.all([mintChain(), mintChain({ keyIndex: 72 })]);
    const [leaf] = certificates;
    expect(findAnchor([leaf], [leaf])?.anchor).toBe(leaf);
    expect(findAnchor([leaf], [{ ...root, fingerprint: leaf.fingerprint }])).toBeUndefined();
    expect(findAnchor([leaf], [{ ...leaf, fingerprint: root.fingerprint }])).toBeUndefined();
  });
});
