// What every key provider must do, run by each implementation.

import { findPublicKey, isSignatureValid } from '@nv2/base';
import type { KeyProvider, SigningKeyEntry } from '@nv2/config';
import type { SigningKey } from '@nv2/pki';
import { describe, expect, it } from 'vitest';

/** A provider with entries for it; paths and programs they name exist until disposed. */
export interface KeyProviderUnderTest extends AsyncDisposable {
  readonly provider: KeyProvider;
  /** One entry for each kind of key the provider can hold. */
  readonly entries: readonly SigningKeyEntry[];
  /** An entry whose key is not that of its certificate. */
  readonly mismatched: SigningKeyEntry;
  /** An entry that belongs to another provider. */
  readonly foreign: SigningKeyEntry;
}

export function keyProviderContract(name: string, open: () => Promise<KeyProviderUnderTest>): void {
  describe(`key provider contract: ${name}`, () => {
    it('opens keys whose signatures verify under the leaf certificate', async () => {
      await using subject = await open();
      for (const entry of subject.entries) {
        const key = await subject.provider.openKey(entry);
        const data = new TextEncoder().encode(`signed by ${entry.name}`);
        const signature = await key.sign(data);
        expect(signature).toHaveLength(key.algorithm.signatureBytes);
        expect(isGood(key, data, signature)).toBe(true);
        expect(isGood(key, new TextEncoder().encode('something else'), signature)).toBe(false);
      }
    });

    it('gives the key the name of its entry and the algorithm of its leaf', async () => {
      await using subject = await open();
      for (const entry of subject.entries) {
        const key = await subject.provider.openKey(entry);
        expect(key.name).toBe(entry.name);
        expect(key.algorithm.key.kind).toBe(key.chain[0].key.kind);
      }
    });

    it('refuses a key that does not belong to the first certificate', async () => {
      await using subject = await open();
      await expect(subject.provider.openKey(subject.mismatched)).rejects.toMatchObject({ code: 'CONFIG_KEY_MISMATCH' });
    });

    it('accepts its own entries and leaves those of others alone', async () => {
      await using subject = await open();
      expect(subject.entries.every((entry) => subject.provider.accepts(entry))).toBe(true);
      expect(subject.provider.accepts(subject.foreign)).toBe(false);
    });

    it('does not sign after the caller gave up', async () => {
      await using subject = await open();
      const [entry] = subject.entries;
      if (entry === undefined) throw new Error('the contract needs an entry');
      const key = await subject.provider.openKey(entry);
      await expect(key.sign(new Uint8Array(1), { signal: AbortSignal.abort() })).rejects.toThrow();
    });
  });
}

function isGood(key: SigningKey, data: Uint8Array, signature: Uint8Array): boolean {
  const [leaf] = key.chain;
  const publicKey = leaf.key.kind === 'other' ? undefined : findPublicKey(leaf.key);
  return publicKey !== undefined && isSignatureValid(key.algorithm.scheme, publicKey, data, signature);
}
