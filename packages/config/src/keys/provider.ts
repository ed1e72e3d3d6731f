// A key provider turns an entry of the key list into a key that signs. One file per place where keys live; the list is
// in builtin.ts.

import type { SigningKey } from '@nv2/pki';
import type { OnConfigEvent } from '../events.ts';
import type { SigningKeyEntry } from '../signing-keys.ts';

/** Asks for the passphrase of a key; undefined when there is none to give. */
export type PassphraseSource = (keyName: string) => Promise<string | undefined>;

export interface OpenKeyOptions {
  /** Called only for a key that is encrypted. Without it such a key is refused (CERT-24). */
  readonly passphrase?: PassphraseSource;
  readonly onEvent?: OnConfigEvent;
  readonly signal?: AbortSignal;
}

export interface KeyProvider {
  /** For messages: "pem". */
  readonly name: string;
  /** Whether this provider is the one for the entry. */
  accepts(entry: SigningKeyEntry): boolean;
  /** @throws ConfigError of the `CONFIG_KEY_…` codes; PkiError for an unusable certificate file */
  openKey(entry: SigningKeyEntry, options?: OpenKeyOptions): Promise<SigningKey>;
}
