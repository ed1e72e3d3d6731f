// Section 9: the trust policy of blobs.

import type { Row, Step } from '../row.ts';

const statement = {
  name: 'e2e',
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:e2e'],
  trustedIdentities: ['*'],
};
const document = (trustPolicies: readonly object[]): string =>
  JSON.stringify({ version: '1.0', trustPolicies }, undefined, 4);
const good = `${document([statement])}\n`;
const other = `${document([{ ...statement, name: 'other' }])}\n`;
const target = '{config}/trustpolicy.blob.json';
const there: readonly Step[] = [
  { file: target, text: good },
  { file: 'policy.json', text: other },
];
const prompt = 'The blob trust policy configuration already exists, do you want to overwrite it? [y/N] ';
const imported = `Successfully imported blob trust policy configuration to ${target}.\n`;
const initialized = `Successfully initialized blob trust policy file to ${target}.\n`;
const init = `notation blob policy init --name e2e --trust-store ca:e2e --trust-store ca:more --trusted-identity 'x509.subject: C=US, ST=WA, O=Notary & Co'`;

export const blobPolicyRows: readonly Row[] = (
  [
    {
      name: '9 blob policy show: there is none, with a hint',
      mark: 'E',
      runs: [
        {
          command: 'notation blob policy show',
          exit: 1,
          stdout: '',
          stderr:
            'Error: failed to show blob trust policy as the configuration does not exist.\nYou can import one using `notation blob policy import <path-to-policy.json>`\n',
        },
      ],
    },
    {
      name: '9 blob policy show: the file cannot be read',
      mark: 'E',
      given: [{ file: target, text: good, mode: 0o200 }],
      runs: [
        {
          command: 'notation blob policy show',
          asNobody: true,
          exit: 1,
          stderr: { has: ['failed to show trust policy: ', 'permission denied'] },
        },
      ],
    },
    {
      name: '9 blob policy show: the bytes of the file unchanged',
      mark: 'E=',
      given: [{ file: target, text: good }],
      runs: [{ command: 'notation blob policy show', stdout: good, stderr: '' }],
    },
    {
      name: '9 blob policy show: an invalid file is shown and fails',
      mark: 'E',
      given: [{ file: target, text: '{"version": ' }],
      runs: [
        {
          command: 'notation blob policy show',
          exit: 1,
          stdout: '{"version": ',
          stderr: { has: ['existing blob trust policy configuration is invalid', 'Error: '] },
        },
      ],
    },
    {
      name: '9 blob policy import: one argument',
      mark: 'E',
      runs: [
        { command: 'notation blob policy import', exit: 1, stderr: { has: ['requires 1 argument but received 0.\n'] } },
        {
          command: 'notation blob policy import a b',
          exit: 1,
          stderr: { has: ['requires 1 argument but received 2.\n'] },
        },
      ],
    },
    {
      name: '9 blob policy import: a file that is not there, with --force too',
      mark: 'E',
      runs: [
        {
          command: 'notation blob policy import /nowhere/policy.json',
          exit: 1,
          stderr: { has: ['failed to read blob trust policy', 'no such file or directory'] },
        },
        { command: 'notation blob policy import /nowhere/policy.json --force', exit: 1, absent: [target] },
      ],
    },
    ...(
      [
        ['a malformed trust store', { trustStores: ['ca'] }, 'malformed trust store value'],
        ['a malformed identity', { trustedIdentities: ['x509.subject: CN=e2e'] }, 'has no mandatory RDN attribute'],
      ] as const
    ).map(
      ([what, change, words]): Row => ({
        name: `9 blob policy import: ${what} is refused before anything is asked or written`,
        mark: 'E',
        given: [
          { file: target, text: good },
          { file: 'policy.json', text: document([{ ...statement, ...change }]) },
        ],
        runs: [
          {
            command: 'notation blob policy import policy.json',
            input: 'Y\n',
            exit: 1,
            stdout: '',
            stderr: { has: ['failed to validate blob trust policy configuration: ', words] },
            files: { [target]: good },
          },
        ],
      }),
    ),
    {
      name: '9 blob policy import: what is not JSON',
      mark: 'E',
      given: [{ file: 'policy.json', text: '{"version": ' }],
      runs: [
        {
          command: 'notation blob policy import policy.json',
          exit: 1,
          stderr: { has: ['failed to parse blob trust policy configuration'] },
          absent: [target],
        },
      ],
    },
    {
      name: '9 blob policy import: the first one, with --force or without',
      mark: 'E',
      given: [{ file: 'policy.json', text: other }],
      runs: [
        {
          command: 'notation blob policy import policy.json',
          stdout: imported,
          stderr: '',
          files: { [target]: other },
        },
        {
          given: [{ remove: target }],
          command: 'notation blob policy import policy.json --force',
          stdout: imported,
          stderr: '',
          files: { [target]: other },
        },
      ],
    },
    {
      name: '9 blob policy import: the file cannot be written',
      mark: 'E',
      given: [...there, { chmod: '{config}', mode: 0o500 }],
      runs: [
        {
          command: 'notation blob policy import policy.json --force',
          asNobody: true,
          exit: 1,
          stderr: { has: ['failed to write blob trust policy configuration'] },
          files: { [target]: good },
        },
      ],
    },
    {
      name: '9 blob policy import: cancelled with N, and by the end of the input',
      mark: 'E',
      given: there,
      runs: [
        {
          command: 'notation blob policy import policy.json',
          input: 'N\n',
          stdout: `${prompt}Operation cancelled.\n`,
          files: { [target]: good },
        },
        { command: 'notation blob policy import policy.json', stdout: prompt, files: { [target]: good } },
      ],
    },
    {
      name: '9 blob policy import: no question when the existing file is malformed',
      mark: 'E',
      given: [...there, { file: target, text: '{"version": ' }],
      runs: [
        {
          command: 'notation blob policy import policy.json',
          stdout: imported,
          stderr: '',
          files: { [target]: other },
        },
      ],
    },
    {
      name: '9 blob policy import: confirmed with Y, and by --force with a warning',
      mark: 'E',
      given: there,
      runs: [
        {
          command: 'notation blob policy import policy.json',
          input: 'Y\n',
          stdout: `${prompt}${imported}`,
          files: { [target]: other },
        },
        {
          command: 'notation blob policy import policy.json --force',
          stdout: imported,
          stderr: 'Warning: existing blob trust policy configuration will be overwritten\n',
        },
      ],
    },
    {
      name: '9 blob policy init: name, trust store and identity are required',
      mark: 'E',
      runs: [
        {
          command: `notation blob policy init --trust-store ca:x --trusted-identity '*'`,
          exit: 1,
          stderr: 'Error: required flag(s) "name" not set\n',
        },
        {
          command: `notation blob policy init --name x --trusted-identity '*'`,
          exit: 1,
          stderr: 'Error: required flag(s) "trust-store" not set\n',
        },
        {
          command: 'notation blob policy init --name x --trust-store ca:x',
          exit: 1,
          stderr: 'Error: required flag(s) "trusted-identity" not set\n',
        },
        {
          command: 'notation blob policy init',
          exit: 1,
          stderr: 'Error: required flag(s) "name", "trust-store", "trusted-identity" not set\n',
        },
      ],
    },
    {
      name: '9 blob policy init: an identity that is none',
      mark: 'E',
      runs: [
        {
          command: 'notation blob policy init --name x --trust-store ca:x --trusted-identity invalid',
          exit: 1,
          stderr:
            'Error: invalid blob policy: blob trust policy: trust policy statement "x" has trusted identity "invalid" missing separator\n',
          absent: [target],
        },
      ],
    },
    {
      name: '9 blob policy init: the directory cannot be written',
      mark: 'E',
      given: [{ chmod: '{config}', mode: 0o500 }],
      runs: [
        {
          command: init,
          asNobody: true,
          exit: 1,
          stderr: { has: ['failed to write blob trust policy configuration'] },
        },
      ],
    },
    {
      name: '9 blob policy init: one strict statement, two spaces, no newline at the end',
      mark: 'E=',
      runs: [
        {
          command: `${init} --global`,
          stdout: initialized,
          stderr: '',
          files: {
            [target]: [
              '{',
              '  "version": "1.0",',
              '  "trustPolicies": [',
              '    {',
              '      "name": "e2e",',
              '      "signatureVerification": {',
              '        "level": "strict"',
              '      },',
              '      "trustStores": [',
              '        "ca:e2e",',
              '        "ca:more"',
              '      ],',
              '      "trustedIdentities": [',
              '        "x509.subject: C=US, ST=WA, O=Notary \\u0026 Co"',
              '      ],',
              '      "globalPolicy": true',
              '    }',
              '  ]',
              '}',
            ].join('\n'),
          },
        },
      ],
    },
    {
      name: '9 blob policy init: `globalPolicy` only when true',
      mark: 'E=',
      runs: [{ command: `${init} --global=false`, files: { [target]: { lacks: ['globalPolicy'] } } }],
    },
    {
      name: '9 blob policy init: asks before it overwrites',
      mark: 'E',
      given: there,
      runs: [{ command: init, stdout: prompt, stderr: '', files: { [target]: good } }],
    },
    {
      name: '9 blob policy init --force: overwrites with a warning',
      mark: 'E',
      given: there,
      runs: [
        {
          command: `${init} --force`,
          stdout: initialized,
          stderr: 'Warning: existing blob trust policy configuration will be overwritten\n',
          files: { [target]: { has: ['"ca:more"'] } },
        },
      ],
    },
    {
      name: '9 blob policy: an argument too many',
      mark: 'unasserted',
      runs: [
        { command: 'notation blob policy show x', exit: 1, stderr: 'Error: accepts 0 arg(s), received 1\n' },
        { command: `${init} x`, exit: 1, stderr: 'Error: accepts 0 arg(s), received 1\n' },
      ],
    },
  ] satisfies readonly Row[]
).map((row) => ({ ...row, since: 'main' as const }));
