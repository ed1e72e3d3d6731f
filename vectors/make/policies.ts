// Trust policies: one file per rule.

import { type Recorder, slug } from './recorder.ts';

const identity = 'x509.subject: C=US, ST=WA, O=Example, CN=signer';
const oci = {
  name: 'images',
  registryScopes: ['registry.example.com/app'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:example'],
  trustedIdentities: [identity],
};
const blob = {
  name: 'files',
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:example'],
  trustedIdentities: [identity],
};
const noTrust = { trustStores: undefined, trustedIdentities: undefined };
const level = (name: string, override?: object, rest: object = {}): object => ({
  signatureVerification: { level: name, ...(override && { override }), ...rest },
});

/** A change to the good statement, with what must come of the document. */
const statements: readonly (readonly [name: string, rules: string, change: object, expect: string])[] = [
  ['the standard example', '+TP-04 +TP-05 +TP-08 +TP-09 +TP-20 +TP-23', {}, 'valid 1'],
  ...['strict', 'permissive', 'audit'].map((name) => [`level ${name}`, '+TP-11', level(name), 'valid 1'] as const),
  ['level skip', '+TP-08 +TP-17', { ...level('skip'), ...noTrust }, 'valid 1'],
  ['level skip and empty lists', '+TP-08', { ...level('skip'), trustStores: [], trustedIdentities: [] }, 'valid 1'],
  ['level skip and trust', '-TP-08', level('skip'), 'invalid skip-with-trust'],
  [
    'level skip on everything',
    '-TP-17 -OC-04',
    { ...level('skip'), ...noTrust, registryScopes: ['*'] },
    'invalid skip-global',
  ],
  ['a level in another letter case', '-TP-11', level('Strict'), 'invalid level-unknown'],
  ['no level', '-TP-06', { signatureVerification: {} }, 'invalid member-missing'],
  ['an empty name', '-TP-06', { name: ' ' }, 'invalid name-empty'],
  ['a misspelt member', '-TP-07', { trustedIdentites: [] }, 'invalid member-unknown'],
  ['a member of blob policies', '-TP-33', { globalPolicy: true }, 'invalid member-unknown'],
  ['a null list', '-TP-06', { trustStores: null }, 'invalid member-type'],
  ['no scopes', '-TP-20', { registryScopes: [] }, 'invalid scopes-missing'],
  ['the wildcard alone', '+TP-21', { registryScopes: ['*'] }, 'valid 1'],
  [
    'the wildcard and another scope',
    '-TP-21',
    { registryScopes: ['*', 'a.example/b'] },
    'invalid scope-wildcard-not-alone',
  ],
  ['a wildcard in a path', '-TP-22', { registryScopes: ['a.example/*'] }, 'invalid scope-wildcard-partial'],
  ['a scope with a port', '+TP-23', { registryScopes: ['localhost:5000/a/b_c/d--e'] }, 'valid 1'],
  ['a scope with a scheme', '-TP-23', { registryScopes: ['https://a.example/b'] }, 'invalid scope-malformed'],
  ['a scope with a tag', '-TP-23', { registryScopes: ['a.example/b:v1'] }, 'invalid scope-malformed'],
  ['a scope with capitals', '-TP-23', { registryScopes: ['a.example/B'] }, 'invalid scope-malformed'],
  ['a scope without repository', '-TP-23', { registryScopes: ['a.example'] }, 'invalid scope-malformed'],
  ['one scope twice', '-TP-24', { registryScopes: ['a.example/b', 'a.example/b'] }, 'invalid scope-repeated'],
  ['no trust stores', '-TP-08', { trustStores: undefined }, 'invalid trust-missing'],
  ['no identities', '-TP-08', { trustedIdentities: [] }, 'invalid trust-missing'],
  ['a store twice', '+TP-09', { trustStores: ['ca:example', 'ca:example'] }, 'valid 1'],
  ['a store without type', '-TP-09', { trustStores: ['example'] }, 'invalid store-malformed'],
  ['a store type in another letter case', '-TP-09 -TS-01', { trustStores: ['CA:example'] }, 'invalid store-type'],
  ['a store called ..', '-TS-04 -OC-15', { trustStores: ['ca:..'] }, 'invalid store-name'],
  ['a store with a slash', '-TS-04', { trustStores: ['ca:a/b'] }, 'invalid store-name'],
  ['every store', '-TP-09', { trustStores: ['ca:*'] }, 'invalid store-name'],
  ['only a tsa store', '+TP-10', { trustStores: ['tsa:clock'] }, 'valid 1'],
  [
    'time-stamps after expiry only',
    '+TP-06',
    level('strict', undefined, { verifyTimestamp: 'afterCertExpiry' }),
    'valid 1',
  ],
  [
    'time-stamps never',
    '-TP-06',
    level('strict', undefined, { verifyTimestamp: 'never' }),
    'invalid timestamp-unknown',
  ],
  ['an override', '+TP-12 +TP-13 +TP-15', level('strict', { expiry: 'log', revocation: 'skip' }), 'valid 1'],
  ['an override of integrity', '-TP-12', level('strict', { integrity: 'log' }), 'invalid override-integrity'],
  ['an override of nothing known', '-TP-12', level('strict', { Expiry: 'log' }), 'invalid override-unknown'],
  ['an override to skip expiry', '-TP-13', level('strict', { expiry: 'skip' }), 'invalid override-action'],
  ['an override of skip', '-TP-14', { ...level('skip', { expiry: 'log' }), ...noTrust }, 'invalid override-of-skip'],
  ['an empty override of skip', '+TP-14', { ...level('skip', {}), ...noTrust }, 'valid 1'],
  ['anybody alone', '+ID-01', { trustedIdentities: ['*'] }, 'valid 1'],
  ['anybody and somebody', '-ID-01', { trustedIdentities: ['*', identity] }, 'invalid identity-wildcard-not-alone'],
  ['an empty identity', '-ID-01', { trustedIdentities: [''] }, 'invalid identity-empty'],
  ['an identity without prefix', '-ID-01', { trustedIdentities: ['CN=signer'] }, 'invalid identity-no-separator'],
  ['an identity of nothing', '-ID-01', { trustedIdentities: ['x509.subject: '] }, 'invalid identity-no-value'],
  ['an identity for a plugin', '+ID-02', { trustedIdentities: ['spiffe:a', identity] }, 'valid 1'],
  [
    'an identity without country',
    '-ID-04',
    { trustedIdentities: ['x509.subject: ST=WA,O=x'] },
    'invalid name-attribute-missing',
  ],
  [
    'a multi-valued identity',
    '-ID-05',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=x+OU=y'] },
    'invalid name-multi-valued',
  ],
  [
    'an identity with a repeated type',
    '-ID-05',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,S=WA,O=x'] },
    'invalid name-type-repeated',
  ],
  [
    'a hexadecimal identity',
    '-ID-06 -OC-50',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=#0c0161'] },
    'invalid name-hexadecimal',
  ],
  [
    'an identity of bad syntax',
    '-ID-07',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O="x"'] },
    'invalid name-syntax',
  ],
  [
    'an identity with an empty value',
    '-ID-12 -OC-13',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=x,OU='] },
    'invalid name-value-empty',
  ],
  [
    'identities side by side',
    '+ID-11',
    { trustedIdentities: ['x509.subject: C=US,ST=WA,O=x,OU=a', 'x509.subject: C=US,ST=WA,O=x,CN=b'] },
    'valid 1',
  ],
  [
    'an identity within another',
    '-ID-11 -OC-39',
    { trustedIdentities: [identity, 'x509.subject: O=Example,S=WA,C=US'] },
    'invalid identity-overlap',
  ],
];

const text = (...list: readonly object[]): string =>
  JSON.stringify({ version: '1.0', trustPolicies: list }, undefined, 1);
const everywhere = { ...oci, name: 'rest', registryScopes: ['*'] };

const documents: readonly (readonly [name: string, rules: string, text: string, expect: string])[] = [
  ['data after it', '-TP-07 -TP-03', `${text(oci)}{}`, 'invalid json-malformed'],
  ['a member twice', '-TP-07 -OC-61', '{"version":"1.0","version":"1.0","trustPolicies":[]}', 'invalid json-malformed'],
  ['a member in two cases', '-TP-07', '{"version":"1.0","Version":"1.0","trustPolicies":[]}', 'invalid json-malformed'],
  ['half a document', '-TP-03', '{', 'invalid json-malformed'],
  ['an array', '-TP-03', '[]', 'invalid member-type'],
  ['another version', '-TP-04', text(oci).replace('1.0', '1.1'), 'invalid version-unsupported'],
  ['a version that is a number', '-TP-04', text(oci).replace('"1.0"', '1.0'), 'invalid member-type'],
  ['no statements', '-TP-05', text(), 'invalid statements-missing'],
  ['two statements of one name', '-TP-06', text(oci, { ...everywhere, name: oci.name }), 'invalid name-repeated'],
  ['one scope in two statements', '-TP-24 -TP-27', text(oci, { ...oci, name: 'b' }), 'invalid scope-repeated'],
  [
    'two statements for everything',
    '-TP-21 -TP-27',
    text(everywhere, { ...everywhere, name: 'b' }),
    'invalid scope-repeated',
  ],
  [
    'one bad statement among good ones',
    '-TP-06',
    text(oci, { ...everywhere, registryScopes: [] }),
    'invalid scopes-missing',
  ],
];

const selections: readonly (readonly [repository: string, rules: string, expect: string])[] = [
  ['registry.example.com/app', '+TP-25 +TP-27', 'valid, statement images, level strict'],
  ['registry.example.com/other', '+TP-25 +TP-21', 'valid, statement rest, level audit'],
  ['registry.example.com/app/sub', '-TP-25', 'valid, statement rest, level audit'],
  ['registry.example.com/app:v1', '-TP-26', 'error TRUST_SCOPE_INVALID'],
  ['*', '-TP-26', 'error TRUST_SCOPE_INVALID'],
];

const blobs: readonly (readonly [name: string, rules: string, list: readonly object[], expect: string])[] = [
  ['a named statement', '+TP-33 +BLOB-06', [blob], 'valid 1'],
  ['a global statement beside it', '+TP-32', [blob, { ...blob, name: 'all', globalPolicy: true }], 'valid 2'],
  [
    'two global statements',
    '-TP-32',
    [
      { ...blob, globalPolicy: true },
      { ...blob, name: 'b', globalPolicy: true },
    ],
    'invalid global-repeated',
  ],
  [
    'skip for everything',
    '-TP-17 -OC-04',
    [{ name: 'all', globalPolicy: true, ...level('skip') }],
    'invalid skip-global',
  ],
  ['skip for one name', '+TP-17', [{ name: 'one', ...level('skip') }], 'valid 1'],
  ['registry scopes', '-TP-33', [{ ...blob, registryScopes: ['*'] }], 'invalid member-unknown'],
];

export function recordPolicies(recorder: Recorder): void {
  for (const [name, rules, change, expect] of statements) {
    record(recorder, `an OCI policy with ${name}`, rules, text({ ...oci, ...change }), expect);
  }
  for (const [name, rules, document, expect] of documents) {
    record(recorder, `an OCI policy document with ${name}`, rules, document, expect);
  }
  const file = recorder.file('policies/selection.json', text(oci, { ...everywhere, ...level('audit') }));
  for (const [repository, rules, expect] of selections) {
    recorder.vector(
      `the statement for ${repository}`,
      rules,
      'nv2',
      { kind: 'trust-policy', file, repository },
      expect,
    );
  }
  for (const [name, rules, list, expect] of blobs) {
    record(recorder, `a blob policy with ${name}`, rules, text(...list), expect, 'blob');
  }
}

function record(
  recorder: Recorder,
  name: string,
  rules: string,
  document: string,
  expect: string,
  policy?: 'blob',
): void {
  const file = recorder.file(`policies/${slug(name)}.json`, document);
  recorder.vector(name, rules, 'nv2', { kind: 'trust-policy', file, ...(policy && { policy }) }, expect);
}
