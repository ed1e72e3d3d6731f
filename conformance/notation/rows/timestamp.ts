// Sections 2, 3, 4 and 11: time-stamps.

import type { Row, Run, Step } from '../row.ts';

const at = '{registry}/{repo}@{digest}';
const verified = `Successfully verified signature for ${at}\n`;
const timestamped = '--timestamp-url {tsa} --timestamp-root-cert {tsa.crt}';
const expecting = 'Expecting single x509 root certificate in PEM or DER format from the file';

function given(verifyTimestamp?: string): readonly Step[] {
  return [
    { image: 'registry v1' },
    { key: 'e2e', isDefault: true },
    { trust: 'ca:e2e', of: 'e2e' },
    { authority: 'tsa' },
    { trust: 'tsa:tsa', of: 'tsa' },
    {
      policy: {
        version: '1.0',
        trustPolicies: [
          {
            name: 'e2e',
            registryScopes: ['{registry}/{repo}'],
            signatureVerification: {
              level: 'strict',
              ...(verifyTimestamp === undefined ? {} : { verifyTimestamp }),
            },
            trustStores: ['ca:e2e', 'tsa:tsa'],
            trustedIdentities: ['*'],
          },
        ],
      },
    },
  ];
}

function refusedBy(file: string, ...has: readonly string[]): Run {
  return {
    command: `notation sign --timestamp-url {tsa} --timestamp-root-cert ${file} ${at}`,
    exit: 1,
    stdout: '',
    stderr: { has },
  };
}

export const timestampRows: readonly Row[] = [
  {
    name: '2 sign with a time-stamp; 3 verify judges it and says so in the log',
    mark: 'E',
    given: given(),
    runs: [
      { command: `notation sign ${timestamped} ${at}`, stdout: { has: [`Successfully signed ${at}\n`] } },
      {
        command: `notation verify -d ${at}`,
        stdout: verified,
        stderr: {
          has: [
            'level=debug msg=Performing timestamp verification...\n',
            'level=debug msg=Checking timestamp countersignature existence...\n',
            'level=debug msg=Timestamp verification: Success\n',
          ],
          lacks: ['Timestamp verification disabled'],
        },
      },
    ],
  },
  {
    name: '3 log: verifyTimestamp afterCertExpiry and no certificate has expired',
    mark: 'E',
    given: given('afterCertExpiry'),
    runs: [
      { command: `notation sign ${timestamped} ${at}` },
      {
        command: `notation verify -d ${at}`,
        stdout: verified,
        stderr: {
          has: [
            'Timestamp verification disabled: verifyTimestamp is set to "afterCertExpiry" and signing cert chain unexpired\n',
          ],
        },
      },
    ],
  },
  {
    name: '4 inspect: the time-stamp of a signature that was just made, with its certificates',
    mark: 'E',
    since: 'main',
    given: given(),
    runs: [
      { command: `notation sign ${timestamped} ${at}` },
      {
        command: `notation inspect ${at}`,
        stdout: { has: ['timestamp signature\n', '├── timestamp: [', '└── certificates\n', 'SHA256 fingerprint: '] },
      },
      {
        command: `notation inspect -o json ${at}`,
        stdout: { has: ['"timestampSignature": {\n', '"timestamp": "[20', '"issuedTo": "'] },
      },
    ],
  },
  {
    name: '11 blob sign and verify with a time-stamp',
    mark: 'E',
    since: 'main',
    given: [
      ...given(),
      { file: 'blob.txt', text: 'hello\n' },
      {
        kind: 'blob',
        policy: {
          version: '1.0',
          trustPolicies: [
            {
              name: 'test-blob-with-timestamping',
              signatureVerification: { level: 'strict' },
              trustStores: ['ca:e2e', 'tsa:tsa'],
              trustedIdentities: ['*'],
            },
          ],
        },
      },
    ],
    runs: [
      {
        command: `notation blob sign ${timestamped} blob.txt`,
        stdout: 'Successfully signed blob.txt\n Signature file written to blob.txt.jws.sig\n',
        stderr: '',
      },
      {
        command: 'notation blob verify -d --policy-name test-blob-with-timestamping -s blob.txt.jws.sig blob.txt',
        stdout: 'Successfully verified signature for blob.txt\n',
        stderr: { has: ['Timestamp verification: Success'] },
      },
    ],
  },
  {
    name: '2 sign: an authority that cannot be reached',
    mark: 'E',
    given: given(),
    runs: [
      {
        command: `notation sign --timestamp-url http://localhost.test --timestamp-root-cert {tsa.crt} ${at}`,
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: timestamp: Post "http://localhost.test"'] },
      },
    ],
  },
  {
    name: '2 sign: root certificate files with none, several, and one that is no root',
    mark: 'E',
    given: [...given(), { file: 'empty.txt', text: '' }, { file: 'invalid.crt', text: 'no certificate' }],
    runs: [
      refusedBy('empty.txt', `Error: cannot find any certificate from "empty.txt". ${expecting}`),
      refusedBy('{tsa.chain}', `Error: found more than one certificates from "{tsa.chain}". ${expecting}`),
      refusedBy('{tsa.intermediate}', 'Error: failed to check root certificate with error: '),
      refusedBy('invalid.crt', 'Error: x509: malformed certificate'),
    ],
  },
];
