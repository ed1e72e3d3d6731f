// Key files in every form, written by node:crypto.

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type TestKeyPair } from '@nv2/testing';

export type KeyForm = 'pkcs8' | 'pkcs1' | 'sec1' | 'encrypted-pkcs8' | 'legacy-encrypted';

/** The private key of a pair as PEM text. Encrypted forms have the passphrase `secret`. */
export function keyPem(pair: TestKeyPair, form: KeyForm = 'pkcs8'): string {
  const key: KeyObject = createPrivateKey({ key: Buffer.from(pair.pkcs8), format: 'der', type: 'pkcs8' });
  const legacyType = pair.type.startsWith('rsa') ? 'pkcs1' : 'sec1';
  const options = {
    pkcs8: { type: 'pkcs8', format: 'pem' },
    pkcs1: { type: 'pkcs1', format: 'pem' },
    sec1: { type: 'sec1', format: 'pem' },
    'encrypted-pkcs8': { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
    'legacy-encrypted': { type: legacyType, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  } as const;
  return key.export(options[form]).toString();
}
