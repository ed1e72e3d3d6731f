// Subjects and the identities that they satisfy or not.

import type { TestName, TestNameAttribute } from '../../packages/testing/src/pki-der.ts';
import { mintCertificateDer } from '../../packages/testing/src/pki-mint.ts';
import { freshKey } from './fresh-chain.ts';
import { type Recorder, slug } from './recorder.ts';

const plain = 'C=US,ST=WA,L=Seattle,O=Example,OU=Release,CN=signer';
const base = 'x509.subject: C=US, ST=WA, O=Example';
const name = (
  as: NonNullable<TestNameAttribute['as']>,
  organisation = 'Example',
  ...more: readonly TestNameAttribute[]
): TestName =>
  [
    { type: 'C', value: 'US', as },
    { type: 'ST', value: 'WA', as },
    { type: 'O', value: organisation, as },
    ...more,
  ].map((attribute) => [attribute]);

const rows: readonly (readonly [
  name: string,
  rules: string,
  subject: TestName,
  identities: readonly string[],
  expect: string,
])[] = [
  ['a part of the subject', '+ID-08', plain, [base], 'passed'],
  [
    'the whole subject in another order',
    '+ID-03 +ID-08',
    plain,
    ['x509.subject:CN=signer,OU=Release,O=Example,L=Seattle,ST=WA,C=US'],
    'passed',
  ],
  ['S for ST', '+ID-04', plain, ['x509.subject: C=US, S=WA, O=Example'], 'passed'],
  ['anybody', '+ID-01', plain, ['*'], 'passed'],
  ['the second of two', '+ID-08', plain, [`${base}, CN=other`, `${base}, CN=signer`], 'passed'],
  ['another common name', '-ID-08', plain, [`${base}, CN=other`], 'failed ID-08'],
  ['another letter case of a value', '-ID-08', plain, ['x509.subject: C=US, ST=WA, O=EXAMPLE'], 'failed ID-08'],
  ['a value that only begins alike', '-ID-08', plain, ['x509.subject: C=US, ST=WA, O=Exam'], 'failed ID-08'],
  ['an attribute that the subject has not', '-ID-08 -ID-12', plain, [`${base}, STREET=Main`], 'failed ID-08'],
  ['a type in another letter case', '-ID-09', plain, [`${base}, cn=signer`], 'failed ID-08'],
  ['an identity for a plugin only', '-ID-02', plain, ['spiffe:signer'], 'failed ID-02'],
  [
    'a repeated common name, the first',
    '-ID-10 -OC-13',
    'C=US,ST=WA,O=Example,CN=a,CN=b',
    [`${base}, CN=a`],
    'failed ID-10',
  ],
  [
    'a repeated common name, the last',
    '-ID-10 -OC-13',
    'C=US,ST=WA,O=Example,CN=a,CN=b',
    [`${base}, CN=b`],
    'failed ID-10',
  ],
  ['a repetition in one multi-valued part', '-ID-10', 'C=US,ST=WA,O=Example,CN=a+CN=b', [base], 'failed ID-10'],
  ['types joined in multi-valued parts', '+ID-10', 'C=US+ST=WA,O=Example+CN=a', [`${base}, CN=a`], 'passed'],
  [
    'attributes outside the nine names',
    '+ID-09 +OC-24',
    `${plain},emailAddress=a@example.com,2.5.4.15=Private`,
    [base],
    'passed',
  ],
  [
    'the mark of a hexadecimal value in a value',
    '-ID-06 -OC-50',
    name('utf8', 'Example', { type: 'CN', value: 'Bad=#CN' }),
    [base],
    'failed ID-06',
  ],
  [
    'the mark of a hexadecimal value and anybody',
    '+ID-06',
    name('utf8', 'Example', { type: 'CN', value: 'Worse=#CN' }),
    ['*'],
    'passed',
  ],
  [
    'a hexadecimal value in the identity',
    '-ID-06 -OC-50',
    plain,
    [`${base}, CN=#0c0161`],
    'error TRUST_IDENTITY_INVALID',
  ],
  ['a multi-valued identity', '-ID-05', plain, ['x509.subject: C=US, ST=WA+O=Example'], 'error TRUST_IDENTITY_INVALID'],
  ['no organisation in the identity', '-ID-04', plain, ['x509.subject: C=US, ST=WA'], 'error TRUST_IDENTITY_INVALID'],
  ['an empty value in the identity', '-ID-12', plain, [`${base}, OU=`], 'error TRUST_IDENTITY_INVALID'],
  [
    'an escaped comma',
    '+ID-07',
    name('utf8', 'Example, Inc.'),
    ['x509.subject: C=US, ST=WA, O=Example\\, Inc.'],
    'passed',
  ],
  [
    'an unescaped semicolon',
    '-ID-07',
    name('utf8', 'a;b'),
    ['x509.subject: C=US, ST=WA, O=a;b'],
    'error TRUST_IDENTITY_INVALID',
  ],
  ['characters outside ASCII', '+ID-13', name('utf8', 'Café'), ['x509.subject: C=US, ST=WA, O=Café'], 'passed'],
  ['the same characters in UTF-16', '+ID-13', name('bmp', 'Café'), ['x509.subject: C=US, ST=WA, O=Café'], 'passed'],
  [
    'characters that only normalise alike',
    '-ID-13',
    name('utf8', 'Cafe\u0301'),
    ['x509.subject: C=US, ST=WA, O=Café'],
    'failed ID-08',
  ],
];

export async function recordIdentities(recorder: Recorder): Promise<void> {
  const key = freshKey('p256');
  for (const [title, rules, subject, identities, expect] of rows) {
    const file = recorder.certificates(`identities/${slug(title)}.pem`, [await mintCertificateDer({ key, subject })]);
    recorder.vector(
      `an identity check with ${title}`,
      rules,
      'nv2',
      { kind: 'identity', certificate: file, identities },
      expect,
    );
  }
}
