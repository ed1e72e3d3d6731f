// Section 6: signing in and out.

import type { Row, Step } from '../row.ts';

/** A credential helper that keeps one credential in a file, as a real one keeps it in a key chain. */
const helper: readonly Step[] = [
  {
    program: 'docker-credential-shelf',
    script: `case "$1" in
store) cat > "$HOME/shelf.json" ;;
get) cat > /dev/null; if [ -f "$HOME/shelf.json" ]; then cat "$HOME/shelf.json"; else echo 'credentials not found in native keychain'; exit 1; fi ;;
erase) cat > /dev/null; rm -f "$HOME/shelf.json" ;;
esac`,
  },
  { file: '{config}/config.json', text: '{"credsStore": "shelf"}' },
];
const shelf = '{home}/shelf.json';
const failedToSave =
  'Error: failed to log in to {auth-registry}: the credential could not be saved because a credentials store is required to securely store the password. See https://notaryproject.dev/docs/how-to/registry-authentication/\n';
const basic = Buffer.from('alice:s3cret').toString('base64');

export const loginRows: readonly Row[] = [
  {
    name: '6 login: with flags, kept by the credential helper',
    mark: 'E',
    given: helper,
    runs: [
      {
        command: 'notation login -u alice -p s3cret {auth-registry}',
        stdout: 'Login Succeeded\n',
        files: { [shelf]: { has: ['"alice"', '"s3cret"', '{auth-registry}'] } },
      },
    ],
  },
  {
    name: '6 login: with the environment',
    mark: 'E',
    given: helper,
    runs: [
      {
        command: 'notation login {auth-registry}',
        env: { NOTATION_USERNAME: 'alice', NOTATION_PASSWORD: 's3cret' },
        stdout: 'Login Succeeded\n',
        files: { [shelf]: { has: ['"s3cret"'] } },
      },
    ],
  },
  {
    name: '6 login: --password-stdin',
    mark: 'unasserted',
    given: helper,
    runs: [
      {
        command: 'notation login --username alice --password-stdin {auth-registry}',
        input: 's3cret\n',
        stdout: 'Login Succeeded\n',
        files: { [shelf]: { has: ['"s3cret"'] } },
      },
    ],
  },
  {
    name: '6 login: asks for user name and password on stdout',
    mark: 'unasserted',
    given: helper,
    runs: [
      {
        command: 'notation login {auth-registry}',
        input: 'alice\ns3cret\n',
        stdout: 'Username: Password: \nLogin Succeeded\n',
        files: { [shelf]: { has: ['"alice"', '"s3cret"'] } },
      },
    ],
  },
  {
    name: '6 login: an empty user name asks for a token; nothing is no password',
    mark: 'unasserted',
    given: helper,
    runs: [
      {
        command: 'notation login {auth-registry}',
        input: '\n',
        exit: 1,
        stdout: 'Username: Token: \n',
        stderr: 'Error: token required\n',
      },
      {
        command: 'notation login -u alice {auth-registry}',
        exit: 1,
        stdout: 'Password: \n',
        stderr: 'Error: password required\n',
        absent: [shelf],
      },
    ],
  },
  {
    name: '6 login: the registry is asked first, and a wrong password is not kept',
    mark: 'unasserted',
    given: helper,
    runs: [
      {
        command: 'notation login -u alice -p wrong {auth-registry}',
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: failed to log in to {auth-registry}: '], lacks: ['wrong'] },
        absent: [shelf],
      },
    ],
  },
  {
    name: '6 login: never in plain text',
    mark: 'unasserted',
    given: [{ directory: '{home}/.docker' }],
    runs: [
      {
        command: 'notation login -u alice -p s3cret {auth-registry}',
        exit: 1,
        stdout: '',
        stderr: failedToSave,
        absent: ['{home}/.docker/config.json', '{config}/config.json'],
      },
    ],
  },
  {
    name: '6 login: the same credentials are there in plain text',
    mark: 'unasserted',
    given: [{ file: '{home}/.docker/config.json', text: `{"auths": {"{auth-registry}": {"auth": "${basic}"}}}` }],
    runs: [
      {
        command: 'notation login -u alice -p s3cret {auth-registry}',
        stdout: 'Authenticated with existing credentials\nLogin Succeeded\n',
        stderr:
          'Warning: The credentials store is not set up. It is recommended to configure the credentials store to securely store your credentials. See https://notaryproject.dev/docs/how-to/registry-authentication/.\n',
      },
    ],
  },
  {
    name: '6 login and logout: no server',
    mark: 'unasserted',
    runs: [
      { command: 'notation login', exit: 1, stdout: '', stderr: 'Error: no hostname specified\n' },
      { command: 'notation logout', exit: 1, stdout: '', stderr: 'Error: no hostname specified\n' },
    ],
  },
  {
    name: '6 login: what was kept is used, and forgotten after logout',
    mark: 'E',
    given: helper,
    runs: [
      { command: 'notation login -u alice -p s3cret {auth-registry}', stdout: 'Login Succeeded\n' },
      { command: 'notation list {auth-registry}/none:v1', exit: 1, stderr: { has: ['none:v1: not found'] } },
      { command: 'notation logout {auth-registry}', stdout: 'Logout Succeeded\n', stderr: '', absent: [shelf] },
      { command: 'notation list {auth-registry}/none:v1', exit: 1, stderr: { lacks: ['none:v1: not found'] } },
    ],
  },
  {
    name: '1.4 credentials of the environment are kept from other programs',
    mark: 'E',
    given: [
      {
        program: 'docker-credential-spy',
        script: `env | grep -c '^NOTATION_\\(USERNAME\\|PASSWORD\\)=' > "$HOME/seen"; cat > /dev/null`,
      },
      { file: '{config}/config.json', text: '{"credsStore": "spy"}' },
    ],
    runs: [
      {
        command: 'notation logout {auth-registry}',
        env: { NOTATION_USERNAME: 'alice', NOTATION_PASSWORD: 's3cret' },
        stdout: 'Logout Succeeded\n',
        files: { '{home}/seen': '0\n' },
      },
    ],
  },
  {
    name: '6 login: a credential helper that is not installed',
    mark: 'unasserted',
    given: [{ file: '{config}/config.json', text: '{"credsStore": "nowhere"}' }],
    runs: [
      {
        command: 'notation login -u alice -p s3cret {auth-registry}',
        exit: 1,
        stderr: { has: ['Error: failed to log in to {auth-registry}: '] },
      },
    ],
  },
];
