export type { AlgorithmName, SignatureAlgorithm } from './algorithms/algorithm.ts';
export type {
  BasicConstraints,
  Certificate,
  CertificateExtension,
  ExtendedKeyUsage,
  KeyUsage,
  KeyUsageName,
  SubjectKey,
} from './certificate.ts';
export type { DistinguishedName, NameAttribute } from './distinguished-name.ts';
export type { SigningKey } from './signing-key.ts';
