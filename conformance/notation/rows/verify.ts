// Section 3: verifying artifacts in registries and layouts.

import type { Row, Step } from '../row.ts';

const statement = {
  name: 'e2e',
  registryScopes: ['*'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:e2e'],
  trustedIdentities: ['*'],
};
const policy = (change: object = {}): Step => ({
  policy: { version: '1.0', trustPolicies: [{ ...statement, ...change }] },
});
const trusted: readonly Step[] = [
  { key: 'e2e', isDefault: true },
  { trust: 'ca:e2e', of: 'e2e' },
  { image: 'registry v1' },
  policy(),
];
const byDigest = '{registry}/{repo}@{digest}';
const sign = { command: `notation sign --key e2e ${byDigest}` };
const verified = `Successfully verified signature for ${byDigest}\n`;
const tagWarning =
  'Warning: Always verify the artifact using digest(@sha256:...) rather than a tag(:v1) because resolved digest may not point to the same signed artifact, as tags are mutable.\n';
const allFailed = `Error: signature verification failed for all the signatures associated with ${byDigest}\n`;
const experimental = { NOTATION_EXPERIMENTAL: '1' };
const guide = 'https://notaryproject.dev/docs/quickstart/#create-a-trust-policy';

export const verifyRows: readonly Row[] = [
  {
    name: '3 verify: a digest, one line and nothing else',
    mark: 'E=',
    given: trusted,
    runs: [sign, { command: `notation verify ${byDigest}`, stdout: verified, stderr: '' }],
  },
  {
    name: '3 verify: a tag, with its warning and an empty line before the result',
    mark: 'E',
    since: 'main',
    given: trusted,
    runs: [sign, { command: 'notation verify {registry}/{repo}:v1', stdout: `\n${verified}`, stderr: tagWarning }],
  },
  {
    name: '3 verify: user metadata is shown in a table',
    mark: 'E',
    given: trusted,
    runs: [
      { command: `notation sign -m purpose=e2e ${byDigest}` },
      {
        command: `notation verify -m purpose=e2e ${byDigest}`,
        stdout: `${verified}\nThe artifact was signed with the following user metadata.\n\nKEY       VALUE   \npurpose   e2e     \n`,
      },
      { command: `notation verify -m purpose=other ${byDigest}`, exit: 1, stdout: '', stderr: allFailed },
    ],
  },
  {
    name: '3 verify: processing stops at the first signature that verifies',
    mark: 'E',
    given: [...trusted, { key: 'stranger' }],
    runs: [
      { command: `notation sign --key stranger ${byDigest}` },
      sign,
      { command: `notation verify ${byDigest}`, stdout: verified, stderr: '' },
    ],
  },
  {
    name: '3 verify: the limit of signatures',
    mark: 'unasserted',
    given: [...trusted, policy({ trustedIdentities: ['x509.subject: C=US, ST=WA, O=Nobody'] })],
    runs: [
      sign,
      sign,
      {
        command: `notation verify --max-signatures 1 ${byDigest}`,
        exit: 1,
        stdout: '',
        stderr: { has: [allFailed.trim()] },
      },
      {
        command: `notation verify --max-signatures 0 ${byDigest}`,
        exit: 1,
        stderr: 'Error: max-signatures value 0 must be a positive number\n',
      },
    ],
  },
  {
    name: '3 verify: nothing is signed',
    mark: 'E',
    given: trusted,
    runs: [
      {
        command: `notation verify ${byDigest}`,
        exit: 1,
        stdout: '',
        stderr: `Error: signature verification failed: no signature is associated with "${byDigest}", make sure the artifact was signed successfully\n`,
      },
    ],
  },
  {
    name: '3 verify: signatures exist and none verifies',
    mark: 'E',
    given: [...trusted, { key: 'stranger' }],
    runs: [
      { command: `notation sign --key stranger ${byDigest}` },
      { command: `notation verify ${byDigest}`, exit: 1, stdout: '', stderr: allFailed },
    ],
  },
  {
    name: '3 verify: the trust store is missing',
    mark: 'E',
    given: [...trusted, policy({ trustStores: ['ca:nowhere'] })],
    runs: [
      sign,
      {
        command: `notation verify ${byDigest}`,
        exit: 1,
        stderr: `Error: the trust store "nowhere" of type "ca" does not exist. Use command 'notation cert add' to create and add trusted certificates to the trust store\n`,
      },
    ],
  },
  {
    name: '3 verify: level skip',
    mark: 'E',
    given: [
      ...trusted,
      policy({
        signatureVerification: { level: 'skip' },
        trustStores: [],
        trustedIdentities: [],
        registryScopes: ['{registry}/{repo}'],
      }),
    ],
    runs: [
      {
        command: `notation verify ${byDigest}`,
        stdout: `Trust policy is configured to skip signature verification for ${byDigest}\n`,
        stderr: '',
      },
    ],
  },
  {
    name: '3 verify: a check that is only logged is warned about',
    mark: 'E',
    given: [
      ...trusted,
      policy({ signatureVerification: { level: 'audit' }, trustedIdentities: ['x509.subject: C=US, ST=WA, O=Nobody'] }),
    ],
    runs: [
      sign,
      {
        command: `notation verify ${byDigest}`,
        stdout: { has: [verified] },
        stderr: {
          has: [
            'Warning: authenticity was set to "log" and failed with error: signing certificate from the digital signature does not match the X.509 trusted identities',
          ],
        },
      },
    ],
  },
  {
    name: '3 verify: a signature that has expired',
    mark: 'E',
    given: trusted,
    runs: [
      { command: `notation sign --expiry 1s ${byDigest}` },
      {
        command: `notation verify -d ${byDigest}`,
        waitMs: 1500,
        exit: 1,
        stderr: { has: ['expiry validation failed.', 'digital signature has expired', allFailed.trim()] },
      },
    ],
  },
  {
    name: '3 verify: an expired signature under permissive is warned about',
    mark: 'E',
    given: [...trusted, policy({ signatureVerification: { level: 'permissive' } })],
    runs: [
      { command: `notation sign --expiry 1s ${byDigest}` },
      {
        command: `notation verify ${byDigest}`,
        waitMs: 1500,
        stdout: { has: [verified] },
        stderr: { has: ['Warning: expiry was set to "log" and failed with error: digital signature has expired'] },
      },
    ],
  },
  {
    name: '3 verify: no policy',
    mark: 'E',
    runs: [
      {
        command: 'notation verify localhost:1/a:v1',
        exit: 1,
        stdout: '',
        stderr: `Error: trust policy is not present. To create a trust policy, see: ${guide}\n`,
      },
    ],
  },
  {
    name: '3 verify: an invalid policy is told before any registry is asked',
    mark: 'E',
    given: [policy({ trustStores: ['ca'] })],
    runs: [
      {
        command: 'notation verify localhost:1/a:v1',
        exit: 1,
        stdout: '',
        stderr: {
          has: [
            'trust policy: trust policy statement "e2e" has malformed trust store value "ca". The required format is <TrustStoreType>:<TrustStoreName>\n',
          ],
        },
      },
    ],
  },
  {
    name: '3 verify: the name `trustpolicy.json` is read where the new one is missing',
    mark: 'E',
    given: [...trusted, { remove: '{config}/trustpolicy.oci.json' }],
    runs: [sign, { command: `notation verify ${byDigest}`, stdout: verified, stderr: '' }],
  },
  {
    name: '3 verify: level, chain, identity, expiry, time-stamp and revocation are announced with -d',
    mark: 'E',
    given: trusted,
    runs: [
      sign,
      {
        command: `notation verify -d ${byDigest}`,
        stdout: verified,
        stderr: {
          has: [
            'level=debug msg=',
            'Check verification level',
            'Verify signature against artifact {digest}',
            'Validating cert chain',
            'Validating trust identity',
            'Validating expiry',
            'Validating authentic timestamp',
            'Validating revocation',
          ],
        },
      },
    ],
  },
  {
    name: '3 verify: an artifact in a layout, under the scope it is given',
    mark: 'E',
    since: 'main',
    given: [
      { key: 'e2e', isDefault: true },
      { trust: 'ca:e2e', of: 'e2e' },
      { layout: 'layout' },
      policy({ registryScopes: ['local/e2e'] }),
    ],
    runs: [
      { command: 'notation sign --oci-layout layout@{digest}', env: experimental },
      {
        command: 'notation verify --oci-layout --scope local/e2e layout@{digest}',
        env: experimental,
        stdout: { has: ['Successfully verified signature for layout@{digest}\n'] },
      },
      {
        command: 'notation verify --oci-layout --scope local/other layout@{digest}',
        env: experimental,
        exit: 1,
        stderr: { has: ['has no applicable oci trust policy statement'] },
      },
    ],
  },
  {
    name: '1.2 verify --oci-layout without --scope: first the experimental warning, then the group',
    mark: 'E',
    runs: [
      {
        command: 'notation verify --oci-layout layout:v1',
        env: experimental,
        exit: 1,
        stderr:
          'Warning: This feature is experimental and may not be fully tested or completed and may be deprecated. Report any issues to "https://github/notaryproject/notation"\nError: if any flags in the group [oci-layout scope] are set they must all be set; missing [scope]\n',
      },
    ],
  },
  {
    name: '12.4 verify: experimental flags are named together',
    mark: 'E=',
    runs: [
      {
        command: 'notation verify --scope local/e2e --oci-layout layout:v1',
        exit: 1,
        stdout: '',
        stderr:
          'Error: flag(s) --oci-layout,--scope in "notation verify" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable\n',
      },
    ],
  },
  {
    name: '12.4 help shows experimental flags only when they may be used',
    mark: 'E',
    runs: [
      { command: 'notation verify --help', stdout: { lacks: ['--oci-layout', '--scope'] } },
      {
        command: 'notation verify --help',
        env: experimental,
        stdout: { has: ['--oci-layout', '--scope', '[Experimental]'] },
      },
    ],
  },
  {
    name: '13 verify: flags of 1.x are taken',
    mark: 'unasserted',
    given: trusted,
    runs: [
      sign,
      {
        command: `notation verify -v --allow-referrers-api ${byDigest}`,
        env: experimental,
        stdout: { has: [verified] },
        stderr: { has: ["flag '--allow-referrers-api' is deprecated and will be removed in future versions."] },
      },
    ],
  },
];
