export { applyPolicy, type PolicyRun } from './apply-policy.ts';
export { parseSignatureFormat, type SignatureFile, signatureFileName } from './blob-file-name.ts';
export type { CertificateStatus, ServerStatus } from './certificate-status.ts';
export type { CertificateSummary } from './certificate-summary.ts';
export { builtinChecks } from './checks/builtin.ts';
export type { Check, CheckContext, ExpectedSubject, Finding, Knowledge } from './checks/check.ts';
export {
  type CreatedSignature,
  createSignature,
  type CreateSignatureRequest,
  type Signer,
  type SigningOptions,
} from './create-signature.ts';
export type { EnvelopeRequest, EnvelopeSigner, GeneratedEnvelope } from './envelope-signer.ts';
export { NotaryError, notaryErrors } from './errors.ts';
export type { NotaryEvent, NotaryEventListener, TimestampDecision } from './events.ts';
export type { ContentFacts, FailureFacts, ReasonCode } from './failure-facts.ts';
export { findForeignFormat, findOtherReferrers } from './other-referrers.ts';
export type {
  ArtifactOutcome,
  AuditedSignature,
  BuiltinCheckName,
  CheckName,
  CheckResult,
  Failure,
  FailureAction,
  OtherReferrer,
  SignatureClaims,
  SignatureOutcome,
  SignatureRecord,
  SignerIdentity,
  SkippedSignature,
  TrustedSignature,
  UntrustedReason,
  UntrustedSignature,
} from './outcome.ts';
export { encodePayload, parsePayload, type TargetArtifact } from './payload.ts';
export { policyTrust } from './policy-trust.ts';
export { readSignature, type ReadSignatureOptions, type StoredSignature } from './read-signature.ts';
export {
  type ArtifactReport,
  type CertificateReport,
  type CheckReport,
  type SignatureReport,
  type TimestampReport,
  toReport,
  toSignatureReport,
} from './report.ts';
export type { VerificationOptions } from './session.ts';
export { sign, type SignRequest, type SignResult } from './sign.ts';
export { signBlob, type SignBlobRequest } from './sign-blob.ts';
export { listSignatures, type ListSignaturesOptions, type SignatureListing } from './signature-listing.ts';
export type { SignatureForm, SignatureManifest } from './signature-manifest.ts';
export { storeSignature, type StoredSignatureResult, type StoreSignatureRequest } from './store-signature.ts';
export { resolveSubject } from './subject.ts';
export {
  createTimestampChecker,
  createTimestamper,
  type ProvenTime,
  type TimestampChecker,
  type Timestamper,
} from './timestamp.ts';
export type { VerificationTrust } from './trust.ts';
export type {
  InstalledPlugin,
  PluginAnswer,
  PluginOpinion,
  PluginQuestion,
  VerificationCapability,
  VerificationPlugin,
  VerificationPlugins,
} from './verification-plugin.ts';
export { verify, type VerifyRequest } from './verify.ts';
export { verifyBlob, type VerifyBlobRequest } from './verify-blob.ts';
export {
  type MemberOutcome,
  type MembersOutcome,
  verifyMembers,
  type VerifyMembersRequest,
} from './verify-members.ts';
export { type PlatformOutcome, verifyPlatform, type VerifyPlatformRequest } from './verify-platform.ts';
export {
  createVerifier,
  type EnvelopeQuestion,
  type Verifier,
  verifyEnvelope,
  type VerifyEnvelopeRequest,
} from './verify-envelope.ts';
