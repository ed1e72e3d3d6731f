// Time-stamp tokens with any defect one may ask for. The library writes what is well-formed; what lies is assembled here,
// because no library would write it.

import { constants, createHash, createPrivateKey, sign } from 'node:crypto';
import { encodeDer, encodeDerOid, encodeDerUnsigned, encodeUtf8, type HashName, hashBytes, parseHex } from '@nv2/base';
import type { TestChain } from './pki.ts';
import type { TestKeyPair } from './pki-keys.ts';

/** What a token states (TSTInfo); absent members are left out of it. */
export interface TestStatement {
  /** What the time-stamp is about. */
  readonly data?: Uint8Array;
  /** The hash of it, where only that is known. */
  readonly digest?: Uint8Array;
  /** Of `data`. Default SHA-256. */
  readonly imprintHash?: HashName | 'sha1';
  /** Leaves out the parameters of the hash algorithm instead of writing NULL. */
  readonly omitsNull?: boolean;
  readonly version?: number;
  readonly policy?: string;
  readonly serialNumber?: Uint8Array;
  /** GeneralizedTime as text, for example `20240621071205.884Z`. */
  readonly genTime?: string;
  readonly accuracy?: { readonly seconds?: number; readonly millis?: number; readonly micros?: number };
  readonly nonce?: Uint8Array;
  /** DER of the members that follow the nonce. */
  readonly rest?: readonly Uint8Array[];
}

/** A signed attribute; `values` are DER. */
export interface TestAttribute {
  readonly oid: string;
  readonly values: readonly Uint8Array[];
}

/** A SignerInfo before it is signed; every member but the numbers is DER. */
export interface TestSigner {
  readonly version: number;
  /** `IssuerAndSerialNumber`, or `[0]` with a key identifier. */
  readonly id: Uint8Array;
  readonly digestAlgorithm: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly attributes: readonly TestAttribute[];
}

/** SignedData after it is signed; every member but the version and the type is DER. */
export interface TestSignedData {
  readonly version: number;
  readonly digestAlgorithms: readonly Uint8Array[];
  readonly contentType: string;
  /** `undefined` leaves it out. */
  readonly content: Uint8Array | undefined;
  /** `undefined` leaves the member out. */
  readonly certificates: readonly Uint8Array[] | undefined;
  readonly signers: readonly Uint8Array[];
}

export interface TestTokenOptions {
  /** Signs, and sends all its certificates but the root along. */
  readonly authority: TestChain;
  readonly statement: TestStatement;
  /** digestAlgorithm of the signer. Default SHA-256. */
  readonly hash?: HashName;
  /** Of RSA keys: `rsaEncryption`, which takes the hash of the signer, unless given. */
  readonly rsa?: 'plain' | 'with-hash' | 'pss';
  readonly tweakStatement?: (der: Uint8Array) => Uint8Array;
  readonly tweakSigner?: (signer: TestSigner) => TestSigner;
  readonly tweakSignature?: (signature: Uint8Array) => Uint8Array;
  readonly tweakSignedData?: (signed: TestSignedData) => TestSignedData;
}

export const testAttributeOids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const tstInfoOid = '1.2.840.113549.1.9.16.1.4';
const signedDataOid = '1.2.840.113549.1.7.2';
const hashOids = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

/** A ContentInfo, valid unless a tweak says otherwise. */
export function encodeTestToken(options: TestTokenOptions): Uint8Array {
  const {
    authority,
    statement,
    hash = 'sha256',
    tweakStatement = same,
    tweakSigner = same,
    tweakSignedData = same,
  } = options;
  const content = tweakStatement(encodeStatement(statement));
  const [certificate] = authority.certificates;
  const signer = tweakSigner({
    version: 1,
    id: encodeDer(0x30, certificate.issuer.der, encodeDer(0x02, parseHex(certificate.serialNumber))),
    digestAlgorithm: encodeHashAlgorithm(hash),
    signatureAlgorithm: signatureAlgorithm(authority.key, hash, options.rsa ?? 'plain'),
    attributes: [
      { oid: testAttributeOids.contentType, values: [encodeDerOid(tstInfoOid)] },
      { oid: testAttributeOids.messageDigest, values: [encodeDer(0x04, hashBytes(hash, content))] },
      { oid: testAttributeOids.signingCertificateV2, values: [encodeSigningCertificate(certificate.der)] },
    ],
  });
  const signed = tweakSignedData({
    version: 3,
    digestAlgorithms: [encodeHashAlgorithm(hash)],
    contentType: tstInfoOid,
    content: encodeDer(0x04, content),
    certificates: authority.certificates.slice(0, -1).map(({ der }) => der),
    signers: [encodeSigner(signer, { ...options, hash })],
  });
  return encodeSignedData(signed);
}

export function encodeStatement(statement: TestStatement): Uint8Array {
  const { data = new Uint8Array(), imprintHash = 'sha256', version = 1, policy = '1.2.3.4.1' } = statement;
  const { digest = createHash(imprintHash).update(data).digest(), genTime = '20240621071205Z' } = statement;
  return encodeDer(
    0x30,
    encodeNumber(version),
    encodeDerOid(policy),
    encodeDer(0x30, encodeHashAlgorithm(imprintHash, statement.omitsNull), encodeDer(0x04, digest)),
    encodeDerUnsigned(statement.serialNumber ?? Uint8Array.of(1)),
    encodeDer(0x18, encodeUtf8(genTime)),
    ...(statement.accuracy === undefined ? [] : [encodeAccuracy(statement.accuracy)]),
    ...(statement.nonce === undefined ? [] : [encodeDerUnsigned(statement.nonce)]),
    ...(statement.rest ?? []),
  );
}

/** The value of signingCertificateV2 for one certificate; the hash is SHA-256, which is left out, unless another is given. */
export function encodeSigningCertificate(
  certificate: Uint8Array,
  options: { readonly hash?: HashName; readonly issuerSerial?: Uint8Array } = {},
): Uint8Array {
  const { hash, issuerSerial } = options;
  const id = encodeDer(
    0x30,
    ...(hash === undefined ? [] : [encodeHashAlgorithm(hash)]),
    encodeDer(0x04, hashBytes(hash ?? 'sha256', certificate)),
    ...(issuerSerial === undefined ? [] : [issuerSerial]),
  );
  return encodeDer(0x30, encodeDer(0x30, id));
}

export function encodeHashAlgorithm(hash: keyof typeof hashOids, omitsNull = false): Uint8Array {
  return encodeDer(0x30, encodeDerOid(hashOids[hash]), ...(omitsNull ? [] : [encodeDer(0x05)]));
}

function encodeSignedData(signed: TestSignedData): Uint8Array {
  const { version, digestAlgorithms, contentType, content, certificates, signers } = signed;
  const encapsulated = encodeDer(
    0x30,
    encodeDerOid(contentType),
    ...(content === undefined ? [] : [encodeDer(0xa0, content)]),
  );
  const data = encodeDer(
    0x30,
    encodeNumber(version),
    encodeDer(0x31, ...digestAlgorithms),
    encapsulated,
    ...(certificates === undefined ? [] : [encodeDer(0xa0, ...certificates)]),
    encodeDer(0x31, ...signers),
  );
  return encodeDer(0x30, encodeDerOid(signedDataOid), encodeDer(0xa0, data));
}

function encodeSigner(
  signer: TestSigner,
  { authority, hash, rsa = 'plain', tweakSignature = same }: TestTokenOptions & { readonly hash: HashName },
): Uint8Array {
  // DER sorts the members of a SET OF, and the signature is over DER.
  const attributes = signer.attributes
    .map(({ oid, values }) => encodeDer(0x30, encodeDerOid(oid), encodeDer(0x31, ...values)))
    .toSorted((a, b) => Buffer.compare(a, b));
  const signature = signWith(authority.key, encodeDer(0x31, ...attributes), { hash, isPss: rsa === 'pss' });
  return encodeDer(
    0x30,
    encodeNumber(signer.version),
    signer.id,
    signer.digestAlgorithm,
    ...(attributes.length === 0 ? [] : [encodeDer(0xa0, ...attributes)]),
    signer.signatureAlgorithm,
    encodeDer(0x04, tweakSignature(signature)),
  );
}

function signWith(
  { pkcs8 }: TestKeyPair,
  data: Uint8Array,
  { hash, isPss }: { readonly hash: HashName; readonly isPss: boolean },
): Uint8Array {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const padding = isPss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return new Uint8Array(sign(hash, data, { key, dsaEncoding: 'der', ...padding }));
}

function signatureAlgorithm({ type }: TestKeyPair, hash: HashName, rsa: 'plain' | 'with-hash' | 'pss'): Uint8Array {
  const index = ['sha256', 'sha384', 'sha512'].indexOf(hash);
  if (!type.startsWith('rsa')) return encodeDer(0x30, encodeDerOid(`1.2.840.10045.4.3.${index + 2}`));
  if (rsa === 'pss') return encodeDer(0x30, encodeDerOid('1.2.840.113549.1.1.10'), encodePssParameters(hash));
  const oid = rsa === 'plain' ? '1.2.840.113549.1.1.1' : `1.2.840.113549.1.1.${index + 11}`;
  return encodeDer(0x30, encodeDerOid(oid), encodeDer(0x05));
}

function encodePssParameters(hash: HashName): Uint8Array {
  const algorithm = encodeHashAlgorithm(hash);
  const mask = encodeDer(0x30, encodeDerOid('1.2.840.113549.1.1.8'), algorithm);
  const saltLength = { sha256: 32, sha384: 48, sha512: 64 }[hash];
  return encodeDer(0x30, encodeDer(0xa0, algorithm), encodeDer(0xa1, mask), encodeDer(0xa2, encodeNumber(saltLength)));
}

function encodeAccuracy({ seconds, millis, micros }: NonNullable<TestStatement['accuracy']>): Uint8Array {
  const fraction = (tag: number, value: number | undefined): readonly Uint8Array[] =>
    value === undefined ? [] : [encodeNumber(value).map((octet, at) => (at === 0 ? tag : octet))];
  return encodeDer(
    0x30,
    ...(seconds === undefined ? [] : [encodeNumber(seconds)]),
    ...fraction(0x80, millis),
    ...fraction(0x81, micros),
  );
}

function encodeNumber(value: number): Uint8Array {
  return encodeDerUnsigned(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

function same<Value>(value: Value): Value {
  return value;
}
