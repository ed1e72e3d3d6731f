// Section 12.3: what is wrong with a trust policy, told by `verify` before any registry is asked.

import type { Row } from '../row.ts';

const statement = {
  name: 'e2e',
  registryScopes: ['*'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:e2e'],
  trustedIdentities: ['*'],
};
const scopeForm =
  'make sure it is a fully qualified repository without the scheme, protocol or tag. For example domain.com/my/repository or a local scope like local/myOCILayout';
const guide = 'https://notaryproject.dev/docs/quickstart/#create-a-trust-policy';

const refusal = (name: string, mark: Row['mark'], statements: readonly object[], message: string): Row => ({
  name: `12.3 trust policy: ${name}`,
  mark,
  since: 'main',
  given: [{ policy: { version: '1.0', trustPolicies: statements.map((change) => ({ ...statement, ...change })) } }],
  runs: [{ command: 'notation verify localhost:1/a:v1', exit: 1, stdout: '', stderr: `Error: ${message}\n` }],
});

/** What is wrong inside of a statement is told with the kind of the policy before it. */
const statementRefusal = (name: string, change: object, message: string): Row =>
  refusal(name, 'E', [change], `oci trust policy: ${message}`);

const start = 'trust policy statement "e2e"';
const dn = (text: string): string =>
  `${start} has trusted identity "x509.subject:${text}" with invalid identity value: `;

export const trustPolicyRows: readonly Row[] = [
  refusal(
    'the same scope in two statements',
    'E=',
    [
      { name: 'a', registryScopes: ['localhost:5000/x'] },
      { name: 'b', registryScopes: ['localhost:5000/x'] },
    ],
    'registry scope "localhost:5000/x" is present in multiple oci trust policy statements, one registry scope value can only be associated with one statement',
  ),
  refusal(
    'the wildcard scope in two statements',
    'E=',
    [{ name: 'a' }, { name: 'b' }],
    'registry scope "*" is present in multiple oci trust policy statements, one registry scope value can only be associated with one statement',
  ),
  refusal(
    'two statements of one name',
    'E=',
    [{}, { registryScopes: ['localhost:5000/x'] }],
    'multiple oci trust policy statements use the same name "e2e", statement names must be unique',
  ),
  refusal(
    'no scopes',
    'E',
    [{ registryScopes: [] }],
    'oci trust policy statement "e2e" has zero registry scopes, it must specify registry scopes with at least one value',
  ),
  refusal(
    'the wildcard scope with others',
    'E',
    [{ registryScopes: ['*', 'localhost:5000/x'] }],
    `oci trust policy statement "e2e" uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values`,
  ),
  ...['localhost:5000', 'https://localhost:5000/x', 'localhost:5000/x:v1', 'localhost:5000/X', ''].map((scope) =>
    refusal(
      `a scope that is none: ${JSON.stringify(scope)}`,
      'E',
      [{ registryScopes: [scope] }],
      `registry scope "${scope}" is not valid, ${scopeForm}`,
    ),
  ),
  refusal(
    'a wildcard inside of a scope',
    'E',
    [{ registryScopes: ['localhost:5000/*'] }],
    `registry scope "localhost:5000/*" with wild card(s) is not valid, ${scopeForm}`,
  ),
  statementRefusal(
    'no trust stores',
    { trustStores: [] },
    `${start} is either missing trust stores or trusted identities, both must be specified`,
  ),
  statementRefusal(
    'no trusted identities',
    { trustedIdentities: [] },
    `${start} is either missing trust stores or trusted identities, both must be specified`,
  ),
  statementRefusal(
    'a trust store without separator',
    { trustStores: ['ca'] },
    `${start} has malformed trust store value "ca". The required format is <TrustStoreType>:<TrustStoreName>`,
  ),
  statementRefusal(
    'a trust store without name',
    { trustStores: ['ca:'] },
    `${start} uses an unsupported trust store name "" in trust store value "ca:". Named store name needs to follow [a-zA-Z0-9_.-]+ format`,
  ),
  statementRefusal(
    'a trust store of an unknown type',
    { trustStores: ['cb:e2e'] },
    `${start} uses an unsupported trust store type "cb" in trust store value "cb:e2e"`,
  ),
  statementRefusal(
    'an identity without separator',
    { trustedIdentities: ['e2e'] },
    `${start} has trusted identity "e2e" missing separator`,
  ),
  statementRefusal('an empty identity', { trustedIdentities: [''] }, `${start} has an empty trusted identity`),
  statementRefusal(
    'an identity without value',
    { trustedIdentities: ['x509.subject:'] },
    `${start} has trusted identity "x509.subject:" without an identity value`,
  ),
  statementRefusal(
    'the wildcard identity with others',
    { trustedIdentities: ['*', 'x509.subject: C=US, ST=WA, O=Notary'] },
    `${start} uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with other values`,
  ),
  statementRefusal(
    'overlapping identities, the wider one first',
    { trustedIdentities: ['x509.subject: C=US, ST=WA, O=Notary, CN=x', 'x509.subject: C=US, ST=WA, O=Notary'] },
    `${start} has overlapping x509 trustedIdentities, "x509.subject: C=US, ST=WA, O=Notary" overlaps with "x509.subject: C=US, ST=WA, O=Notary, CN=x"`,
  ),
  ...(
    [
      ['C', ' ST=WA, O=Notary'],
      ['ST', ' C=US, O=Notary'],
      ['O', ' C=US, ST=WA'],
    ] as const
  ).map(([attribute, name]) =>
    statementRefusal(
      `an identity without ${attribute}`,
      { trustedIdentities: [`x509.subject:${name}`] },
      `${dn(name)}distinguished name (DN) "${name}" has no mandatory RDN attribute for "${attribute}", it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum`,
    ),
  ),
  statementRefusal(
    'an attribute twice',
    { trustedIdentities: ['x509.subject: C=US, C=DE, ST=WA, O=Notary'] },
    `${dn(' C=US, C=DE, ST=WA, O=Notary')}distinguished name (DN) " C=US, C=DE, ST=WA, O=Notary" has duplicate RDN attribute for "C", DN can only have unique RDN attributes`,
  ),
  statementRefusal(
    'attributes joined with +',
    { trustedIdentities: ['x509.subject: C=US+ST=WA, O=Notary'] },
    `${dn(' C=US+ST=WA, O=Notary')}distinguished name (DN) " C=US+ST=WA, O=Notary" has multi-valued RDN attributes, remove multi-valued RDN attributes as they are not supported`,
  ),
  statementRefusal(
    'a hexadecimal value',
    { trustedIdentities: ['x509.subject: C=US, ST=WA, O=#0c01'] },
    `${dn(' C=US, ST=WA, O=#0c01')}unsupported distinguished name (DN) " C=US, ST=WA, O=#0c01": notation does not support x509.subject identities containing "=#"`,
  ),
  statementRefusal(
    'a level that is none',
    { signatureVerification: { level: 'lax' } },
    `${start} has invalid signatureVerification: invalid signature verification level "lax"`,
  ),
  statementRefusal(
    'integrity overridden',
    { signatureVerification: { level: 'strict', override: { integrity: 'log' } } },
    `${start} has invalid signatureVerification: "integrity" verification can not be overridden in custom signature verification`,
  ),
  statementRefusal(
    'a check overridden to skip',
    { signatureVerification: { level: 'strict', override: { expiry: 'skip' } } },
    `${start} has invalid signatureVerification: "expiry" verification can not be skipped in custom signature verification`,
  ),
  statementRefusal(
    'level skip overridden',
    { signatureVerification: { level: 'skip', override: { expiry: 'log' } }, trustStores: [], trustedIdentities: [] },
    `${start} has invalid signatureVerification: signature verification level "skip" can't be used to customize signature verification`,
  ),
  statementRefusal(
    'level skip with trust stores',
    { signatureVerification: { level: 'skip' } },
    `${start} is set to skip signature verification but configured with trust stores and/or trusted identities, remove them if signature verification needs to be skipped`,
  ),
  statementRefusal(
    'an unknown choice of verifyTimestamp',
    { signatureVerification: { level: 'strict', verifyTimestamp: 'never' } },
    `${start} has invalid signatureVerification: verifyTimestamp must be "always" or "afterCertExpiry", but got "never"`,
  ),
  refusal('no statements', 'unasserted', [], 'oci trust policy document can not have zero trust policy statements'),
  {
    name: '12.3 trust policy: no statement applies',
    mark: 'E=',
    since: 'main',
    given: [
      { image: 'registry v1' },
      { policy: { version: '1.0', trustPolicies: [{ ...statement, registryScopes: ['localhost:5000/x'] }] } },
    ],
    runs: [
      {
        command: 'notation verify {registry}/{repo}@{digest}',
        exit: 1,
        stdout: '',
        stderr: `Error: signature verification failed: artifact "{registry}/{repo}@{digest}" has no applicable oci trust policy statement. Trust policy applicability for a given artifact is determined by registryScopes. To create a trust policy, see: ${guide}\n`,
      },
    ],
  },
  {
    name: '12.3 trust policy: malformed, a link, or not to be read',
    mark: 'E',
    given: [{ file: '{config}/trustpolicy.json', text: '{"version":' }],
    runs: [
      {
        command: 'notation verify localhost:1/a:v1',
        exit: 1,
        stderr: `Error: malformed trust policy. To create a trust policy, see: ${guide}\n`,
      },
      {
        given: [{ remove: '{config}/trustpolicy.json' }, { link: '{config}/trustpolicy.json', to: 'policy.json' }],
        command: 'notation verify localhost:1/a:v1',
        exit: 1,
        stderr: `Error: trust policy is not a regular file (symlinks are not supported). To create a trust policy, see: ${guide}\n`,
      },
      {
        given: [
          { remove: '{config}/trustpolicy.json' },
          { file: '{config}/trustpolicy.json', text: '{}', mode: 0o200 },
        ],
        command: 'notation verify localhost:1/a:v1',
        asNobody: true,
        exit: 1,
        stderr:
          'Error: unable to read trust policy due to file permissions, please verify the permissions of {config}/trustpolicy.json\n',
      },
    ],
  },
  {
    name: '12.3 trust policy: unknown members are ignored',
    mark: 'unasserted',
    given: [
      { key: 'e2e', isDefault: true },
      { trust: 'ca:e2e', of: 'e2e' },
      { image: 'registry v1' },
      { policy: { version: '1.0', trustPolicies: [{ ...statement, note: 'ours' }], more: 1 } },
    ],
    runs: [
      { command: 'notation sign {registry}/{repo}@{digest}' },
      {
        command: 'notation verify {registry}/{repo}@{digest}',
        stdout: { has: ['Successfully verified signature for {registry}/{repo}@{digest}\n'] },
      },
    ],
  },
];
