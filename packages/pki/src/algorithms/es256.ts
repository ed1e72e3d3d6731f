import type { SignatureAlgorithm } from './algorithm.ts';

/** ECDSA over P-256 with SHA-256 (ALG-02). */
export const es256: SignatureAlgorithm = {
  name: 'ES256',
  coseId: -7,
  pluginName: 'ECDSA-SHA-256',
  keySpec: 'EC-256',
  hash: 'sha256',
  scheme: { kind: 'ecdsa', hash: 'sha256', encoding: 'raw' },
  key: { kind: 'ec', curve: 'P-256' },
  signatureBytes: 64,
};
