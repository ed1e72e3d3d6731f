import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const registryErrors = {
  REGISTRY_UNAUTHORIZED: {
    kind: 'denied',
    summary: 'the registry or its token service wants other credentials than it was given (401)',
    hint: 'Sign in with `nv2 login <registry>`.',
  },
  REGISTRY_DENIED: {
    kind: 'denied',
    summary: 'the credentials do not allow the operation (403)',
    hint: 'Ask the owner of the repository for the right, or sign in as somebody who has it.',
  },
  REGISTRY_CREDENTIALS_INVALID: {
    kind: 'usage',
    summary: 'credentials cannot be sent: a colon in a user name, a control character',
  },
  REGISTRY_NOT_FOUND: { kind: 'not-found', summary: 'the registry does not know the repository, upload or page (404)' },
  REGISTRY_CONFLICT: { kind: 'conflict', summary: 'the registry refused a change because of its state (409, 412)' },
  REGISTRY_REFUSED: { kind: 'usage', summary: 'the registry refused the request as such (another 4xx status)' },
  REGISTRY_RATE_LIMITED: {
    kind: 'unavailable',
    summary: 'the registry wants fewer requests (429)',
    hint: 'Wait, or sign in for a higher limit.',
  },
  REGISTRY_UNAVAILABLE: { kind: 'unavailable', summary: 'the registry failed (408, 5xx) and kept failing' },
  REGISTRY_RESPONSE_INVALID: {
    kind: 'malformed',
    summary: 'an answer of the registry or its token service breaks the protocol',
    hint: 'Check that the host is a registry and that no proxy or login page stands in between.',
  },
  REGISTRY_REDIRECT_REFUSED: {
    kind: 'denied',
    summary:
      'the registry pointed to a place nv2 does not go: another host for an upload, plain HTTP, a private address',
  },
  REGISTRY_REALM_REFUSED: {
    kind: 'denied',
    summary: 'the registry named a token service that must not see credentials: plain HTTP, a private address',
  },
  REGISTRY_LIMIT: { kind: 'limit', summary: 'an answer of the registry is larger or longer than allowed' },
  REGISTRY_REFERRERS_CONFLICT: {
    kind: 'conflict',
    summary: 'other writers kept replacing the referrers tag before our entry stood',
    hint: 'Run the command again when fewer signers are at work on this subject.',
  },
} as const satisfies ErrorTable;

export type RegistryErrorCode = keyof typeof registryErrors;

export class RegistryError extends Nv2Error<RegistryErrorCode> {
  constructor(code: RegistryErrorCode, message: string, options?: Nv2ErrorOptions) {
    super(registryErrors, code, message, options);
  }
}
