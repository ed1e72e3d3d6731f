// The only file that imports node:crypto and uses Buffer codecs (see ARCHITECTURE.md, rule 4).

import * as crypto from 'node:crypto';
import { BaseError } from './base-errors.ts';
import { assertNever } from './errors.ts';

// A hash table, in which every look-up takes its time.
const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = crypto.constants;

export type HashName = 'sha256' | 'sha384' | 'sha512';

/** An incremental hash. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

export function createHasher(name: HashName): Hasher {
  const hash = crypto.createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return crypto.createHash(name).update(bytes).digest();
}

/** The hash as lower-case hexadecimal. */
export function hashHex(name: HashName, bytes: Uint8Array): string {
  // Without an object that lives until the garbage collector comes; Node has it since 20.12, and bun may lack it.
  return typeof crypto.hash === 'function' ? crypto.hash(name, bytes, 'hex') : hashHexByHasher(name, bytes);
}

function hashHexByHasher(name: HashName, bytes: Uint8Array): string {
  return crypto.createHash(name).update(bytes).digest('hex');
}

/**
 * SHA-1 as OCSP uses it to name an issuer in a request (RFC 6960 section 4.1.1): a key to look something up by, never proof
 * of anything. {@link HashName} does not have it, so that no signature can be made or checked with it.
 */
export function hashOcspIdentifier(bytes: Uint8Array): Uint8Array {
  return crypto.createHash('sha1').update(bytes).digest();
}

/** A copy, which nobody else changes. Small ones share memory that Node sets aside, which costs a fraction of memory of their own. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return unwrap(Buffer.from(bytes));
}

/** As `concatBytes`, in memory as {@link copyBytes} takes it. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return unwrap(Buffer.concat(parts));
}

/** The bytes of text that is known to be ASCII. */
export function encodeAscii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** The text of bytes that are known to be ASCII. */
export function decodeAscii(bytes: Uint8Array): string {
  return view(bytes).toString('latin1');
}

/** Not in constant time: nothing that is compared here is a secret. */
export function isEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && Buffer.compare(a, b) === 0);
}

export function randomBytes(length: number): Uint8Array {
  return crypto.randomBytes(length);
}

export function encodeHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** @throws BaseError `HEX_MALFORMED` unless lower-case hexadecimal of even length. */
export function parseHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    throw new BaseError(
      'HEX_MALFORMED',
      `expected lower-case hexadecimal of even length, found ${text.length} characters`,
    );
  }
  return Buffer.from(text, 'hex');
}

export function encodeBase64(bytes: Uint8Array): string {
  return view(bytes).toString('base64');
}

export function encodeBase64Url(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/** Standard alphabet, padded, no white space, trailing bits zero. @throws BaseError `BASE64_MALFORMED` */
export function parseBase64(text: string): Uint8Array {
  return strictBase64(text, 'base64');
}

/** URL alphabet, no padding, no white space, trailing bits zero (SIG-JWS-04). @throws BaseError `BASE64_MALFORMED` */
export function parseBase64Url(text: string): Uint8Array {
  return strictBase64(text, 'base64url');
}

// Buffer.from never fails: it skips what it does not know, and takes the low byte of what is beyond Latin-1. Re-encoding is the
// cheapest complete check.
function strictBase64(text: string, encoding: 'base64' | 'base64url'): Uint8Array {
  const bytes = Buffer.from(text, encoding);
  if (bytes.toString(encoding) !== text) {
    throw new BaseError(
      'BASE64_MALFORMED',
      `expected canonical ${encoding}, found ${text.length} characters that are not`,
    );
  }
  return bytes;
}

// The methods of a Buffer are not those of a Uint8Array: its slice is no copy.
function unwrap(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function view(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export type NamedCurve = 'P-256' | 'P-384' | 'P-521';

/** A public key as plain data: RSA integers are unsigned big-endian without leading zeros, EC coordinates have the length of the curve. */
export type PublicKeyData =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly kind: 'ec'; readonly curve: NamedCurve; readonly x: Uint8Array; readonly y: Uint8Array };

/** How a signature is computed. ECDSA signatures are r‖s unless `encoding` says `der`; PSS salt = hash length. */
export type SignatureScheme =
  | { readonly kind: 'rsa-pss'; readonly hash: HashName }
  | { readonly kind: 'rsa-pkcs1'; readonly hash: HashName }
  | { readonly kind: 'ecdsa'; readonly hash: HashName; readonly encoding: 'raw' | 'der' };

/** An imported public key. Importing costs more than one verification, so keep it. */
export type PublicKey = crypto.KeyObject;
export type PrivateKey = crypto.KeyObject;

/**
 * Imports a public key as JWK, which is many times faster than SPKI.
 *
 * @returns `undefined` when the numbers are not a key (a point off its curve, a bad modulus).
 */
export function findPublicKey(data: PublicKeyData): PublicKey | undefined {
  const key =
    data.kind === 'rsa'
      ? { kty: 'RSA', n: encodeBase64Url(data.modulus), e: encodeBase64Url(data.exponent) }
      : { kty: 'EC', crv: data.curve, x: encodeBase64Url(data.x), y: encodeBase64Url(data.y) };
  try {
    return crypto.createPublicKey({ key, format: 'jwk' });
  } catch {
    // OpenSSL says only that it will not take the key; the caller reports which certificate it came from.
    return undefined;
  }
}

/** Whether `signature` is good over `data`. A signature of the wrong form is simply not good. */
export function isSignatureValid(
  scheme: SignatureScheme,
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return crypto.verify(scheme.hash, data, keyInput(scheme, key), signature);
  } catch {
    // node:crypto throws for some malformed signatures (for instance a wrong r‖s length) instead of answering false.
    return false;
  }
}

/** Signs on the thread pool. */
export function signBytes(scheme: SignatureScheme, key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    crypto.sign(scheme.hash, data, keyInput(scheme, key), (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}

function keyInput(scheme: SignatureScheme, key: crypto.KeyObject): crypto.SignKeyObjectInput {
  switch (scheme.kind) {
    case 'rsa-pss':
      return { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST };
    case 'rsa-pkcs1':
      return { key, padding: RSA_PKCS1_PADDING };
    case 'ecdsa':
      return { key, dsaEncoding: scheme.encoding === 'raw' ? 'ieee-p1363' : 'der' };
    default:
      return assertNever(scheme);
  }
}

export type PrivateKeyForm = 'pkcs8' | 'pkcs1' | 'sec1' | 'encrypted-pkcs8';

/**
 * Imports a private key from the DER body of a PEM block.
 *
 * @throws whatever node:crypto throws: a wrong passphrase or a malformed key. Callers wrap it with the file's name.
 */
export function importPrivateKey(der: Uint8Array, form: PrivateKeyForm, passphrase?: string): PrivateKey {
  return crypto.createPrivateKey({
    key: view(der),
    format: 'der',
    type: form === 'encrypted-pkcs8' ? 'pkcs8' : form,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

/** The SubjectPublicKeyInfo (DER) of a private or public key: the identity by which keys are compared. */
export function encodeSpki(key: crypto.KeyObject): Uint8Array {
  const publicKey = key.type === 'private' ? crypto.createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}
