// What to do next about errors whose own code brings no hint.

import type { ErrorKind } from '@nv2/base';

/** By code, where the kind alone would say too little. */
const byCode: Readonly<Record<string, string>> = {
  CLI_FILE_UNREADABLE: 'check the name of the file, and that it may be read',
  CONFIG_SETTINGS_INVALID: 'correct the file at the place named above, or move it away',
  CONFIG_KEY_LIST_INVALID: 'correct signingkeys.json at the place named above, or move it away',
  CONFIG_KEY_EXISTS: 'nv2 key list',
  CONFIG_KEY_PASSPHRASE: 'set NV2_KEY_PASSPHRASE to the passphrase of this key',
  CONFIG_STORE_FILE_NOT_FOUND: 'nv2 cert list',
  CONTENT_READ_ONLY: 'copy it to a layout or registry first: nv2 copy SOURCE oci-layout:DIR',
  OCI_DIGEST_INVALID: 'write the digest as sha256: and 64 hexadecimal digits',
  TRUST_STORE_INVALID:
    'give the certificate of the authority at the end of the chain; nv2 cert show FILE shows what a file holds',
};

const byKind: Readonly<Record<ErrorKind, (command: string) => string>> = {
  usage: (command) => `nv2 ${command} --help`,
  malformed: () => 'get it again from where it came from',
  'not-found': () => 'check the name for typing errors',
  denied: () => 'check the permissions',
  conflict: () => 'look at what is there, then run it again',
  limit: () => 'nv2 does not handle anything larger',
  unavailable: () => 'try again in a moment',
  internal: () => 'run it again with --debug and report what it prints',
};

/** @param command the words of the command that failed */
export function hintFor(code: string, kind: ErrorKind, command: string): string {
  return byCode[code] ?? byKind[kind](command);
}
