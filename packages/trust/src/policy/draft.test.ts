import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identity, ociStatement, policyBytes } from '../../test/policies.ts';
import { parseTrustPolicy } from './document.ts';
import {
  createTrustPolicy,
  encodeTrustPolicy,
  parseTrustPolicyDraft,
  type StatementDraft,
  withoutStatement,
  withStatement,
} from './draft.ts';

const statement: StatementDraft = {
  name: 'images',
  registryScopes: ['registry.example.com/app'],
  level: 'strict',
  trustStores: ['ca:example'],
  trustedIdentities: [identity],
};

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a written trust policy', () => {
  it('has the members of the standard in its order, and no others [+TP-07]', () => {
    const draft = createTrustPolicy('oci', [{ ...statement, override: { expiry: 'log' }, verifyTimestamp: 'always' }]);
    expect(text(encodeTrustPolicy(draft))).toBe(
      [
        '{',
        '  "version": "1.0",',
        '  "trustPolicies": [',
        '    {',
        '      "name": "images",',
        '      "registryScopes": [',
        '        "registry.example.com/app"',
        '      ],',
        '      "signatureVerification": {',
        '        "level": "strict",',
        '        "override": {',
        '          "expiry": "log"',
        '        },',
        '        "verifyTimestamp": "always"',
        '      },',
        '      "trustStores": [',
        '        "ca:example"',
        '      ],',
        '      "trustedIdentities": [',
        `        ${JSON.stringify(identity)}`,
        '      ]',
        '    }',
        '  ]',
        '}',
      ].join('\n'),
    );
  });

  it('has globalPolicy in a blob statement only when it is true', () => {
    const { registryScopes: _, ...blob } = statement;
    const encode = (isGlobal: boolean): unknown =>
      JSON.parse(text(encodeTrustPolicy(createTrustPolicy('blob', [{ ...blob, isGlobal }])))).trustPolicies[0];
    expect(encode(true)).toMatchObject({ globalPolicy: true });
    expect(encode(false)).not.toHaveProperty('globalPolicy');
  });

  it('is never one that would be refused when read [-TP-20]', () => {
    const draft = createTrustPolicy('oci', [{ ...statement, registryScopes: [] }]);
    expect(() => encodeTrustPolicy(draft)).toThrow(expect.objectContaining({ code: 'TRUST_POLICY_INVALID' }));
  });

  it.each([
    [
      'oci',
      'the OCI trust policy is not valid: $.trustPolicies[0].registryScopes: at least one scope is needed (TP-20)',
    ],
    ['blob', 'the blob trust policy is not valid: $.trustPolicies[0].name: the name is empty (TP-06)'],
  ] as const)('of kind %s that breaks a rule is refused by that kind [-TP-20 -TP-06]', (kind, message) => {
    const { registryScopes: _, ...unscoped } = statement;
    const draft = createTrustPolicy(kind, [{ ...unscoped, name: kind === 'oci' ? 'images' : '' }]);
    expect(() => encodeTrustPolicy(draft)).toThrow(expect.objectContaining({ message }));
  });

  it('leaves out what only the other kind of policy has [+TP-33]', () => {
    const membersOf = (kind: 'oci' | 'blob'): readonly string[] => {
      const bytes = encodeTrustPolicy(createTrustPolicy(kind, [{ ...statement, isGlobal: true }]));
      return Object.keys(JSON.parse(text(bytes)).trustPolicies[0]);
    };
    expect(membersOf('oci')).not.toContain('globalPolicy');
    expect(membersOf('blob')).not.toContain('registryScopes');
  });

  it('may skip everything only on request [-TP-17]', () => {
    const draft = createTrustPolicy('oci', [{ name: 'none', registryScopes: ['*'], level: 'skip' }]);
    expect(() => encodeTrustPolicy(draft)).toThrow(expect.objectContaining({ code: 'TRUST_POLICY_INVALID' }));
    expect(text(encodeTrustPolicy(draft, { allowGlobalSkip: true }))).toContain('"skip"');
  });

  it('loses nothing when it is read for editing and written again', () => {
    const name = fc.stringMatching(/^[a-z]{1,10}$/);
    const draft = fc.uniqueArray(
      fc.record({
        name,
        registryScopes: name.map((path) => [`registry.example.com/${path}`]),
        level: fc.constantFrom('strict' as const, 'permissive' as const, 'audit' as const),
        trustStores: fc.constant(['ca:a', 'tsa:b']),
        trustedIdentities: fc.constantFrom(['*'], [identity]),
      }),
      { minLength: 1, maxLength: 5, selector: (draft) => draft.name, comparator: (a, b) => a === b },
    );
    const scopesDiffer = (drafts: readonly { readonly registryScopes: readonly string[] }[]): boolean =>
      new Set(drafts.map(({ registryScopes }) => registryScopes[0])).size === drafts.length;
    fc.assert(
      fc.property(draft.filter(scopesDiffer), (statements) => {
        const bytes = encodeTrustPolicy(createTrustPolicy('oci', statements));
        expect(parseTrustPolicyDraft(bytes, { kind: 'oci' })).toEqual({ kind: 'oci', statements });
        expect(encodeTrustPolicy(parseTrustPolicyDraft(bytes, { kind: 'oci' }))).toEqual(bytes);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe('editing a trust policy', () => {
  const draft = createTrustPolicy('oci', [statement, { ...statement, name: 'other', registryScopes: ['*'] }]);

  it('replaces the statement of the same name in its place', () => {
    const edited = withStatement(draft, { ...statement, level: 'audit' });
    expect(edited.statements.map(({ name, level }) => `${name} ${level}`)).toEqual(['images audit', 'other strict']);
    expect(draft.statements[0]?.level).toBe('strict');
  });

  it('adds a statement of a new name at the end, and removes by name', () => {
    const added = withStatement(draft, { ...statement, name: 'new', registryScopes: ['a.example/new'] });
    expect(added.statements.map(({ name }) => name)).toEqual(['images', 'other', 'new']);
    expect(withoutStatement(added, 'other').statements.map(({ name }) => name)).toEqual(['images', 'new']);
    expect(parseTrustPolicy(encodeTrustPolicy(added), { kind: 'oci' }).statements).toHaveLength(3);
  });

  it('refuses a document with members it would drop [-TP-07]', () => {
    expect(() => parseTrustPolicyDraft(policyBytes({ ...ociStatement, note: 1 }), { kind: 'oci' })).toThrow(
      expect.objectContaining({ code: 'TRUST_POLICY_INVALID' }),
    );
  });

  it('reads nothing into the draft that the document does not say', () => {
    expect(parseTrustPolicyDraft(policyBytes(ociStatement), { kind: 'oci' }).statements).toStrictEqual([statement]);
  });

  it('reads overrides and global statements into the draft', () => {
    const { registryScopes: _, ...blob } = ociStatement;
    const signatureVerification = {
      level: 'audit',
      override: { revocation: 'skip' },
      verifyTimestamp: 'afterCertExpiry',
    };
    const bytes = policyBytes({ ...blob, signatureVerification, globalPolicy: true });
    expect(parseTrustPolicyDraft(bytes, { kind: 'blob' }).statements).toEqual([
      {
        name: 'images',
        level: 'audit',
        override: { revocation: 'skip' },
        verifyTimestamp: 'afterCertExpiry',
        trustStores: ['ca:example'],
        trustedIdentities: [identity],
        isGlobal: true,
      },
    ]);
  });
});
