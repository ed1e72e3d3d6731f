import { X509Certificate } from 'node:crypto';
import { isSignatureValid, findPublicKey, encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { mintChain, type SigningKeyType, testSigningKey } from './pki.ts';

describe('the test PKI', () => {
  it.each<SigningKeyType>(['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'])(
    'gives a %s key that signs for its leaf',
    async (keyType) => {
      const key = await testSigningKey(keyType, 3);
      const data = encodeUtf8('data');
      const signature = await key.sign(data);
      const leaf = key.chain[0];
      if (leaf.key.kind === 'other') throw new Error('unusable key');
      const publicKey = findPublicKey(leaf.key);
      expect(publicKey).toBeDefined();
      expect(signature).toHaveLength(key.algorithm.signatureBytes);
      expect(isSignatureValid(key.algorithm.scheme, publicKey!, data, signature)).toBe(true);
    },
  );

  it('mints chains that OpenSSL verifies link by link', async () => {
    const { certificates } = await mintChain({ keyType: 'rsa2048', length: 3 });
    const [leaf, intermediate, root] = certificates.map(({ der }) => new X509Certificate(der));
    expect(leaf!.verify(intermediate!.publicKey)).toBe(true);
    expect(intermediate!.verify(root!.publicKey)).toBe(true);
    expect(root!.verify(root!.publicKey)).toBe(true);
    expect(leaf!.validTo).toContain('2099');
  });
});
