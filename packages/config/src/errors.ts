import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const configErrors = {
  CONFIG_DIRECTORY_UNKNOWN: {
    kind: 'usage',
    summary: 'the directory for configuration or caches cannot be determined, or the environment names a relative one',
    hint: 'Set HOME, or NOTATION_CONFIG, NOTATION_CACHE, NV2_CONFIG and NV2_CACHE to absolute paths.',
  },
  CONFIG_FILE_NOT_REGULAR: {
    kind: 'denied',
    summary: 'a configuration file is a symbolic link, a directory or a device',
    hint: 'Put a regular file there: what decides about trust must not be redirected.',
  },
  CONFIG_FILE_UNREADABLE: {
    kind: 'denied',
    summary: 'a file exists and cannot be read or written; permissions usually',
  },
  CONFIG_FILE_NOT_FOUND: { kind: 'not-found', summary: 'a file given by the user does not exist' },
  CONFIG_FILE_TOO_LARGE: { kind: 'limit', summary: 'a file is larger than any legitimate one of its sort' },
  CONFIG_SETTINGS_INVALID: {
    kind: 'malformed',
    summary: 'config.json is not valid; the message names the wrong member',
  },
  CONFIG_KEY_LIST_INVALID: {
    kind: 'malformed',
    summary:
      'signingkeys.json is not valid, or an edit of it would not be: names non-empty and unique, default existing',
  },
  CONFIG_KEY_EXISTS: { kind: 'conflict', summary: 'the key list has a key of that name already' },
  CONFIG_KEY_NOT_FOUND: {
    kind: 'not-found',
    summary: 'no configured key has that name and no file that path, or there is no default key',
    hint: 'See `nv2 key list`, or give the path of a key file.',
  },
  CONFIG_KEY_INCOMPLETE: {
    kind: 'malformed',
    summary: 'an entry of the key list has neither a key path and a certificate path nor a plugin',
  },
  CONFIG_KEY_UNSUPPORTED: {
    kind: 'usage',
    summary: 'a configured key lives in a plugin, where only signing can use it',
  },
  CONFIG_KEY_FORMAT: {
    kind: 'malformed',
    summary: 'a file holds no private key in a form that is read: PKCS#8 (encrypted too), PKCS#1 or SEC1, in PEM',
  },
  CONFIG_KEY_ENCRYPTED: {
    kind: 'usage',
    summary: 'a private key is encrypted and no passphrase was given',
    hint: 'Set NV2_KEY_PASSPHRASE, or answer the prompt.',
  },
  CONFIG_KEY_PASSPHRASE: { kind: 'denied', summary: 'the passphrase does not open the private key' },
  CONFIG_KEY_MISMATCH: {
    kind: 'usage',
    summary: 'the private key does not belong to the first certificate of the chain',
    hint: 'Put the signing certificate first, its issuers after it.',
  },
  CONFIG_KEY_ALGORITHM: {
    kind: 'usage',
    summary: 'the key cannot sign: only RSA 2048, 3072, 4096 and the curves P-256, P-384, P-521 can',
    hint: 'Make another key, for example: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out NAME.key',
  },
  CONFIG_KEY_CHAIN_NOT_FOUND: {
    kind: 'not-found',
    summary: 'no certificate was found for a private key given by path',
  },
  CONFIG_STORE_CERTIFICATE_EXISTS: {
    kind: 'conflict',
    summary: 'the trust store has a file of that name already',
    hint: 'Rename the file, or delete the old one first.',
  },
  CONFIG_STORE_FILE_NAME: { kind: 'usage', summary: 'text is not the name of a file inside a trust store' },
  CONFIG_STORE_FILE_NOT_FOUND: { kind: 'not-found', summary: 'a trust store, or a file in it, does not exist' },
  CONFIG_POLICY_NOT_FOUND: {
    kind: 'not-found',
    summary: 'there is no trust policy',
    hint: 'Create one with `nv2 policy init`.',
  },
  CONFIG_CACHE_INVALID: {
    kind: 'malformed',
    summary: 'a file of the cache is not what is kept there; it is passed over',
  },
  CONFIG_DOCKER_INVALID: { kind: 'malformed', summary: 'the config.json of Docker cannot be read as one' },
  CONFIG_CREDENTIALS_INVALID: { kind: 'malformed', summary: 'stored or given registry credentials are not usable' },
  CONFIG_CREDENTIALS_INSECURE: {
    kind: 'denied',
    summary: 'no credential helper is configured, and keeping a password in a plain file was not asked for',
    hint: 'Install a credential helper (docker-credential-pass, -secretservice, -osxkeychain, -wincred), or use --insecure-storage.',
  },
  CONFIG_HELPER_NAME: { kind: 'malformed', summary: 'the configured name of a credential helper is not a plain word' },
  CONFIG_HELPER_NOT_FOUND: {
    kind: 'unavailable',
    summary: 'a configured credential helper is not installed',
    hint: 'Install the program, or remove it from credsStore or credHelpers.',
  },
  CONFIG_HELPER_FAILED: {
    kind: 'unavailable',
    summary: 'a credential helper failed, answered nonsense, too much or too late',
  },
} as const satisfies ErrorTable;

export class ConfigError extends Nv2Error<keyof typeof configErrors> {
  constructor(code: keyof typeof configErrors, message: string, options?: Nv2ErrorOptions) {
    super(configErrors, code, message, options);
  }
}
