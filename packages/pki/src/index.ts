export type { AlgorithmName, SignatureAlgorithm } from './algorithms/algorithm.ts';
export { builtinAlgorithms } from './algorithms/builtin.ts';
export { algorithmByName, findAlgorithm } from './algorithms/find-algorithm.ts';
export type {
  BasicConstraints,
  Certificate,
  CertificateExtension,
  ExtendedKeyUsage,
  KeyUsage,
  KeyUsageName,
  SubjectKey,
} from './certificate.ts';
export { attributeShortName, type DistinguishedName, formatName, type NameAttribute } from './distinguished-name.ts';
export { PkiError, pkiErrors } from './errors.ts';
export { parseCertificate } from './parse-certificate.ts';
export type { SigningKey } from './signing-key.ts';
