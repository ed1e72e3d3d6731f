import type { SignatureAlgorithm } from './algorithm.ts';

/** RSASSA-PSS over RSA 3072 with SHA-384 (ALG-02). */
export const ps384: SignatureAlgorithm = {
  name: 'PS384',
  coseId: -38,
  pluginName: 'RSASSA-PSS-SHA-384',
  keySpec: 'RSA-3072',
  hash: 'sha384',
  scheme: { kind: 'rsa-pss', hash: 'sha384' },
  key: { kind: 'rsa', bits: 3072 },
  signatureBytes: 384,
};
