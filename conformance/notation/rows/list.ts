// Section 5: listing signatures.

import type { Row, Step } from '../row.ts';

const signer: readonly Step[] = [{ key: 'e2e', isDefault: true }, { image: 'registry v1' }];
const byDigest = '{registry}/{repo}@{digest}';
const sign = {
  command: `notation sign ${byDigest}`,
  names: { signature: '^Pushed the signature to \\S+@(sha256:[0-9a-f]{64})$' },
} as const;

export const listRows: readonly Row[] = [
  {
    name: '5 list: one signature',
    mark: 'E=',
    since: 'main',
    given: signer,
    runs: [
      sign,
      {
        command: `notation list ${byDigest}`,
        stdout: `${byDigest}\n└── application/vnd.cncf.notary.signature\n    └── {signature}\n`,
        stderr: '',
      },
      { command: `notation ls ${byDigest}`, stdout: { has: ['    └── {signature}\n'] } },
    ],
  },
  {
    name: '5 list: several signatures as a tree',
    mark: 'E',
    given: signer,
    runs: [
      { command: `notation sign ${byDigest}` },
      { command: `notation sign --signature-format cose ${byDigest}` },
      {
        command: `notation list ${byDigest}`,
        stdout: { has: ['└── application/vnd.cncf.notary.signature\n    ├── sha256:', '\n    └── sha256:'] },
      },
    ],
  },
  {
    name: '5 list: none, in the plural',
    mark: 'E=',
    since: 'main',
    given: signer,
    runs: [{ command: `notation list ${byDigest}`, stdout: `${byDigest} has no associated signatures\n`, stderr: '' }],
  },
  {
    name: '5 list: a tag, with its warning',
    mark: 'E',
    given: signer,
    runs: [
      { command: `notation sign ${byDigest}` },
      {
        command: 'notation list {registry}/{repo}:v1',
        stdout: { has: [`${byDigest}\n`] },
        stderr:
          'Warning: Always list the artifact using digest(@sha256:...) rather than a tag(:v1) because resolved digest may not point to the same signed artifact, as tags are mutable.\n',
      },
    ],
  },
  {
    name: '5 list: the limit warns on stderr and succeeds',
    mark: 'E',
    since: 'main',
    given: signer,
    runs: [
      { command: `notation sign ${byDigest}` },
      { command: `notation sign ${byDigest}` },
      {
        command: `notation list --max-signatures 1 ${byDigest}`,
        stdout: { has: ['    └── sha256:'], lacks: ['├── sha256:'] },
        stderr: 'Warning: exceeded configured limit of max signatures 1 to examine\n',
      },
      {
        command: `notation list --max-signatures -1 ${byDigest}`,
        exit: 1,
        stderr: 'Error: max-signatures value -1 must be a positive number\n',
      },
    ],
  },
  {
    name: '5 list: an artifact in a layout',
    mark: 'E=',
    since: 'main',
    given: [{ key: 'e2e', isDefault: true }, { layout: 'layout' }],
    runs: [
      {
        command: 'notation sign --oci-layout layout@{digest}',
        env: { NOTATION_EXPERIMENTAL: '1' },
        names: { signature: '^Pushed the signature to layout@(sha256:[0-9a-f]{64})$' },
      },
      {
        command: 'notation list --oci-layout layout@{digest}',
        env: { NOTATION_EXPERIMENTAL: '1' },
        stdout: 'layout@{digest}\n└── application/vnd.cncf.notary.signature\n    └── {signature}\n',
      },
    ],
  },
  {
    name: '12.4 list --oci-layout: not without NOTATION_EXPERIMENTAL=1',
    mark: 'E=',
    runs: [
      {
        command: 'notation list --oci-layout layout:v1',
        exit: 1,
        stdout: '',
        stderr:
          'Error: flag(s) --oci-layout in "notation list" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable\n',
      },
    ],
  },
];
