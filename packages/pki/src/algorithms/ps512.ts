import type { SignatureAlgorithm } from './algorithm.ts';

/** RSASSA-PSS over RSA 4096 with SHA-512 (ALG-02). */
export const ps512: SignatureAlgorithm = {
  name: 'PS512',
  coseId: -39,
  pluginName: 'RSASSA-PSS-SHA-512',
  keySpec: 'RSA-4096',
  hash: 'sha512',
  scheme: { kind: 'rsa-pss', hash: 'sha512' },
  key: { kind: 'rsa', bits: 4096 },
  signatureBytes: 512,
};
