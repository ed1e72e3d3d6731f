// Section 9: trust policies, shown and imported.

import type { Row } from '../row.ts';

/** A policy file as one of the reference's own: any text that says what it says. */
const statement = {
  name: 'e2e',
  registryScopes: ['*'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:e2e'],
  trustedIdentities: ['*'],
};
const document = (trustPolicies: readonly object[]): string =>
  JSON.stringify({ version: '1.0', trustPolicies }, undefined, 4);
const good = `${document([statement])}\n`;
const other = `${document([{ ...statement, name: 'other' }])}\n`;
const invalid = document([{ ...statement, registryScopes: ['localhost:5000\\test'] }]);
const prompt = 'The OCI trust policy configuration already exists, do you want to overwrite it? [y/N] ';
const imported = 'Successfully imported OCI trust policy configuration to {config}/trustpolicy.oci.json.\n';
const target = '{config}/trustpolicy.oci.json';

export const policyRows: readonly Row[] = [
  {
    name: '9 policy show: there is none, with a hint',
    mark: 'E',
    since: 'main',
    runs: [
      {
        command: 'notation policy show',
        exit: 1,
        stdout: '',
        stderr:
          'Error: failed to show OCI trust policy as it does not exist.\nYou can import one using `notation policy import <path-to-policy.json>`\n',
      },
    ],
  },
  {
    name: '9 policy show: the file cannot be read',
    mark: 'E',
    since: 'main',
    given: [{ file: '{config}/trustpolicy.json', text: good, mode: 0o200 }],
    runs: [
      {
        command: 'notation policy show',
        asNobody: true,
        exit: 1,
        stdout: '',
        stderr: { has: ['failed to show OCI trust policy', 'permission denied'] },
      },
    ],
  },
  {
    name: '9 policy show: the bytes of the file unchanged',
    mark: 'E=',
    since: 'main',
    given: [{ file: target, text: good }],
    runs: [{ command: 'notation policy show', stdout: good, stderr: '' }],
  },
  {
    name: '9 policy show: the old file name is shown with a warning',
    mark: 'E',
    since: 'main',
    given: [{ file: '{config}/trustpolicy.json', text: good }],
    runs: [
      {
        command: 'notation policy show',
        stdout: good,
        stderr:
          'Warning: old trust policy `trustpolicy.json` is deprecated; please update the trust policy configuration via `notation policy import`.\n',
      },
    ],
  },
  {
    name: '9 policy show: an invalid file is shown and fails',
    mark: 'E',
    since: 'main',
    given: [{ file: target, text: invalid }],
    runs: [
      {
        command: 'notation policy show',
        exit: 1,
        stdout: invalid,
        stderr: {
          has: [
            'Existing OCI trust policy configuration is invalid, you may update or create a new one via `notation policy import <path-to-policy.json>`',
            'Error: registry scope',
          ],
        },
      },
      {
        given: [{ file: target, text: '{"version":' }],
        command: 'notation policy show',
        exit: 1,
        stdout: '{"version":',
      },
    ],
  },
  {
    name: '9 policy import: one argument',
    mark: 'E',
    runs: [
      {
        command: 'notation policy import',
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: requires 1 argument but received 0.\n'] },
      },
      {
        command: 'notation policy import a b',
        exit: 1,
        stderr: { has: ['Error: requires 1 argument but received 2.\n'] },
      },
    ],
  },
  {
    name: '9 policy import: a file that is not there',
    mark: 'E',
    since: 'main',
    runs: [
      {
        command: 'notation policy import /nowhere/policy.json',
        exit: 1,
        stderr:
          'Error: failed to read OCI trust policy configuration: open /nowhere/policy.json: no such file or directory\n',
      },
    ],
  },
  ...(
    [
      ['a malformed scope', { registryScopes: ['localhost:5000\\test'] }, 'registry scope'],
      ['a malformed trust store', { trustStores: ['ca'] }, 'malformed trust store value'],
      ['a malformed identity', { trustedIdentities: ['x509.subject: CN=e2e'] }, 'has no mandatory RDN attribute'],
    ] as const
  ).map(
    ([what, change, words]): Row => ({
      name: `9 policy import: ${what} is refused before anything is asked or written`,
      mark: 'E',
      since: 'main',
      given: [
        { file: target, text: good },
        { file: 'policy.json', text: document([{ ...statement, ...change }]) },
      ],
      runs: [
        {
          command: 'notation policy import policy.json',
          input: 'Y\n',
          exit: 1,
          stdout: '',
          stderr: { has: ['failed to validate OCI trust policy configuration: ', words] },
          files: { [target]: good },
        },
      ],
    }),
  ),
  {
    name: '9 policy import: what is not JSON',
    mark: 'E',
    since: 'main',
    given: [{ file: 'policy.json', text: '{"version": "1.0",' }],
    runs: [
      {
        command: 'notation policy import policy.json',
        exit: 1,
        stderr: { has: ['failed to parse OCI trust policy configuration'] },
        absent: [target],
      },
    ],
  },
  {
    name: '9 policy import: the first one, byte for byte',
    mark: 'E',
    since: 'main',
    given: [{ file: 'policy.json', text: good }],
    runs: [{ command: 'notation policy import policy.json', stdout: imported, stderr: '', files: { [target]: good } }],
  },
  {
    name: '9 policy import --force: warns that one is overwritten',
    mark: 'E',
    since: 'main',
    given: [
      { file: target, text: good },
      { file: 'policy.json', text: other },
    ],
    runs: [
      {
        command: 'notation policy import policy.json --force',
        stdout: imported,
        stderr: 'Warning: existing OCI trust policy configuration will be overwritten\n',
        files: { [target]: other },
      },
    ],
  },
  {
    name: '9 policy import --force: no warning when there is none',
    mark: 'unasserted',
    since: 'main',
    given: [{ file: 'policy.json', text: other }],
    runs: [{ command: 'notation policy import --force policy.json', stdout: imported, stderr: '' }],
  },
  {
    name: '9 policy import: cancelled with N',
    mark: 'E',
    since: 'main',
    given: [
      { file: target, text: good },
      { file: 'policy.json', text: other },
    ],
    runs: [
      {
        command: 'notation policy import policy.json',
        input: 'N\n',
        stdout: `${prompt}Operation cancelled.\n`,
        stderr: '',
        files: { [target]: good },
      },
    ],
  },
  {
    name: '9 policy import: cancelled by the end of the input',
    mark: 'E',
    since: 'main',
    given: [
      { file: target, text: good },
      { file: 'policy.json', text: other },
    ],
    runs: [{ command: 'notation policy import policy.json', stdout: prompt, stderr: '', files: { [target]: good } }],
  },
  {
    name: '9 policy import: confirmed with Y',
    mark: 'E',
    since: 'main',
    given: [
      { file: target, text: good },
      { file: 'policy.json', text: other },
    ],
    runs: [
      {
        command: 'notation policy import policy.json',
        input: 'Y\n',
        stdout: `${prompt}${imported}`,
        files: { [target]: other },
      },
    ],
  },
  {
    name: '9 policy import: no question when the existing file is malformed',
    mark: 'E',
    since: 'main',
    given: [
      { file: target, text: '{"version":' },
      { file: 'policy.json', text: other },
    ],
    runs: [{ command: 'notation policy import policy.json', stdout: imported, stderr: '', files: { [target]: other } }],
  },
  {
    name: '9 policy import: the old file is deleted',
    mark: 'unasserted',
    since: 'main',
    given: [
      { file: '{config}/trustpolicy.json', text: good },
      { file: 'policy.json', text: other },
    ],
    runs: [
      {
        command: 'notation policy import --force policy.json',
        stdout: `Deleted old trust policy configuration trustpolicy.json.\n${imported}`,
        absent: ['{config}/trustpolicy.json'],
        files: { [target]: other },
      },
    ],
  },
  {
    name: '9 policy import: an old file that cannot be deleted only warns',
    mark: 'E',
    since: 'main',
    given: [
      { file: '{config}/trustpolicy.json/placeholder', text: 'x' },
      { file: 'policy.json', text: other },
    ],
    runs: [
      {
        command: 'notation policy import policy.json --force',
        stdout: imported,
        stderr: { has: ['Warning: failed to delete old trust policy configuration trustpolicy.json: '] },
      },
    ],
  },
  {
    name: '9 policy import: the directory cannot be written',
    mark: 'E',
    since: 'main',
    given: [
      { file: 'policy.json', text: other },
      { chmod: '{config}', mode: 0o400 },
    ],
    runs: [
      {
        command: 'notation policy import policy.json',
        asNobody: true,
        exit: 1,
        stdout: '',
        stderr: { has: ['failed to write OCI trust policy configuration', 'permission denied'] },
      },
    ],
  },
  {
    name: '9 policy: help of the group',
    mark: 'unasserted',
    runs: [
      { command: 'notation policy', stdout: { has: ['notation policy [command]', 'import', 'show'] }, stderr: '' },
    ],
  },
];
