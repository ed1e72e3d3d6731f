import type { SignatureAlgorithm } from './algorithm.ts';

/** RSASSA-PSS over RSA 2048 with SHA-256 (ALG-02). */
export const ps256: SignatureAlgorithm = {
  name: 'PS256',
  coseId: -37,
  pluginName: 'RSASSA-PSS-SHA-256',
  keySpec: 'RSA-2048',
  hash: 'sha256',
  scheme: { kind: 'rsa-pss', hash: 'sha256' },
  key: { kind: 'rsa', bits: 2048 },
  signatureBytes: 256,
};
