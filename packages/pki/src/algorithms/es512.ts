import type { SignatureAlgorithm } from './algorithm.ts';

/** ECDSA over P-521 with SHA-512 (ALG-02). */
export const es512: SignatureAlgorithm = {
  name: 'ES512',
  coseId: -36,
  pluginName: 'ECDSA-SHA-512',
  keySpec: 'EC-521',
  hash: 'sha512',
  scheme: { kind: 'ecdsa', hash: 'sha512', encoding: 'raw' },
  key: { kind: 'ec', curve: 'P-521' },
  signatureBytes: 132,
};
