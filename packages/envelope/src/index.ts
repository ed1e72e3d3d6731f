export { attributeNames, payloadContentType } from './attribute-names.ts';
export {
  type CheckIntegrityOptions,
  checkIntegrity,
  type IntegrityFailure,
  type IntegrityResult,
} from './check-integrity.ts';
export type {
  AttributeValue,
  EnvelopeContent,
  ExtendedAttribute,
  SignedAttributes,
  SigningScheme,
  UnsignedAttributes,
  UnverifiedEnvelope,
  VerifiedEnvelope,
  WrittenTimes,
} from './envelope.ts';
export { EnvelopeError, envelopeErrors } from './errors.ts';
export { builtinFormats } from './formats/builtin.ts';
export { cose as coseFormat } from './formats/cose.ts';
export { jws as jwsFormat } from './formats/jws.ts';
export type { EnvelopeDraft, EnvelopeFormat, PreparedEnvelope } from './formats/format.ts';
export { maxEnvelopeBytes } from './limits.ts';
export { findFormat, parseEnvelope } from './parse-envelope.ts';
export { compareSemanticVersions, isSemanticVersion } from './semantic-version.ts';
export { signEnvelope, type SignEnvelopeRequest } from './sign-envelope.ts';
export { findUnprocessedAttributes } from './unprocessed-attributes.ts';
