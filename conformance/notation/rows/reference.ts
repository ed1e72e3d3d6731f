// Sections 12.1 and 12.2: references, and how registries are reached.

import type { Row, Step } from '../row.ts';

const policy: Step = {
  policy: {
    version: '1.0',
    trustPolicies: [
      {
        name: 'e2e',
        registryScopes: ['*'],
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:e2e'],
        trustedIdentities: ['*'],
      },
    ],
  },
};
const experimental = { NOTATION_EXPERIMENTAL: '1' };

export const referenceRows: readonly Row[] = [
  {
    name: '2 verify, list, inspect and sign: the reference is missing',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation verify',
        exit: 1,
        stderr:
          'Error: missing reference to the artifact: use `notation verify --help` to see what parameters are required\n',
      },
      {
        command: 'notation list',
        exit: 1,
        stderr:
          'Error: missing reference to the artifact: use `notation list --help` to see what parameters are required\n',
      },
      {
        command: 'notation sign',
        exit: 1,
        stderr:
          'Error: missing reference to the artifact: use `notation sign --help` to see what parameters are required\n',
      },
    ],
  },
  {
    name: '12.1 references: neither tag nor digest, and no repository',
    mark: 'unasserted',
    given: [policy],
    runs: [
      {
        command: 'notation verify localhost:1/a',
        exit: 1,
        stderr:
          'Error: "localhost:1/a": invalid reference: no tag or digest. Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>\n',
      },
      {
        command: 'notation verify justaname',
        exit: 1,
        stderr: {
          has: [
            'Error: "justaname": invalid reference: ',
            'Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>',
          ],
        },
      },
    ],
  },
  {
    name: '12.1 references of layouts',
    mark: 'unasserted',
    given: [policy],
    runs: [
      {
        command: 'notation list --oci-layout layout',
        env: experimental,
        exit: 1,
        stderr: {
          has: [
            '"layout": invalid reference: missing tag or digest. Expecting <file_path>:<tag> or <file_path>@<digest>',
          ],
        },
      },
      {
        command: 'notation list --oci-layout :v1',
        env: experimental,
        exit: 1,
        stderr: { has: ['":v1": invalid reference: missing oci-layout file path'] },
      },
    ],
  },
  {
    name: '12.2 plain HTTP: localhost with a port, insecureRegistries, --insecure-registry; nothing else',
    mark: 'E',
    given: [{ image: 'registry v1' }],
    runs: [
      {
        command: 'notation list -d {registry}/{repo}@{digest}',
        stderr: { has: ['http://localhost'], lacks: ['https://localhost'] },
      },
      {
        command: 'notation list -d 127.0.0.1:1/a:v1',
        exit: 1,
        stderr: { has: ['https://127.0.0.1:1'], lacks: ['http://127.0.0.1:1'] },
      },
      {
        command: 'notation list -d --insecure-registry 127.0.0.1:1/a:v1',
        exit: 1,
        stderr: { has: ['http://127.0.0.1:1'], lacks: ['https://127.0.0.1:1'] },
      },
      {
        given: [{ file: '{config}/config.json', text: '{"insecureRegistries": ["127.0.0.1:1"]}' }],
        command: 'notation list -d 127.0.0.1:1/a:v1',
        exit: 1,
        stderr: { has: ['http://127.0.0.1:1'], lacks: ['https://127.0.0.1:1'] },
      },
    ],
  },
  {
    name: '12.2 credentials by flag and by environment, and a wrong one',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation list -u alice -p s3cret {auth-registry}/{repo}:v1',
        exit: 1,
        stderr: { has: [':v1: not found'] },
      },
      {
        command: 'notation list {auth-registry}/{repo}:v1',
        env: { NOTATION_USERNAME: 'alice', NOTATION_PASSWORD: 's3cret' },
        exit: 1,
        stderr: { has: [':v1: not found'] },
      },
      {
        command: 'notation list -u alice -p wrong {auth-registry}/{repo}:v1',
        exit: 1,
        stderr: { has: ['failed to get manifest descriptor: '], lacks: [':v1: not found', 'wrong'] },
      },
    ],
  },
];
