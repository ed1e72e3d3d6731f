// Secrets that arrive in environment variables (decision 21).

import type { Io } from './io.ts';

export interface Secrets {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly keyPassphrase: string | undefined;
  /** Text without any secret seen so far. */
  redact(text: string): string;
  /** Also keep this one out of every message. */
  add(secret: string): void;
}

/**
 * Reads the variables that hold secrets and removes them from `env`, so that no program started later inherits them.
 */
export function takeSecrets(env: Io['env'], prefixes: readonly string[] = ['NV2_']): Secrets {
  const take = (name: string): string | undefined => {
    let found: string | undefined;
    for (const prefix of ['NV2_', 'NOTATION_']) {
      const value = env[prefix + name];
      delete env[prefix + name];
      if (prefixes.includes(prefix) && value) found ??= value;
    }
    return found;
  };
  const username = take('USERNAME');
  const password = take('PASSWORD');
  const keyPassphrase = take('KEY_PASSPHRASE');
  const hidden = new Set<string>([password, keyPassphrase].filter((secret) => secret !== undefined));
  return {
    username,
    password,
    keyPassphrase,
    add: (secret) => void (secret === '' ? undefined : hidden.add(secret)),
    redact: (text) => [...hidden].reduce((clean, secret) => clean.replaceAll(secret, '*****'), text),
  };
}
