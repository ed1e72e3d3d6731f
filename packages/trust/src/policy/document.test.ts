import { encodeUtf8 } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blobStatement, identity, lintOci, ociStatement, policyBytes, summaries } from '../../test/policies.ts';
import { limits } from '../limits.ts';
import { lintTrustPolicy, parseTrustPolicy, TrustPolicyError } from './document.ts';
import { ProblemList } from './problem.ts';
import { MemberReader } from './reader.ts';

const at = '$.trustPolicies[0]';

/** A change to the good statement, and the problems it makes; none for a change that is allowed. */
const oci: readonly (readonly [name: string, change: object, problems: readonly string[]])[] = [
  ['the standard example [+TP-04 +TP-05 +TP-08 +TP-09 +TP-20 +TP-23 +ID-01 +ID-02 +ID-03 +ID-04]', {}, []],
  ['an empty name [-TP-06]', { name: ' ' }, [`TP-06 ${at}.name name-empty`]],
  ['a name that is a number [-TP-06]', { name: 7 }, [`TP-06 ${at}.name member-type`]],
  ['a missing name [-TP-06]', { name: undefined }, [`TP-06 ${at}.name member-missing`]],
  ['a misspelt member [-TP-07]', { trustedIdentites: [] }, [`TP-07 ${at} member-unknown`]],
  ['a blob member in an OCI statement [-TP-33]', { globalPolicy: true }, [`TP-07 ${at} member-unknown`]],
  ['a null list [-TP-06]', { trustStores: null }, [`TP-06 ${at}.trustStores member-type`]],
  [
    'a list with a number [-TP-06]',
    { trustedIdentities: [identity, 1] },
    [`TP-06 ${at}.trustedIdentities[1] member-type`],
  ],
  [
    'no verification [-TP-06]',
    { signatureVerification: undefined },
    [`TP-06 ${at}.signatureVerification member-missing`],
  ],
  ['no scopes [-TP-20]', { registryScopes: [] }, [`TP-20 ${at}.registryScopes scopes-missing`]],
  ['absent scopes [-TP-20]', { registryScopes: undefined }, [`TP-20 ${at}.registryScopes scopes-missing`]],
  ['the wildcard alone [+TP-21 +TP-22]', { registryScopes: ['*'] }, []],
  [
    'the wildcard with another scope [-TP-21]',
    { registryScopes: ['*', 'a.example/b'] },
    [`TP-21 ${at}.registryScopes scope-wildcard-not-alone`],
  ],
  [
    'a path prefix [-TP-22]',
    { registryScopes: ['a.example/*'] },
    [`TP-22 ${at}.registryScopes[0] scope-wildcard-partial`],
  ],
  [
    'a domain suffix [-TP-22]',
    { registryScopes: ['*.example/a'] },
    [`TP-22 ${at}.registryScopes[0] scope-wildcard-partial`],
  ],
  [
    'a scope with scheme [-TP-23]',
    { registryScopes: ['https://a.example/b'] },
    [`TP-23 ${at}.registryScopes[0] scope-malformed`],
  ],
  ['two different scopes [+TP-24]', { registryScopes: ['a.example/b', 'a.example/c'] }, []],
  [
    'one scope twice [-TP-24]',
    { registryScopes: ['a.example/b', 'a.example/b'] },
    [`TP-24 ${at}.registryScopes[1] scope-repeated`],
  ],
  ['no trust stores [-TP-08]', { trustStores: undefined }, [`TP-08 ${at}.trustStores trust-missing`]],
  ['no identities [-TP-08]', { trustedIdentities: [] }, [`TP-08 ${at}.trustedIdentities trust-missing`]],
  [
    'skip without trust [+TP-08 +TP-17]',
    { signatureVerification: { level: 'skip' }, trustStores: undefined, trustedIdentities: undefined },
    [],
  ],
  [
    'skip with empty lists [+TP-08]',
    { signatureVerification: { level: 'skip' }, trustStores: [], trustedIdentities: [] },
    [],
  ],
  [
    'skip with trust stores [-TP-08]',
    { signatureVerification: { level: 'skip' }, trustedIdentities: [] },
    [`TP-08 ${at}.trustStores skip-with-trust`],
  ],
  ['a store twice [+TP-09]', { trustStores: ['ca:example', 'ca:example'] }, []],
  ['a store without type [-TP-09]', { trustStores: ['*'] }, [`TP-09 ${at}.trustStores[0] store-malformed`]],
  [
    'a store type in other case [-TP-09 -TS-01]',
    { trustStores: ['CA:example'] },
    [`TP-09 ${at}.trustStores[0] store-type`],
  ],
  ['a store without name [-TP-09 -TS-04]', { trustStores: ['ca:'] }, [`TS-04 ${at}.trustStores[0] store-name`]],
  ['a store called .. [-TS-04 -OC-15]', { trustStores: ['ca:..'] }, [`TS-04 ${at}.trustStores[0] store-name`]],
  [
    'a store with a second colon in its name [-TS-04]',
    { trustStores: ['ca:a:b'] },
    [`TS-04 ${at}.trustStores[0] store-name`],
  ],
  ['a store wildcard [-TP-09]', { trustStores: ['ca:*'] }, [`TS-04 ${at}.trustStores[0] store-name`]],
  ['a tsa store beside a ca store [+TP-10]', { trustStores: ['ca:example', 'tsa:clock'] }, []],
  [
    'only tsa stores, as a warning [-TP-10]',
    { trustStores: ['tsa:clock'] },
    [`TP-10 ${at}.trustStores store-tsa-only`],
  ],
  [
    'an unknown level [-TP-11]',
    { signatureVerification: { level: 'Strict' } },
    [`TP-11 ${at}.signatureVerification.level level-unknown`],
  ],
  [
    'the wildcard twice [-TP-21 -TP-24]',
    { registryScopes: ['*', '*'] },
    [`TP-21 ${at}.registryScopes scope-wildcard-not-alone`, `TP-24 ${at}.registryScopes[1] scope-repeated`],
  ],
  [
    'the wildcard and no verification [-TP-06]',
    { registryScopes: ['*'], signatureVerification: undefined },
    [`TP-06 ${at}.signatureVerification member-missing`],
  ],
  ['no level [-TP-06]', { signatureVerification: {} }, [`TP-06 ${at}.signatureVerification.level member-missing`]],
  [
    'timestamps after expiry only [+TP-06]',
    { signatureVerification: { level: 'strict', verifyTimestamp: 'afterCertExpiry' } },
    [],
  ],
  [
    'another time to verify timestamps [-TP-06]',
    { signatureVerification: { level: 'strict', verifyTimestamp: 'never' } },
    [`TP-06 ${at}.signatureVerification.verifyTimestamp timestamp-unknown`],
  ],
  [
    'an override of integrity [-TP-12]',
    override({ integrity: 'log' }),
    [`TP-12 ${at}.signatureVerification.override.integrity override-integrity`],
  ],
  [
    'an override of nothing known [-TP-12]',
    override({ Expiry: 'log' }),
    [`TP-12 ${at}.signatureVerification.override override-unknown`],
  ],
  [
    'an override to skip expiry [-TP-13]',
    override({ expiry: 'skip' }),
    [`TP-13 ${at}.signatureVerification.override.expiry override-action`],
  ],
  [
    'an override that is no word [-TP-13]',
    override({ expiry: true }),
    [`TP-13 ${at}.signatureVerification.override.expiry override-action`],
  ],
  ['an override to skip revocation [+TP-12 +TP-13]', override({ revocation: 'skip' }), []],
  [
    'an override of skip [-TP-14]',
    { ...override({ expiry: 'log' }, 'skip'), trustStores: [], trustedIdentities: [] },
    [`TP-14 ${at}.signatureVerification.override override-of-skip`],
  ],
  ['an empty override of skip [+TP-14]', { ...override({}, 'skip'), trustStores: [], trustedIdentities: [] }, []],
  [
    'skip on everything [-TP-17 -OC-04]',
    { registryScopes: ['*'], signatureVerification: { level: 'skip' }, trustStores: [], trustedIdentities: [] },
    [`TP-17 ${at}.signatureVerification.level skip-global`],
  ],
  ['identity * alone [+ID-01]', { trustedIdentities: ['*'] }, []],
  [
    'identity * with another [-ID-01]',
    { trustedIdentities: ['*', identity] },
    [`ID-01 ${at}.trustedIdentities identity-wildcard-not-alone`],
  ],
  ['an empty identity [-ID-01]', { trustedIdentities: [''] }, [`ID-01 ${at}.trustedIdentities[0] identity-empty`]],
  [
    'an identity without prefix [-ID-01]',
    { trustedIdentities: ['CN=signer'] },
    [`ID-01 ${at}.trustedIdentities[0] identity-no-separator`],
  ],
  [
    'an identity with nothing after its prefix [-ID-01]',
    { trustedIdentities: ['x509.subject: '] },
    [`ID-01 ${at}.trustedIdentities[0] identity-no-value`],
  ],
  [
    'an identity for a plugin, as a warning [+ID-02]',
    { trustedIdentities: ['spiffe:a', identity] },
    [`ID-02 ${at}.trustedIdentities[0] identity-other-prefix`],
  ],
  [
    'an identity for a plugin after one of ours [+ID-02 +ID-11]',
    { trustedIdentities: [identity, 'spiffe:a'] },
    [`ID-02 ${at}.trustedIdentities[1] identity-other-prefix`],
  ],
  [
    'identity * after another [-ID-01]',
    { trustedIdentities: [identity, '*'] },
    [`ID-01 ${at}.trustedIdentities identity-wildcard-not-alone`],
  ],
  [
    'an identity that misses two attributes [-ID-04]',
    { trustedIdentities: ['x509.subject: ST=WA'] },
    [
      `ID-04 ${at}.trustedIdentities[0] name-attribute-missing`,
      `ID-04 ${at}.trustedIdentities[0] name-attribute-missing`,
    ],
  ],
  [
    'an attribute that no subject has, as a warning [-ID-09]',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=x,cn=y'] },
    [`ID-09 ${at}.trustedIdentities[0] name-type-unknown`],
  ],
  ['identities that differ in one value [+ID-11]', { trustedIdentities: [`${identity}1`, `${identity}2`] }, []],
  [
    'identities of which neither is a part of the other [+ID-11]',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=x,OU=a', 'x509.subject: C=US,ST=WA,O=x,CN=b'] },
    [],
  ],
  [
    'an identity that is a part of another [-ID-11]',
    { trustedIdentities: [identity, 'x509.subject: O=Example,S=WA,C=US'] },
    [`ID-11 ${at}.trustedIdentities[1] identity-overlap`],
  ],
  [
    'one identity twice in other order [-ID-11]',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=x', 'x509.subject:O=x,S=WA,C=US'] },
    [`ID-11 ${at}.trustedIdentities[1] identity-overlap`],
  ],
];

function override(override: object, level = 'strict'): object {
  return { signatureVerification: { level, override } };
}

const documents: readonly (readonly [name: string, text: string, problems: readonly string[]])[] = [
  ['data after the document [-TP-07 -TP-03]', `${textOf(ociStatement)}{}`, ['TP-03 $ json-malformed']],
  ['a member given twice [-TP-07]', '{"version":"1.0","version":"1.0","trustPolicies":[]}', ['TP-03 $ json-malformed']],
  [
    'a member given twice in different case [-TP-07]',
    '{"version":"1.0","Version":"1.0","trustPolicies":[]}',
    ['TP-03 $ json-malformed'],
  ],
  ['something that is no JSON [-TP-03]', '{', ['TP-03 $ json-malformed']],
  ['an array instead of a document [-TP-03]', '[]', ['TP-03 $ member-type']],
  ['another version [-TP-04]', textOf(ociStatement).replace('1.0', '1.1'), ['TP-04 $.version version-unsupported']],
  ['no version [-TP-04]', textOf(ociStatement).replace('"version":"1.0",', ''), ['TP-04 $.version member-missing']],
  [
    'a version that is a number [-TP-04]',
    textOf(ociStatement).replace('"1.0"', '1.0'),
    ['TP-04 $.version member-type'],
  ],
  ['no statements [-TP-05]', '{"version":"1.0","trustPolicies":[]}', ['TP-05 $.trustPolicies statements-missing']],
  ['no list of statements [-TP-05]', '{"version":"1.0"}', ['TP-05 $.trustPolicies member-missing']],
  ['a statement that is a word [-TP-06]', '{"version":"1.0","trustPolicies":["x"]}', [`TP-06 ${at} member-type`]],
];

function textOf(...statements: readonly unknown[]): string {
  return JSON.stringify({ version: '1.0', trustPolicies: statements });
}

describe('an OCI trust policy with', () => {
  it.each(oci)('%s', (_, change, problems) => {
    expect(summaries(lintOci({ ...ociStatement, ...change }))).toEqual(problems);
  });

  it.each(documents)('%s', (_, text, problems) => {
    expect(summaries(lintTrustPolicy(encodeUtf8(text), { kind: 'oci' }))).toEqual(problems);
  });

  it('two statements of one name is refused [-TP-06]', () => {
    const bytes = policyBytes(ociStatement, { ...ociStatement, registryScopes: ['other.example/a'] });
    expect(summaries(lintTrustPolicy(bytes, { kind: 'oci' }))).toEqual(['TP-06 $.trustPolicies[1].name name-repeated']);
  });

  it('one scope in two statements is refused, naming the other statement [-TP-24 -TP-27]', () => {
    const [problem, ...more] = lintTrustPolicy(policyBytes(ociStatement, { ...ociStatement, name: 'b' }), {
      kind: 'oci',
    });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      rule: 'TP-24',
      statement: 'b',
      value: 'registry.example.com/app',
      related: 'images',
    });
  });

  it('two statements without scopes misses them twice, and repeats none [-TP-20 +TP-24]', () => {
    const statement = { ...ociStatement, registryScopes: [] };
    const problems = lintTrustPolicy(policyBytes(statement, { ...statement, name: 'b' }), { kind: 'oci' });
    expect(problems.map(({ code }) => code)).toEqual(['scopes-missing', 'scopes-missing']);
  });

  it('a problem outside of its statements names no statement [-TP-04]', () => {
    const bytes = encodeUtf8(textOf(ociStatement).replace('1.0', '1.1'));
    expect(lintTrustPolicy(bytes, { kind: 'oci' })).toStrictEqual([
      {
        path: '$.version',
        code: 'version-unsupported',
        rule: 'TP-04',
        severity: 'error',
        message: 'version "1.1" is not supported, only "1.0" is',
        value: '1.1',
      },
    ]);
  });

  it('two global statements is refused [-TP-21 -TP-27]', () => {
    const statement = { ...ociStatement, registryScopes: ['*'] };
    const problems = lintTrustPolicy(policyBytes(statement, { ...statement, name: 'b' }), { kind: 'oci' });
    expect(summaries(problems)).toEqual(['TP-21 $.trustPolicies[1].registryScopes[0] scope-repeated']);
  });

  it('many mistakes reports all of them at once [-TP-06]', () => {
    const bad = {
      name: '',
      registryScopes: ['a b'],
      signatureVerification: { level: 'no' },
      trustStores: ['x'],
      trustedIdentities: ['y'],
    };
    expect(lintTrustPolicy(policyBytes(ociStatement, bad), { kind: 'oci' }).map(({ rule }) => rule)).toEqual([
      'TP-23',
      'TP-06',
      'TP-11',
      'TP-09',
      'ID-01',
    ]);
  });

  it('one bad statement among good ones gives no document at all [-TP-06]', () => {
    const bytes = policyBytes(ociStatement, { ...ociStatement, name: 'b', registryScopes: [] });
    expect(() => parseTrustPolicy(bytes, { kind: 'oci' })).toThrow(TrustPolicyError);
  });

  it('an unknown member is accepted with a warning only on request [+TP-07]', () => {
    const bytes = policyBytes({ ...ociStatement, note: 'x' });
    expect(() => parseTrustPolicy(bytes, { kind: 'oci' })).toThrow(
      expect.objectContaining({ code: 'TRUST_POLICY_INVALID' }),
    );
    const policy = parseTrustPolicy(bytes, { kind: 'oci', allowUnknownMembers: true });
    expect(policy.warnings).toMatchObject([{ rule: 'TP-07', severity: 'warning', value: 'note' }]);
  });

  it('a known member in other letter case is refused even on that request, since other tools obey it [-TP-07]', () => {
    const statement = {
      ...ociStatement,
      signatureVerification: { level: 'audit', Override: { authenticity: 'enforce' } },
    };
    expect(lintOci(statement, { allowUnknownMembers: true })).toMatchObject([
      { rule: 'TP-07', severity: 'error', value: 'Override' },
    ]);
  });

  it('a known member with a letter that other tools take for the right one is refused too [-TP-07]', () => {
    const signatureVerification = { level: 'strict', 'verifyTime\u017ftamp': 'afterCertExpiry' };
    expect(lintOci({ ...ociStatement, signatureVerification }, { allowUnknownMembers: true })).toMatchObject([
      { rule: 'TP-07', severity: 'error' },
    ]);
  });

  it('skip on everything is accepted with a warning only on request [+TP-17 +OC-04]', () => {
    const skip = { name: 'none', registryScopes: ['*'], signatureVerification: { level: 'skip' } };
    const policy = parseTrustPolicy(policyBytes(skip), { kind: 'oci', allowGlobalSkip: true });
    expect(policy.warnings).toMatchObject([{ rule: 'TP-17', severity: 'warning' }]);
    expect(policy.statements[0].level.name).toBe('skip');
  });

  it('everything right becomes the values that verification uses [+TP-05 +TP-06 +TP-09]', () => {
    const statement = {
      ...ociStatement,
      trustStores: ['ca:a', 'tsa:t', 'ca:a'],
      trustedIdentities: ['x509.subject: C=US,S=WA,O=x'],
    };
    expect(parseTrustPolicy(policyBytes(statement), { kind: 'oci' })).toMatchObject({
      kind: 'oci',
      statements: [
        {
          name: 'images',
          registryScopes: ['registry.example.com/app'],
          level: { name: 'strict' },
          verifyTimestamp: 'always',
          trustStores: [
            { type: 'ca', name: 'a' },
            { type: 'tsa', name: 't' },
          ],
          trustedIdentities: [
            {
              kind: 'x509.subject',
              attributes: new Map([
                ['C', 'US'],
                ['ST', 'WA'],
                ['O', 'x'],
              ]),
            },
          ],
        },
      ],
      warnings: [],
    });
  });
});

describe('a blob trust policy with', () => {
  const lint = (...statements: readonly unknown[]): readonly string[] =>
    summaries(lintTrustPolicy(policyBytes(...statements), { kind: 'blob' }));

  it('one global statement among others is good [+TP-32 +TP-33]', () => {
    expect(lint(blobStatement, { ...blobStatement, name: 'b', globalPolicy: true })).toEqual([]);
  });

  it('two global statements is refused [-TP-32]', () => {
    const first = { ...blobStatement, globalPolicy: true };
    expect(lint(first, { ...first, name: 'b' })).toEqual(['TP-32 $.trustPolicies[1].globalPolicy global-repeated']);
  });

  it('registry scopes is refused [-TP-33]', () => {
    expect(lint({ ...blobStatement, registryScopes: ['*'] })).toEqual(['TP-07 $.trustPolicies[0] member-unknown']);
  });

  it('a global statement of level skip is refused [-TP-17 -OC-04]', () => {
    const skip = { name: 'none', signatureVerification: { level: 'skip' }, globalPolicy: true };
    expect(lint(skip)).toEqual(['TP-17 $.trustPolicies[0].signatureVerification.level skip-global']);
  });

  it('a global statement that has no verification misses it [-TP-06]', () => {
    expect(lint({ ...blobStatement, globalPolicy: true, signatureVerification: undefined })).toEqual([
      'TP-06 $.trustPolicies[0].signatureVerification member-missing',
    ]);
  });

  it('a named statement of level skip is good [+TP-17]', () => {
    expect(lint({ name: 'none', signatureVerification: { level: 'skip' } })).toEqual([]);
  });
});

describe('the error of a trust policy', () => {
  it('without any problem of its own says what is not valid, and no more', () => {
    expect(new TrustPolicyError({ kind: 'oci' }, []).message).toBe('the OCI trust policy is not valid');
  });
});

describe('a member of an object', () => {
  it('may not be written with a Kelvin sign, which other tools take for a k [-TP-07]', () => {
    const problems = new ProblemList();
    const reader = new MemberReader({ '\u212aey': 1, other: 2 }, '$', problems);
    reader.refuseUnknown(['key'], { allowUnknownMembers: true });
    expect(problems.all.map(({ value, severity }) => [value, severity])).toEqual([
      ['\u212aey', 'error'],
      ['other', 'warning'],
    ]);
  });
});

describe('bounds of a trust policy', () => {
  it('refuses a document above the size limit', () => {
    const problems = lintTrustPolicy(new Uint8Array(limits.maxPolicyBytes + 1), { kind: 'oci' });
    expect(summaries(problems)).toEqual(['TP-03 $ json-malformed']);
  });

  it('refuses more identities than can be compared with each other', () => {
    const trustedIdentities = Array.from({ length: limits.maxIdentitiesPerStatement + 1 }, (_, n) => `${identity}${n}`);
    expect(lintOci({ ...ociStatement, trustedIdentities }).map(({ code }) => code)).toEqual(['too-many']);
  });

  it('stops listing problems at a bound', () => {
    const registryScopes = Array.from({ length: limits.maxProblems + 50 }, (_, n) => `?${n}`);
    const problems = lintOci({ ...ociStatement, registryScopes });
    expect(problems).toHaveLength(limits.maxProblems + 1);
    expect(problems.at(-1)?.code).toBe('too-many');
  });

  it('answers any JSON with problems, never with another error', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const statement = fc.record(
      {
        name: value,
        registryScopes: value,
        signatureVerification: value,
        trustStores: value,
        trustedIdentities: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(value, statement), fc.constantFrom('oci' as const, 'blob' as const), (json, kind) => {
        const bytes = policyBytes(json);
        const isBad = lintTrustPolicy(bytes, { kind }).some(({ severity }) => severity === 'error');
        let thrown: unknown;
        try {
          parseTrustPolicy(bytes, { kind });
        } catch (error) {
          thrown = error;
        }
        expect(thrown instanceof TrustPolicyError).toBe(isBad);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
