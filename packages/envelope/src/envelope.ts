// What every envelope format carries (docs/spec-map.md sections 1 and 2), independent of its encoding.

import type { AlgorithmName } from '@nv2/pki';
import type { Branded } from '@nv2/base';

export type SigningScheme = 'notary.x509' | 'notary.x509.signingAuthority';

/** A signed attribute that the specification does not define. Integer keys exist in COSE only. */
export interface ExtendedAttribute {
  readonly key: string | number;
  readonly isCritical: boolean;
  readonly value: AttributeValue;
}

/** JSON or CBOR value of an extended attribute. A `Map` is a CBOR map with integer keys; other maps are plain objects. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | Date
  | readonly AttributeValue[]
  | ReadonlyMap<string | number, AttributeValue>
  | { readonly [name: string]: AttributeValue };

/** Protected by the signature. */
export interface SignedAttributes {
  readonly contentType: string;
  readonly signingScheme: SigningScheme;
  /** `signingTime` under notary.x509 (a claim), `authenticSigningTime` under the signing-authority scheme. */
  readonly signingTime: Date;
  readonly expiry?: Date;
  readonly verificationPlugin?: string;
  readonly verificationPluginMinVersion?: string;
  /** Everything else, in envelope order, the two plugin attributes excluded. */
  readonly extended: readonly ExtendedAttribute[];
}

/** Written by anybody: never a ground for trust (ATTR-18). */
export interface UnsignedAttributes {
  /** DER certificates, leaf first, as found. */
  readonly certificateChain: readonly Uint8Array[];
  /** DER TimeStampToken, as found. */
  readonly timestampSignature?: Uint8Array;
  readonly signingAgent?: string;
}

/** Date-times of RFC 3339 as the envelope spells them: a JWS keeps the signer's time zone and digits below a millisecond. */
export interface WrittenTimes {
  readonly signingTime: string;
  readonly expiry?: string;
}

export interface EnvelopeContent {
  /** Media type of the envelope. */
  readonly mediaType: string;
  readonly payload: Uint8Array;
  readonly algorithm: AlgorithmName;
  readonly signed: SignedAttributes;
  readonly unsigned: UnsignedAttributes;
  /** For showing, never for deciding. Absent in COSE, whose times have neither zone nor spelling. */
  readonly writtenTimes?: WrittenTimes;
  /** The bytes the signature is computed over: JWS signing input or COSE Sig_structure. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Parsed, every header rule checked, the signature not. */
export type UnverifiedEnvelope = Branded<EnvelopeContent, 'UnverifiedEnvelope'>;

/** Signature, algorithm and chain rules hold (VER-10). Says nothing about who is trusted. */
export type VerifiedEnvelope = Branded<EnvelopeContent, 'VerifiedEnvelope'>;
