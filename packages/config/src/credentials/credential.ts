// What is known about signing in to one registry. Structurally what the registry client asks for.

import { ConfigError } from '../errors.ts';
import type { RegistrySecret } from '../secrets.ts';

export type RegistryCredentials =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A refresh token, as some registries give instead of a password. */
  | { readonly kind: 'identity-token'; readonly token: string };

/** Credentials worth keeping or sending. */
export type Credential = Exclude<RegistryCredentials, { readonly kind: 'anonymous' }>;

export type CredentialSource = (registry: string) => Promise<RegistryCredentials>;

/**
 * Credentials from flags or the environment: a password without a user name is an identity token.
 *
 * @returns undefined when nothing was given
 * @throws ConfigError `CONFIG_CREDENTIALS_INVALID` for a user name without password
 */
export function credentialOf(given: RegistrySecret): Credential | undefined {
  const { username = '', password = '' } = given;
  if (username === '' && password === '') return undefined;
  if (password === '') throw new ConfigError('CONFIG_CREDENTIALS_INVALID', 'a user name was given without a password');
  return username === '' ? { kind: 'identity-token', token: password } : { kind: 'basic', username, password };
}
