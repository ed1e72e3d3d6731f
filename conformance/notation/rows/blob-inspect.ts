// Section 11: `blob inspect`.

import type { Row } from '../row.ts';
import { brokenSpecimen, fullSpecimen } from '../specimen-output.ts';

export const blobInspectRows: readonly Row[] = [
  {
    name: '11 blob inspect: one tree whose root is the path, with a time-stamp',
    mark: 'E=',
    since: 'main',
    given: [{ file: 'sub/blob.jws.sig', text: fullSpecimen.envelope }],
    runs: [
      {
        command: 'notation blob inspect sub/blob.jws.sig',
        stdout: `sub/blob.jws.sig\n${fullSpecimen.tree}\n`,
        stderr: '',
      },
      {
        command: 'notation blob inspect -o tree {work}/sub/blob.jws.sig',
        stdout: `{work}/sub/blob.jws.sig\n${fullSpecimen.tree}\n`,
        stderr: '',
      },
    ],
  },
  {
    name: '11 blob inspect -o json: the signature object without `digest`',
    mark: 'E=',
    since: 'main',
    given: [{ file: 'blob.jws.sig', text: fullSpecimen.envelope }],
    runs: [{ command: 'notation blob inspect -o json blob.jws.sig', stdout: `${fullSpecimen.json}\n`, stderr: '' }],
  },
  {
    name: '11 blob inspect: a bad time-stamp is shown, not fatal',
    mark: 'unasserted',
    since: 'main',
    given: [{ file: 'blob.jws.sig', text: brokenSpecimen.envelope }],
    runs: [
      { command: 'notation blob inspect blob.jws.sig', stdout: `blob.jws.sig\n${brokenSpecimen.tree}\n`, stderr: '' },
      { command: 'notation blob inspect -o json blob.jws.sig', stdout: `${brokenSpecimen.json}\n`, stderr: '' },
    ],
  },
  {
    name: '11 blob inspect: a signature in JWS and one in COSE that were just made',
    mark: 'E',
    since: 'main',
    given: [
      { key: 'e2e', isDefault: true },
      { file: 'a', text: 'hello\n' },
    ],
    runs: [
      { command: 'notation blob sign a' },
      {
        command: 'notation blob inspect a.jws.sig',
        stdout: {
          has: [
            'a.jws.sig\n├── signature algorithm: ECDSA-SHA-256\n├── signature envelope type: application/jose+json\n',
            'user defined attributes\n│   └── (empty)\n',
            'unsigned attributes\n│   └── signing agent: notation-go/',
            '    └── size: 6\n',
          ],
        },
      },
      { command: 'notation blob sign --signature-format cose a' },
      {
        command: 'notation blob inspect a.cose.sig',
        stdout: {
          has: [
            'a.cose.sig\n├── signature algorithm: ECDSA-SHA-256\n├── signature envelope type: application/cose\n',
            '│   ├── signing scheme: notary.x509\n',
          ],
        },
      },
      {
        command: 'notation blob inspect -o json a.cose.sig',
        stdout: {
          has: ['{\n  "signatureAlgorithm": "ECDSA-SHA-256",\n', '"signatureEnvelopeType": "application/cose"'],
        },
      },
    ],
  },
  {
    name: '11 blob inspect: a missing path',
    mark: 'E',
    since: 'main',
    runs: [
      {
        command: 'notation blob inspect',
        exit: 1,
        stdout: '',
        stderr:
          'Error: missing signature path: use `notation blob inspect --help` to see what parameters are required\n',
      },
    ],
  },
  {
    name: '11 blob inspect: an unknown output format',
    mark: 'E',
    since: 'main',
    given: [{ file: 'a.jws.sig', text: fullSpecimen.envelope }],
    runs: [
      {
        command: 'notation blob inspect --output unknown a.jws.sig',
        exit: 1,
        stdout: '',
        stderr: 'Error: unrecognized output format unknown\n',
      },
    ],
  },
  {
    name: '11 blob inspect: file names that say no format',
    mark: 'E',
    since: 'main',
    runs: [
      {
        command: 'notation blob inspect unknown.sig',
        exit: 1,
        stderr:
          'Error: invalid signature filename unknown.sig. A valid signature file name must contain signature format and .sig file extension\n',
      },
      {
        command: 'notation blob inspect hello.unknown.sig',
        exit: 1,
        stderr:
          'Error: signature format "unknown" not supported\nSupported signature envelope formats are "jws" and "cose"\n',
      },
    ],
  },
  {
    name: '11 blob inspect: a signature that is missing or may not be read',
    mark: 'E',
    since: 'main',
    given: [{ file: 'a.jws.sig', text: fullSpecimen.envelope, mode: 0 }],
    runs: [
      {
        command: 'notation blob inspect b.jws.sig',
        exit: 1,
        stdout: '',
        stderr: 'Error: failed to read signature file: open b.jws.sig: no such file or directory\n',
      },
      {
        command: 'notation blob inspect a.jws.sig',
        asNobody: true,
        exit: 1,
        stdout: '',
        stderr: 'Error: failed to read signature file: open a.jws.sig: permission denied\n',
      },
    ],
  },
  {
    name: '11 blob inspect: a file that is no signature',
    mark: 'E',
    since: 'main',
    given: [{ file: 'a.jws.sig', text: 'malformed' }],
    runs: [
      {
        command: 'notation blob inspect a.jws.sig',
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: failed to parse signature: '] },
      },
    ],
  },
];
