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
  RevocationSources,
  SubjectKey,
} from './certificate.ts';
export { type CertificateCache, createCertificateCache } from './certificate-cache.ts';
export type { ChainPurpose } from './certificate-rules.ts';
export {
  type CertificateChain,
  type ChainFailure,
  type ChainResult,
  type CheckChainOptions,
  checkChain,
} from './check-chain.ts';
export { attributeShortName, type DistinguishedName, formatName, type NameAttribute } from './distinguished-name.ts';
export { PkiError, pkiErrors } from './errors.ts';
export { isIssuedBy, isSelfSigned } from './issuance.ts';
export { lintChain, type LintChainOptions } from './lint-chain.ts';
export { parseCertificate } from './parse-certificate.ts';
export { parseCertificates } from './parse-certificate-file.ts';
export type {
  CertificateRevocation,
  RevocationChecker,
  RevocationFacts,
  RevocationOutcome,
  RevocationReason,
  RevocationRequest,
  RevocationServerResult,
} from './revocation/check-revocation.ts';
export { builtinRevocationMethods } from './revocation/builtin.ts';
export type { CrlBundle, CrlCache, OcspCache, StoredOcspResponse } from './revocation/caches.ts';
export { createRevocationChecker, type RevocationCheckerOptions } from './revocation/create-checker.ts';
export type { RevocationEvent, RevocationEventListener } from './revocation/events.ts';
export type { MethodResult, RevocationMethod, RevocationQuestion, RevocationTools } from './revocation/method.ts';
export { checkRevocationOffline } from './revocation/offline.ts';
export { type Crl, parseCrl } from './revocation/parse-crl.ts';
export { type OcspResponse, parseOcspResponse } from './revocation/parse-ocsp.ts';
export {
  type IndexedRevocationData,
  indexRevocationData,
  type RevocationData,
  type RevocationFile,
} from './revocation/revocation-data.ts';
export { findRevocationSources } from './revocation/sources.ts';
export type { RemoteKey, SigningKey } from './signing-key.ts';
export { findCertificatesOutsideValidity } from './validity.ts';
export type { BerProblem } from './timestamp/ber.ts';
export {
  type CheckTimestampRequest,
  checkTimestamp,
  type Timestamp,
  type TimestampResult,
} from './timestamp/check-timestamp.ts';
export { parseTimestampToken, type TimestampToken } from './timestamp/parse-token.ts';
export {
  type RequestedTimestamp,
  requestTimestamp,
  type RequestTimestampOptions,
} from './timestamp/request-timestamp.ts';
