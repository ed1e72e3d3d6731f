// Section 2: signing artifacts in registries and layouts.

import type { Row, Step } from '../row.ts';

const signer: readonly Step[] = [{ key: 'e2e', isDefault: true }, { image: 'registry v1' }];
const byDigest = '{registry}/{repo}@{digest}';
const signed = `Successfully signed ${byDigest}\n`;
const tagWarning =
  'Warning: Always sign the artifact using digest(@sha256:...) rather than a tag(:v1) because tags are mutable and a tag reference can point to a different artifact than the one signed.\n';
const experimental = { NOTATION_EXPERIMENTAL: '1' };

/** A command line that is refused before any registry is asked: nobody listens on port 1. */
const refusal = (name: string, mark: Row['mark'], flags: string, message: string): Row => ({
  name: `2 sign: ${name}`,
  mark,
  given: [{ key: 'e2e', isDefault: true }],
  runs: [{ command: `notation sign ${flags} localhost:1/a:v1`, exit: 1, stdout: '', stderr: `Error: ${message}\n` }],
});

export const signRows: readonly Row[] = [
  {
    name: '2 sign: a digest, with the default key and JWS',
    mark: 'E',
    given: signer,
    runs: [{ command: `notation sign ${byDigest}`, stdout: { has: [signed] }, stderr: '' }],
  },
  {
    name: '2 sign: where the signature went',
    mark: 'E',
    since: 'main',
    given: signer,
    runs: [
      {
        command: `notation sign ${byDigest}`,
        names: { signature: '^Pushed the signature to \\S+@(sha256:[0-9a-f]{64})$' },
      },
      { command: `notation list ${byDigest}`, stdout: { has: ['└── {signature}\n'] } },
    ],
  },
  {
    name: '2 sign: COSE, and the flag before the sub-command',
    mark: 'E',
    given: signer,
    runs: [
      { command: `notation sign --signature-format cose ${byDigest}`, stdout: { has: [signed] } },
      { command: `notation --signature-format cose sign ${byDigest}`, stdout: { has: [signed] } },
    ],
  },
  {
    name: '2 sign: COSE as config.json wants it',
    mark: 'unasserted',
    since: 'main',
    given: [...signer, { file: '{config}/config.json', text: '{"signatureFormat": "COSE"}' }],
    runs: [
      { command: `notation sign ${byDigest}`, stdout: { has: [signed] } },
      { command: `notation inspect ${byDigest}`, stdout: { has: ['application/cose'] } },
    ],
  },
  {
    name: '2 sign: a tag, with its warning',
    mark: 'E',
    given: signer,
    runs: [{ command: 'notation sign {registry}/{repo}:v1', stdout: { has: [signed] }, stderr: tagWarning }],
  },
  {
    name: '2 sign: a named key',
    mark: 'E',
    given: [...signer, { key: 'other' }],
    runs: [{ command: `notation sign -k other ${byDigest}`, stdout: { has: [signed] } }],
  },
  {
    name: '2 sign: the flag may follow the reference',
    mark: 'E',
    given: signer,
    runs: [{ command: `notation sign ${byDigest} --key e2e -d=false`, stdout: { has: [signed] } }],
  },
  {
    name: '2 sign: --expiry and user metadata are in the signature',
    mark: 'E',
    since: 'main',
    given: signer,
    runs: [
      { command: `notation sign --expiry 24h -m purpose=e2e -m a=1,b=2 ${byDigest}`, stdout: { has: [signed] } },
      { command: `notation inspect ${byDigest}`, stdout: { has: ['expiry: ', '├── a: 1,b=2', '└── purpose: e2e'] } },
    ],
  },
  {
    name: '2 sign: into a registry without the referrers API',
    mark: 'E',
    given: [{ key: 'e2e', isDefault: true }, { image: 'old-registry v1' }],
    runs: [
      {
        command: 'notation sign {old-registry}/{repo}@{digest}',
        stdout: { has: ['Successfully signed {old-registry}/{repo}@{digest}\n'] },
        stderr: '',
      },
      { command: 'notation list {old-registry}/{repo}@{digest}', stdout: { has: ['└── sha256:'] } },
    ],
  },
  {
    name: '2 sign: --force-referrers-tag, on and off',
    mark: 'E',
    given: signer,
    runs: [
      { command: `notation sign --force-referrers-tag ${byDigest}`, stdout: { has: [signed] } },
      { command: `notation sign --force-referrers-tag=false ${byDigest}`, stdout: { has: [signed] } },
    ],
  },
  {
    name: '2 sign: --force-referrers-tag stores with the tag schema where there is an API',
    mark: 'E',
    given: signer,
    runs: [
      { command: `notation sign -d --force-referrers-tag ${byDigest}`, stderr: { has: ['/manifests/sha256-'] } },
      { command: `notation list ${byDigest}`, stdout: { has: ['└── sha256:'] } },
    ],
  },
  {
    name: '13 sign: flags of 1.x are taken',
    mark: 'unasserted',
    given: signer,
    runs: [
      {
        command: `notation sign -v --allow-referrers-api ${byDigest}`,
        env: experimental,
        stdout: { has: [signed] },
        stderr: {
          has: [
            "flag '--allow-referrers-api' is deprecated and will be removed in future versions, use '--force-referrers-tag=false' instead.",
          ],
        },
      },
    ],
  },
  {
    name: '2 sign: an artifact in a layout',
    mark: 'E',
    since: 'main',
    given: [{ key: 'e2e', isDefault: true }, { layout: 'layout' }],
    runs: [
      {
        command: 'notation sign --oci-layout layout@{digest}',
        env: experimental,
        stdout: { has: ['Successfully signed layout@{digest}\n', 'Pushed the signature to layout@sha256:'] },
        stderr: { has: ['Warning: This feature is experimental'] },
      },
      {
        command: 'notation sign --oci-layout layout:v1',
        env: experimental,
        stdout: { has: ['Successfully signed layout@{digest}\n'] },
        stderr: { has: [tagWarning] },
      },
    ],
  },
  {
    name: '12.4 sign --oci-layout: not without NOTATION_EXPERIMENTAL=1',
    mark: 'E=',
    given: [{ layout: 'layout' }],
    runs: [
      {
        command: 'notation sign --oci-layout layout:v1',
        exit: 1,
        stdout: '',
        stderr:
          'Error: flag(s) --oci-layout in "notation sign" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable\n',
      },
      { command: 'notation sign --oci-layout layout:v1', env: { NOTATION_EXPERIMENTAL: 'true' }, exit: 1, stdout: '' },
    ],
  },
  {
    name: '2 sign: --oci-layout and --force-referrers-tag exclude each other',
    mark: 'E=',
    since: 'main',
    runs: [
      {
        command: 'notation sign --oci-layout --force-referrers-tag layout:v1',
        env: experimental,
        exit: 1,
        stderr: {
          has: [
            'Error: if any flags in the group [oci-layout force-referrers-tag] are set none of the others can be; [force-referrers-tag oci-layout] were all set\n',
          ],
        },
      },
    ],
  },
  refusal(
    'an unknown format',
    'E',
    '--signature-format xml',
    'signature format "xml" not supported\nSupported signature envelope formats are "jws" and "cose"',
  ),
  refusal('a key that is not listed', 'E', '--key nobody', 'signing key nobody not found'),
  refusal('a negative expiry', 'E', '-e -1h', 'expiry duration cannot be a negative value'),
  refusal('an expiry below a second', 'E', '-e 1ms', 'expiry duration supports minimum granularity of seconds'),
  refusal(
    'an expiry that is none',
    'unasserted',
    '-e soon',
    'invalid argument "soon" for "-e, --expiry" flag: time: invalid duration "soon"',
  ),
  ...[`-m purpose`, `-m ''`, '-m =x', '-m x='].map((flags) =>
    refusal(
      `user metadata without key, value or separator: ${flags}`,
      'E',
      flags,
      'could not parse flag user-metadata: key-value pair requires "=" as separator',
    ),
  ),
  refusal(
    'a plugin configuration without separator',
    'E',
    '--plugin-config x',
    'could not parse flag plugin-config: key-value pair requires "=" as separator',
  ),
  refusal(
    '--id without --plugin',
    'E',
    '--id x',
    'if any flags in the group [id plugin] are set they must all be set; missing [plugin]',
  ),
  refusal(
    '--plugin without --id',
    'E',
    '--plugin x',
    'if any flags in the group [id plugin] are set they must all be set; missing [id]',
  ),
  refusal(
    '--key with --id and --plugin',
    'E=',
    '--key e2e --id x --plugin p',
    'if any flags in the group [key id] are set none of the others can be; [id key] were all set',
  ),
  refusal(
    '--timestamp-url without --timestamp-root-cert',
    'E',
    '--timestamp-url http://tsa.example',
    'if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-root-cert]',
  ),
  refusal(
    '--timestamp-root-cert without --timestamp-url',
    'E',
    '--timestamp-root-cert root.crt',
    'if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-url]',
  ),
  refusal(
    'an empty time-stamp authority',
    'E',
    `--timestamp-url '' --timestamp-root-cert root.crt`,
    'timestamping: tsa url cannot be empty',
  ),
  refusal(
    'an empty root certificate of the time-stamp authority',
    'E',
    `--timestamp-url http://tsa.example --timestamp-root-cert ''`,
    'timestamping: tsa root certificate path cannot be empty',
  ),
  {
    name: '2 sign: no default key',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation sign localhost:1/a:v1',
        exit: 1,
        stderr: {
          has: ['Error: default signing key not set. Please set default signing key or specify a key name'],
        },
      },
    ],
  },
  {
    name: '2 sign: a key with neither files nor plugin',
    mark: 'unasserted',
    given: [{ file: '{config}/signingkeys.json', text: '{"keys": [{"name": "x"}]}' }],
    runs: [
      {
        command: 'notation sign -k x localhost:1/a:v1',
        exit: 1,
        stderr: {
          has: [
            'Error: unsupported key, either provide a local key and certificate file paths, or a key name in config.json',
          ],
        },
      },
    ],
  },
  {
    name: '2 sign: an artifact that is not there',
    mark: 'unasserted',
    given: signer,
    runs: [
      {
        command: 'notation sign {registry}/{repo}:v9',
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: failed to get manifest descriptor: ', 'v9: not found'] },
      },
    ],
  },
];
