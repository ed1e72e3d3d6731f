export { BaseError, baseErrors } from './base-errors.ts';
export { SharedWork } from './shared-work.ts';
export type { Branded, Mutable } from './types.ts';
export { type DecodeCborOptions, decodeCbor } from './cbor-decode.ts';
export { encodeCbor, encodeCborHead } from './cbor-encode.ts';
export {
  type CborArray,
  CborFloat,
  type CborMap,
  CborTag,
  type CborValue,
  isCborArray,
  isCborMap,
} from './cbor-value.ts';
export { concatBytes, encodeUtf8, parseUtf8, readAll } from './bytes.ts';
export {
  copyBytes,
  createHasher,
  encodeAscii,
  encodeBase64,
  encodeBase64Url,
  encodeHex,
  encodeSpki,
  findPublicKey,
  type Hasher,
  type HashName,
  hashBytes,
  hashHex,
  hashOcspIdentifier,
  importPrivateKey,
  isEqualBytes,
  isSignatureValid,
  joinBytes,
  type NamedCurve,
  parseBase64,
  parseBase64Url,
  parseHex,
  type PrivateKey,
  type PrivateKeyForm,
  type PublicKey,
  type PublicKeyData,
  randomBytes,
  type SignatureScheme,
  signBytes,
} from './crypto.ts';
export { decodeDer, decodeFirstDer, decodeOuterDer, DerElement, type DerLimits, DerReader, derTag } from './der.ts';
export { encodeDer, encodeDerOid, encodeDerUnsigned } from './der-encode.ts';
export {
  type DerBitString,
  parseDerBitOctets,
  parseDerBitString,
  parseDerBoolean,
  parseDerInteger,
  parseDerNull,
  parseDerOid,
  parseDerSmallInteger,
  parseDerTime,
  parseDerUnsigned,
} from './der-values.ts';
export {
  assertNever,
  describeError,
  type ErrorDetails,
  type ErrorKind,
  type ErrorRow,
  type ErrorTable,
  isNv2Error,
  Nv2Error,
  type Nv2ErrorOptions,
  plainText,
  quoteText,
} from './errors.ts';
export { type JsonObject, type JsonValue, type ParseJsonOptions, parseJson } from './json.ts';
export {
  parseArray,
  parseBoolean,
  parseObject,
  parseOptional,
  parseSize,
  parseString,
  parseStringArray,
  parseStringMap,
} from './json-shape.ts';
export { type PemBlock, parsePem } from './pem.ts';
export {
  type BodySource,
  bytesBody,
  bytesResponse,
  findHeader,
  findHeaders,
  type HeaderFields,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';
