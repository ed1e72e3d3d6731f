import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const cliErrors = {
  CLI_USAGE: {
    kind: 'usage',
    summary: 'the command line does not make sense: an unknown, missing or contradictory argument',
  },
  CLI_SUBJECT_UNSUPPORTED: {
    kind: 'usage',
    summary: 'a kind of subject that this command cannot work on',
    hint: 'Name an artifact in a registry (host/repository:tag) or a layout (oci-layout:DIR:tag).',
  },
  CLI_SUBJECT_NOT_FOUND: {
    kind: 'not-found',
    summary: 'the registry or layout was reached and does not have the subject',
    hint: 'Check the name, tag and registry; sign only what has been pushed.',
  },
  CLI_SUBJECT_CHANGED: { kind: 'conflict', summary: 'the digest asked for is not the digest found (SIGN-01, VER-03)' },
  CLI_FILE_UNREADABLE: {
    kind: 'usage',
    summary: 'a file named on the command line cannot be read, is too large or not a file',
  },
  CLI_FILE_EXISTS: {
    kind: 'conflict',
    summary: 'a file would be overwritten',
    hint: 'Move it away or choose another name.',
  },
  CLI_FILE_UNWRITABLE: { kind: 'usage', summary: 'a file cannot be written' },
  CLI_NO_SIGNING_KEY: {
    kind: 'usage',
    summary: 'no key was named and none is the default',
    hint: '`nv2 cert generate-test --default NAME` makes one for trying things out; `-k FILE` uses an existing one.',
  },
  CLI_KEY_UNUSABLE: {
    kind: 'usage',
    summary: 'the certificate of a key does not allow it to sign: extensions, key size or validity (SIGN-06)',
  },
  CLI_NO_CREDENTIALS: { kind: 'usage', summary: 'no user name or password to sign in with' },
  CLI_INCOMPLETE: { kind: 'conflict', summary: 'something was left undone, because a part of it failed' },
  CLI_INTERRUPTED: { kind: 'unavailable', summary: 'the program was asked to stop' },
} as const satisfies ErrorTable;

export class CliError extends Nv2Error<keyof typeof cliErrors> {
  constructor(code: keyof typeof cliErrors, message: string, options?: Nv2ErrorOptions) {
    super(cliErrors, code, message, options);
  }
}
