import type { SignatureAlgorithm } from './algorithm.ts';

/** ECDSA over P-384 with SHA-384 (ALG-02). */
export const es384: SignatureAlgorithm = {
  name: 'ES384',
  coseId: -35,
  pluginName: 'ECDSA-SHA-384',
  keySpec: 'EC-384',
  hash: 'sha384',
  scheme: { kind: 'ecdsa', hash: 'sha384', encoding: 'raw' },
  key: { kind: 'ec', curve: 'P-384' },
  signatureBytes: 96,
};
