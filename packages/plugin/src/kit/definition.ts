// What a plugin is made of, for its author. Each function is a command of the protocol or half of one; which are there decides what
// the plugin says it can do (PLUG-14).

/** PLUG-21 */
export type KeySpec = 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'EC-256' | 'EC-384' | 'EC-521';
/** PLUG-10 */
export type PluginErrorCode =
  | 'VALIDATION_ERROR'
  | 'UNSUPPORTED_CONTRACT_VERSION'
  | 'ACCESS_DENIED'
  | 'TIMEOUT'
  | 'THROTTLED'
  | 'ERROR';

type Awaitable<T> = T | Promise<T>;
type StringMap = Readonly<Record<string, string>>;

export interface KitKeyRequest {
  readonly keyId: string;
  /** Settings of the user's; `{}` where there are none. */
  readonly pluginConfig: StringMap;
}

export interface KitSignatureRequest extends KitKeyRequest {
  readonly keySpec: KeySpec;
  readonly hashAlgorithm: 'SHA-256' | 'SHA-384' | 'SHA-512';
  /** The bytes to sign, not hashed yet. */
  readonly payload: Uint8Array;
}

export interface KitSignature {
  /** RSASSA-PSS with a salt as long as the hash; ECDSA as r‖s (PLUG-24). */
  readonly signature: Uint8Array;
  /** DER, leaf first, root last. */
  readonly certificateChain: readonly Uint8Array[];
}

export interface KitEnvelopeRequest extends KitKeyRequest {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  /** Media type of the envelope to make. */
  readonly signatureEnvelopeType: string;
  /** Whole seconds from the signing time on; absent: no expiry is asked for. */
  readonly expirySeconds?: number;
}

export interface KitEnvelope {
  readonly envelope: Uint8Array;
  /** For the signature manifest. */
  readonly annotations?: StringMap;
}

/** A signature whose integrity has been checked by the caller, and whose chain a trust store of the caller's anchors. */
export interface KitVerification {
  readonly contentType: string;
  readonly signingScheme: string;
  readonly expiry?: Date;
  readonly authenticSigningTime?: Date;
  /** Critical attributes that the caller does not know, by name. */
  readonly extendedAttributes: Readonly<Record<string, string | number | null>>;
  /** DER, leaf first. */
  readonly certificateChain: readonly Uint8Array[];
  /** Of the applicable policy, as written there. */
  readonly trustedIdentities: readonly string[];
  readonly pluginConfig: StringMap;
}

/** A reason belongs to a failure. */
export type KitOpinion =
  | { readonly success: true; readonly reason?: string }
  | { readonly success: false; readonly reason: string };

export interface PluginDefinition {
  /** The name of its directory and, after `notation-`, of its executable. */
  readonly name: string;
  readonly description: string;
  /** A semantic version. */
  readonly version: string;
  readonly url: string;
  readonly describeKey?: (request: KitKeyRequest) => Awaitable<KeySpec>;
  /** With {@link describeKey}: signs bytes. */
  readonly generateSignature?: (request: KitSignatureRequest) => Awaitable<KitSignature>;
  /** Makes whole envelopes; with {@link describeKey} for blobs too. */
  readonly generateEnvelope?: (request: KitEnvelopeRequest) => Awaitable<KitEnvelope>;
  readonly checkIdentity?: (signature: KitVerification) => Awaitable<KitOpinion>;
  readonly checkRevocation?: (signature: KitVerification) => Awaitable<KitOpinion>;
  /** Names of critical attributes that the two functions above take into account. */
  readonly criticalAttributes?: readonly string[];
}

/** Throw it to answer with that code; anything else that is thrown is answered with `ERROR`. */
export class PluginFault extends Error {
  readonly errorCode: PluginErrorCode;
  readonly errorMetadata: StringMap;

  constructor(errorCode: PluginErrorCode, message: string, errorMetadata: StringMap = {}) {
    super(message);
    this.name = 'PluginFault';
    this.errorCode = errorCode;
    this.errorMetadata = errorMetadata;
  }
}
