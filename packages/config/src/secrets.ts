// Secrets that come through the environment: read once and removed, before any other program can inherit them.

export interface RegistrySecret {
  readonly username?: string;
  readonly password?: string;
}

export interface Secrets {
  /** NV2_USERNAME and NV2_PASSWORD. */
  readonly nv2: RegistrySecret;
  /** NOTATION_USERNAME and NOTATION_PASSWORD. Pairs are never mixed. */
  readonly notation: RegistrySecret;
  readonly keyPassphrase?: string;
}

/** Names that no child process may see. */
export const secretVariables: readonly string[] = [
  'NV2_USERNAME',
  'NV2_PASSWORD',
  'NV2_KEY_PASSPHRASE',
  'NOTATION_USERNAME',
  'NOTATION_PASSWORD',
];

/** Takes the secrets out of `env` (DIR-02). An empty variable counts as unset and is removed as well. */
export function takeSecrets(env: Record<string, string | undefined>): Secrets {
  const taken = new Map<string, string>();
  for (const name of secretVariables) {
    const value = env[name];
    if (value) taken.set(name, value);
    delete env[name];
  }
  const passphrase = taken.get('NV2_KEY_PASSPHRASE');
  return {
    nv2: secretOf(taken.get('NV2_USERNAME'), taken.get('NV2_PASSWORD')),
    notation: secretOf(taken.get('NOTATION_USERNAME'), taken.get('NOTATION_PASSWORD')),
    ...(passphrase === undefined ? {} : { keyPassphrase: passphrase }),
  };
}

function secretOf(username: string | undefined, password: string | undefined): RegistrySecret {
  return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
}
