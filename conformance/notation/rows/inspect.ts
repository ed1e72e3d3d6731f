// Section 4: `inspect`.

import type { Row, Step } from '../row.ts';
import { brokenSpecimen, fullSpecimen, indent, type ShownSpecimen } from '../specimen-output.ts';

const image: Step = { image: 'registry v1' };
const at = '{registry}/{repo}@{digest}';
const plain = { signature: 'plain', envelope: brokenSpecimen.envelope } as const;

function treeOf({ tree }: ShownSpecimen): string {
  return `Inspecting all signatures for signed artifact
${at}
└── application/vnd.cncf.notary.signature
    └── {signature}
${indent(tree, '        ')}
`;
}

function jsonOf({ json }: ShownSpecimen): string {
  return `{
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "signatures": [
${indent(json.replace('{', '{\n  "digest": "{signature}",'), '    ')}
  ]
}
`;
}

export const inspectRows: readonly Row[] = [
  {
    name: "4 the tree: fixed order, sorted attributes, the signer's own zone, names, a time-stamp with its certificates",
    mark: 'E=',
    since: 'main',
    given: [image, { signature: 'signature', envelope: fullSpecimen.envelope }],
    runs: [{ command: `notation inspect ${at}`, stdout: treeOf(fullSpecimen), stderr: '' }],
  },
  {
    name: '4 JSON: two spaces, sorted maps, RFC 3339, `<`, `>` and `&` escaped',
    mark: 'E=',
    since: 'main',
    given: [image, { signature: 'signature', envelope: fullSpecimen.envelope }],
    runs: [
      { command: `notation inspect -o json ${at}`, stdout: jsonOf(fullSpecimen), stderr: '' },
      { command: `notation inspect --output=json ${at}`, stdout: jsonOf(fullSpecimen), stderr: '' },
    ],
  },
  {
    name: '4 the tree: a bad time-stamp is shown, not fatal, with the text of its BER error',
    mark: 'E=',
    since: 'main',
    given: [image, { signature: 'signature', envelope: brokenSpecimen.envelope }],
    runs: [{ command: `notation inspect ${at}`, stdout: treeOf(brokenSpecimen), stderr: '' }],
  },
  {
    name: '4 JSON: a bad time-stamp is `error`, no user metadata is null',
    mark: 'E=',
    since: 'main',
    given: [image, { signature: 'signature', envelope: brokenSpecimen.envelope }],
    runs: [{ command: `notation inspect -o json ${at}`, stdout: jsonOf(brokenSpecimen), stderr: '' }],
  },
  {
    name: '4 several signatures stand in one tree',
    mark: 'unasserted',
    given: [
      image,
      { signature: 'one', envelope: fullSpecimen.envelope },
      { signature: 'two', envelope: brokenSpecimen.envelope },
    ],
    runs: [
      {
        command: `notation inspect ${at}`,
        stdout: { has: ['    ├── sha256:', '    └── sha256:', '{one}', '{two}', '    │   └── signed artifact'] },
      },
    ],
  },
  {
    name: '4 no signatures: the tree says so',
    mark: 'E=',
    given: [image],
    runs: [{ command: `notation inspect ${at}`, stdout: `${at} has no associated signature\n`, stderr: '' }],
  },
  {
    name: '4 no signatures: JSON with an empty list',
    mark: 'E=',
    since: 'main',
    given: [image],
    runs: [
      {
        command: `notation inspect -o json ${at}`,
        stdout: '{\n  "mediaType": "application/vnd.oci.image.manifest.v1+json",\n  "signatures": []\n}\n',
        stderr: '',
      },
    ],
  },
  {
    name: '4 a signature that was just made: algorithm, attributes and the signing agent of notation-go',
    mark: 'E',
    since: 'main',
    given: [image, { key: 'e2e', isDefault: true }],
    runs: [
      { command: `notation sign ${at}` },
      {
        command: `notation inspect ${at}`,
        stdout: {
          has: [
            '└── application/vnd.cncf.notary.signature',
            'signature algorithm: ECDSA-SHA-256',
            'signed attributes',
            'user defined attributes',
            '(empty)',
            'unsigned attributes',
            'signing agent: notation-go/',
            'certificates',
            'SHA256 fingerprint',
            'issued to: CN=e2e,O=Notary,L=Seattle,ST=WA,C=US',
            'signed artifact',
            'digest: {digest}',
          ],
        },
      },
    ],
  },
  {
    name: '4 other formats are refused',
    mark: 'unasserted',
    since: 'main',
    runs: [
      { command: 'notation inspect -o yaml a.b/c:v1', exit: 1, stdout: '', stderr: 'Error: invalid format: "yaml"\n' },
    ],
  },
  {
    name: '13 `-o text` of 1.x is the tree',
    mark: 'unasserted',
    given: [image],
    runs: [{ command: `notation inspect -o text ${at}`, stdout: `${at} has no associated signature\n`, stderr: '' }],
  },
  {
    name: '4 a tag is warned about with the verb inspect',
    mark: 'E',
    given: [image],
    runs: [
      {
        command: 'notation inspect {registry}/{repo}:v1',
        stdout: `${at} has no associated signature\n`,
        stderr:
          'Warning: Always inspect the artifact using digest(@sha256:...) rather than a tag(:v1) because resolved digest may not point to the same signed artifact, as tags are mutable.\n',
      },
    ],
  },
  {
    name: '4 a signature that cannot be parsed is warned about, the rest is shown, exit 1',
    mark: 'unasserted',
    since: 'main',
    given: [image, { signature: 'signature', envelope: fullSpecimen.envelope }, { signature: 'bad', envelope: '{}' }],
    runs: [
      {
        command: `notation inspect ${at}`,
        exit: 1,
        stdout: treeOf(fullSpecimen),
        stderr: {
          has: [
            'Warning: Skipping signature {bad} because of error: ',
            'Error: at least one signature was skipped and not displayed\n',
          ],
        },
      },
    ],
  },
  {
    name: '4 over the limit: a warning on standard output, exit 0',
    mark: 'unasserted',
    given: [image, plain, { signature: 'other', envelope: fullSpecimen.envelope }],
    runs: [
      {
        command: `notation inspect --max-signatures 1 ${at}`,
        stdout: { has: ['\nWarning: exceeded configured limit of max signatures 1 to examine\n'] },
        stderr: '',
      },
    ],
  },
  {
    name: '4 as many signatures as the limit allows: no warning',
    mark: 'unasserted',
    given: [image, plain],
    runs: [{ command: `notation inspect --max-signatures 1 ${at}`, stdout: { lacks: ['Warning'] }, stderr: '' }],
  },
  {
    name: '4 a limit that is not positive is refused',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation inspect --max-signatures 0 a.b/c:v1',
        exit: 1,
        stdout: '',
        stderr: 'Error: max-signatures value 0 must be a positive number\n',
      },
    ],
  },
  {
    name: '4 a missing reference is told',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation inspect',
        exit: 1,
        stdout: '',
        stderr:
          'Error: missing reference to the artifact: use `notation inspect --help` to see what parameters are required\n',
      },
    ],
  },
  {
    name: '3 HTTP trace: inspect with --insecure-registry speaks plain HTTP only',
    mark: 'E',
    given: [image],
    runs: [
      {
        command: `notation inspect -d --insecure-registry ${at}`,
        stderr: { has: ['http://{registry}'], lacks: ['https://{registry}'] },
      },
    ],
  },
];
