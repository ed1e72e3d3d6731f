// Section 8: test keys and their removal.

import type { Row } from '../row.ts';

const generated = [
  'generating RSA Key with 2048 bits\ngenerated certificate expiring on 20',
  'wrote key: {config}/localkeys/e2e-test.key\n',
  'wrote certificate: {config}/localkeys/e2e-test.crt\n',
  'Successfully added e2e-test.crt to named store e2e-test of type ca\n',
  'e2e-test: added to the key list\n',
];
const removedFromStore = 'Successfully deleted e2e-test.crt from trust store e2e-test of type ca\n';
const removedFromList = 'Successfully removed key e2e-test from the key list\n';
const removedKey = 'Successfully deleted key file: {config}/localkeys/e2e-test.key\n';
const removedCertificate = 'Successfully deleted certificate file: {config}/localkeys/e2e-test.crt\n';
const completed = 'Cleanup completed successfully\n';
const everything = [removedFromStore, removedFromList, removedKey, removedCertificate, completed].join('');
const gone = [
  '{config}/truststore/x509/ca/e2e-test',
  '{config}/localkeys/e2e-test.key',
  '{config}/localkeys/e2e-test.crt',
];

export const certificateTestKeyRows: readonly Row[] = [
  {
    name: '8 cert generate-test: makes, lists and trusts a key that signs',
    mark: 'E',
    given: [{ image: 'registry v1' }],
    runs: [
      { command: 'notation cert generate-test e2e-test', stdout: { has: generated }, stderr: '' },
      {
        command: 'notation cert show -t ca -s e2e-test e2e-test.crt',
        stdout: { has: ['Subject: CN=e2e-test,O=Notary,L=Seattle,ST=WA,C=US', 'IsCA: false'] },
      },
      {
        command: 'notation sign --key e2e-test {registry}/{repo}@{digest}',
        stdout: { has: ['Successfully signed {registry}/{repo}@{digest}\n'] },
      },
    ],
  },
  {
    name: '8 cert generate-test --default: marks the key',
    mark: 'E',
    since: 'main',
    runs: [
      {
        command: 'notation cert generate-test --default e2e-test',
        stdout: { has: [...generated, 'e2e-test: marked as default signing key\n'] },
      },
    ],
  },
  {
    name: '8 cert generate-test: a key file is never overwritten',
    mark: 'unasserted',
    given: [{ file: '{config}/localkeys/e2e-test.key', text: 'mine' }],
    runs: [
      {
        command: 'notation cert generate-test e2e-test',
        exit: 1,
        stderr: 'Error: failed to write key file: open {config}/localkeys/e2e-test.key: file exists\n',
        files: { '{config}/localkeys/e2e-test.key': 'mine' },
      },
    ],
  },
  {
    name: '8 cert generate-test: the name',
    mark: 'unasserted',
    runs: [
      { command: 'notation cert generate-test', exit: 1, stderr: 'Error: missing certificate common_name\n' },
      {
        command: `notation cert generate-test 'a b'`,
        exit: 1,
        stdout: '',
        stderr: 'Error: name needs to follow [a-zA-Z0-9_.-]+ format\n',
      },
    ],
  },
  {
    name: '8 cert cleanup-test: undoes generate-test',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      { command: 'notation cert cleanup-test e2e-test -y', stdout: everything, stderr: '', absent: gone },
    ],
  },
  {
    name: '8 cert cleanup-test: the default key',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test --default' },
      {
        command: 'notation cert cleanup-test e2e-test -y',
        stdout: everything,
        absent: gone,
        files: { '{config}/signingkeys.json': { lacks: ['default', 'e2e-test'] } },
      },
    ],
  },
  {
    name: '8 cert cleanup-test: again after the same name was made again',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      { command: 'notation cert cleanup-test e2e-test -y', stdout: everything },
      { command: 'notation cert generate-test e2e-test', stdout: { has: generated } },
      { command: 'notation cert cleanup-test e2e-test -y', stdout: everything, absent: gone },
    ],
  },
  {
    name: '8 cert cleanup-test: a key that was never made',
    mark: 'E',
    since: 'main',
    runs: [
      {
        command: 'notation cert cleanup-test e2e-test -y',
        stdout: [
          'Certificate e2e-test.crt does not exist in trust store e2e-test of type ca\n',
          'Key e2e-test does not exist in the key list\n',
          'Key file {config}/localkeys/e2e-test.key does not exist\n',
          'Certificate file {config}/localkeys/e2e-test.crt does not exist\n',
          completed,
        ].join(''),
        stderr: '',
      },
    ],
  },
  {
    name: '8 cert cleanup-test: a certificate that is in no store any more',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      { command: 'notation cert delete --type ca --store e2e-test e2e-test.crt -y' },
      {
        command: 'notation cert cleanup-test e2e-test -y',
        stdout: [
          'Certificate e2e-test.crt does not exist in trust store e2e-test of type ca\n',
          removedFromList,
          removedKey,
          removedCertificate,
          completed,
        ].join(''),
      },
    ],
  },
  {
    name: '8 cert cleanup-test: without the key file',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      {
        given: [{ remove: '{config}/localkeys/e2e-test.key' }],
        command: 'notation cert cleanup-test e2e-test -y',
        stdout: [
          removedFromStore,
          removedFromList,
          'Key file {config}/localkeys/e2e-test.key does not exist\n',
          removedCertificate,
          completed,
        ].join(''),
        absent: gone,
      },
    ],
  },
  {
    name: '8 cert cleanup-test: without the certificate file',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      {
        given: [{ remove: '{config}/localkeys/e2e-test.crt' }],
        command: 'notation cert cleanup-test e2e-test -y',
        stdout: [
          removedFromStore,
          removedFromList,
          removedKey,
          'Certificate file {config}/localkeys/e2e-test.crt does not exist\n',
          completed,
        ].join(''),
        absent: gone,
      },
    ],
  },
  {
    name: '8 cert cleanup-test: the name is missing or empty',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert cleanup-test', exit: 1, stderr: 'Error: missing certificate common name\n' },
      {
        command: `notation cert cleanup-test ''`,
        exit: 1,
        stderr: 'Error: certificate common name must follow [a-zA-Z0-9_.-]+ format\n',
      },
    ],
  },
  {
    name: '8 cert cleanup-test: the certificate cannot be deleted, and nothing else is',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      {
        given: [{ chmod: '{config}/truststore/x509/ca/e2e-test', mode: 0o000 }],
        command: 'notation cert cleanup-test e2e-test -y',
        asNobody: true,
        exit: 1,
        stdout: '',
        stderr: {
          has: ['failed to delete certificate e2e-test.crt from trust store e2e-test of type ca', 'permission denied'],
        },
        files: { '{config}/localkeys/e2e-test.key': { has: ['KEY'] } },
      },
    ],
  },
  {
    name: '8 cert cleanup-test: the key list cannot be read',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      {
        given: [{ chmod: '{config}/signingkeys.json', mode: 0o000 }],
        command: 'notation cert cleanup-test e2e-test -y',
        asNobody: true,
        exit: 1,
        stdout: removedFromStore,
        stderr:
          'Error: failed to remove key e2e-test from the key list: open {config}/signingkeys.json: permission denied\n',
      },
    ],
  },
  {
    name: '8 cert cleanup-test: the key file cannot be deleted',
    mark: 'E',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      {
        given: [{ chmod: '{config}/localkeys', mode: 0o000 }],
        command: 'notation cert cleanup-test e2e-test -y',
        asNobody: true,
        exit: 1,
        stdout: [removedFromStore, removedFromList].join(''),
        stderr: {
          has: ['failed to delete key file {config}/localkeys/e2e-test.key', 'permission denied'],
        },
      },
    ],
  },
  {
    name: '8 cert cleanup-test: asks with a list of what will be done',
    mark: 'unasserted',
    since: 'main',
    runs: [
      { command: 'notation cert generate-test e2e-test' },
      {
        command: 'notation cert cleanup-test e2e-test',
        input: 'no\n',
        stdout: { has: ['- Remove key e2e-test from the key list\n', 'continue? [y/N] Operation cancelled.\n'] },
        files: { '{config}/localkeys/e2e-test.key': { has: ['KEY'] } },
      },
    ],
  },
];
