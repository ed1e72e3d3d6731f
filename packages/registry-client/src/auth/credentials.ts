import { encodeBase64, encodeUtf8 } from '@nv2/base';
import { RegistryError } from '../errors.ts';

/** How to sign in. An identity token is exchanged at the token service (OAuth 2 refresh token). */
export type RegistryCredentials =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

/** Finds the credentials for `host[:port]`. Asked once per registry, and only after the registry wanted some. */
export type CredentialSource = (registry: string) => Promise<RegistryCredentials>;

export const anonymousCredentials: CredentialSource = () => Promise.resolve({ kind: 'anonymous' });

/**
 * The value of an Authorization field for user name and password (RFC 7617).
 *
 * @throws RegistryError `REGISTRY_CREDENTIALS_INVALID` for a colon in the name or a control character in either
 */
export function encodeBasic(username: string, password: string): string {
  if (username.includes(':')) {
    throw new RegistryError('REGISTRY_CREDENTIALS_INVALID', 'cannot sign in: the user name contains a colon');
  }
  if (/\p{Cc}/u.test(username + password)) {
    throw new RegistryError(
      'REGISTRY_CREDENTIALS_INVALID',
      'cannot sign in: user name or password has a control character',
    );
  }
  return `Basic ${encodeBase64(encodeUtf8(`${username}:${password}`))}`;
}
