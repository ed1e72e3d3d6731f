export type {
  AttributeValue,
  EnvelopeContent,
  ExtendedAttribute,
  SignedAttributes,
  SigningScheme,
  UnsignedAttributes,
  UnverifiedEnvelope,
  VerifiedEnvelope,
} from './envelope.ts';
export type { EnvelopeDraft, EnvelopeFormat, PreparedEnvelope } from './formats/format.ts';
