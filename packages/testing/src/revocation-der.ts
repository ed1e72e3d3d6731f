// OCSP responses and CRLs as a responder and a CA make them, each with any defect one may ask for. Written with our own
// encoder, because no well-behaved library makes the hostile ones; the good ones are compared with OpenSSL's elsewhere.

import { createPrivateKey, sign } from 'node:crypto';
import {
  concatBytes,
  decodeDer,
  derTag,
  encodeDer,
  encodeDerOid,
  encodeDerUnsigned,
  hashBytes,
  hashOcspIdentifier,
  parseHex,
} from '@nv2/base';
import type { Certificate } from '@nv2/pki';
import type { TestKeyPair } from './pki-keys.ts';

/** Who signs: a certificate and its key. */
export interface TestAuthority {
  readonly certificate: Certificate;
  readonly key: TestKeyPair;
}

export interface TestExtension {
  readonly oid: string;
  readonly isCritical?: boolean;
  readonly value: Uint8Array;
}

export type TestHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export interface TestOcspStatement {
  readonly certificate: Certificate;
  /** Of the certificate: whose name and key the CertID has. */
  readonly issuer: Certificate;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt?: Date;
  /** Number of the CRLReason. */
  readonly reason?: number;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date | undefined;
  readonly invalidityDate?: Date;
  readonly extensions?: readonly TestExtension[];
  /** Of the CertID. */
  readonly hash?: TestHash;
}

export interface TestOcspOptions {
  readonly statements: readonly TestOcspStatement[];
  readonly signer: TestAuthority;
  /** Default `key`. */
  readonly responderId?: 'name' | 'key';
  /** Another than the one that signs. */
  readonly claims?: Certificate;
  /** Default: the signer's own. */
  readonly certificates?: readonly Certificate[];
  readonly producedAt?: Date;
  readonly extensions?: readonly TestExtension[];
  readonly hash?: TestHash;
  /** responseStatus; other than 0 gives a response without content. */
  readonly responseStatus?: number;
  readonly responseType?: string;
  /** Flips a bit of the signature. */
  readonly isForged?: boolean;
}

export function encodeOcspResponse(options: TestOcspOptions): Uint8Array {
  const { responseStatus = 0 } = options;
  const status = encodeDer(0x0a, Uint8Array.of(responseStatus));
  if (responseStatus !== 0) return encodeDer(0x30, status);
  const type = encodeDerOid(options.responseType ?? '1.3.6.1.5.5.7.48.1.1');
  return encodeDer(0x30, status, encodeDer(0xa0, encodeDer(0x30, type, encodeDer(0x04, encodeBasic(options)))));
}

function encodeBasic(options: TestOcspOptions): Uint8Array {
  const { signer, statements, responderId = 'key', certificates = [signer.certificate], extensions = [] } = options;
  const claimed = options.claims ?? signer.certificate;
  const responder =
    responderId === 'name'
      ? encodeDer(0xa1, claimed.subject.der)
      : encodeDer(0xa2, encodeDer(0x04, hashOcspIdentifier(keyBits(claimed))));
  const producedAt = options.producedAt ?? statements[0]?.thisUpdate ?? new Date(0);
  const tbs = encodeDer(
    0x30,
    responder,
    encodeTime(producedAt, 'generalized'),
    encodeDer(0x30, ...statements.map(encodeStatement)),
    ...(extensions.length === 0 ? [] : [encodeDer(0xa1, encodeExtensions(extensions))]),
  );
  const certs =
    certificates.length === 0 ? [] : [encodeDer(0xa0, encodeDer(0x30, ...certificates.map(({ der }) => der)))];
  return encodeDer(0x30, tbs, ...signTbs(tbs, options), ...certs);
}

function encodeStatement(statement: TestOcspStatement): Uint8Array {
  const { certificate, issuer, status, thisUpdate, nextUpdate, hash = 'sha1' } = statement;
  const id = encodeDer(
    0x30,
    encodeDer(0x30, encodeDerOid(hashOids[hash]), encodeDer(0x05)),
    encodeDer(0x04, digest(hash, issuer.subject.der)),
    encodeDer(0x04, digest(hash, keyBits(issuer))),
    encodeDer(0x02, parseHex(certificate.serialNumber)),
  );
  const dated = statement.invalidityDate === undefined ? [] : [invalidityDate(statement.invalidityDate)];
  const extensions = [...dated, ...(statement.extensions ?? [])];
  return encodeDer(
    0x30,
    id,
    status === 'revoked' ? encodeRevokedInfo(statement) : encodeDer(status === 'good' ? 0x80 : 0x82),
    encodeTime(thisUpdate, 'generalized'),
    ...(nextUpdate === undefined ? [] : [encodeDer(0xa0, encodeTime(nextUpdate, 'generalized'))]),
    ...(extensions.length === 0 ? [] : [encodeDer(0xa1, encodeExtensions(extensions))]),
  );
}

function encodeRevokedInfo({ revokedAt, thisUpdate, reason }: TestOcspStatement): Uint8Array {
  const why = reason === undefined ? [] : [encodeDer(0xa0, encodeDer(0x0a, Uint8Array.of(reason)))];
  return encodeDer(0xa1, encodeTime(revokedAt ?? thisUpdate, 'generalized'), ...why);
}

export interface TestCrlEntry {
  /** Content octets of the INTEGER, hexadecimal. */
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason?: number;
  readonly invalidityDate?: Date;
  readonly extensions?: readonly TestExtension[];
}

/** Members of issuingDistributionPoint, all of them absent unless given. */
export interface TestScope {
  readonly urls?: readonly string[];
  readonly onlyUsers?: boolean;
  readonly onlyCas?: boolean;
  readonly onlyAttributes?: boolean;
  readonly isIndirect?: boolean;
  /** Octets of ReasonFlags. */
  readonly onlySomeReasons?: readonly number[];
}

export interface TestCrlOptions {
  readonly signer: TestAuthority;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date | undefined;
  readonly entries?: readonly TestCrlEntry[];
  readonly number?: number | undefined;
  /** Makes it a delta CRL. */
  readonly baseNumber?: number;
  readonly scope?: TestScope;
  readonly freshestUrls?: readonly string[];
  readonly extensions?: readonly TestExtension[];
  readonly hash?: TestHash;
  /** 1 leaves the version out. */
  readonly version?: 1 | 2;
  readonly isForged?: boolean;
}

export function encodeCrl(options: TestCrlOptions): Uint8Array {
  const { signer, thisUpdate, nextUpdate, entries = [], version = 2 } = options;
  const extensions = crlExtensions(options);
  const tbs = encodeDer(
    0x30,
    ...(version === 2 ? [encodeDer(0x02, Uint8Array.of(1))] : []),
    signatureAlgorithm(signer.key, options.hash ?? 'sha256'),
    signer.certificate.subject.der,
    encodeTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [encodeTime(nextUpdate)]),
    ...(entries.length === 0 ? [] : [encodeDer(0x30, concatBytes(entries.map(encodeEntry)))]),
    ...(extensions.length === 0 ? [] : [encodeDer(0xa0, encodeExtensions(extensions))]),
  );
  return encodeDer(0x30, tbs, ...signTbs(tbs, options));
}

function crlExtensions(options: TestCrlOptions): readonly TestExtension[] {
  const { number, baseNumber, scope, freshestUrls, extensions = [] } = options;
  const integer = (value: number): Uint8Array => encodeDerUnsigned(Uint8Array.of(value >> 8, value & 255));
  return [
    ...(number === undefined ? [] : [{ oid: '2.5.29.20', value: integer(number) }]),
    ...(baseNumber === undefined ? [] : [{ oid: '2.5.29.27', isCritical: true, value: integer(baseNumber) }]),
    ...(scope === undefined ? [] : [{ oid: '2.5.29.28', isCritical: true, value: encodeScope(scope) }]),
    ...(freshestUrls === undefined
      ? []
      : [{ oid: '2.5.29.46', value: encodeDer(0x30, ...freshestUrls.map(encodePoint)) }]),
    ...extensions,
  ];
}

function encodeScope(scope: TestScope): Uint8Array {
  const flag = (tag: number, isSet: boolean | undefined): readonly Uint8Array[] =>
    isSet === true ? [encodeDer(tag, Uint8Array.of(0xff))] : [];
  const { urls, onlySomeReasons: reasons } = scope;
  return encodeDer(
    0x30,
    ...(urls === undefined ? [] : [encodeDer(0xa0, encodeDer(0xa0, ...urls.map(encodeUri)))]),
    ...flag(0x81, scope.onlyUsers),
    ...flag(0x82, scope.onlyCas),
    ...(reasons === undefined ? [] : [encodeDer(0x83, Uint8Array.from(reasons))]),
    ...flag(0x84, scope.isIndirect),
    ...flag(0x85, scope.onlyAttributes),
  );
}

/** A distribution point with one address, as in certificates. */
export function encodePoint(url: string): Uint8Array {
  return encodeDer(0x30, encodeDer(0xa0, encodeDer(0xa0, encodeUri(url))));
}

function encodeEntry({
  serialNumber,
  revokedAt,
  reason,
  invalidityDate: since,
  extensions = [],
}: TestCrlEntry): Uint8Array {
  const all = [
    ...(reason === undefined ? [] : [{ oid: '2.5.29.21', value: encodeDer(0x0a, Uint8Array.of(reason)) }]),
    ...(since === undefined ? [] : [invalidityDate(since)]),
    ...extensions,
  ];
  return encodeDer(
    0x30,
    encodeDer(0x02, parseHex(serialNumber)),
    encodeTime(revokedAt),
    ...(all.length === 0 ? [] : [encodeExtensions(all)]),
  );
}

function invalidityDate(since: Date): TestExtension {
  return { oid: '2.5.29.24', value: encodeTime(since, 'generalized') };
}

function encodeExtensions(extensions: readonly TestExtension[]): Uint8Array {
  return encodeDer(
    0x30,
    ...extensions.map(({ oid, isCritical = false, value }) =>
      encodeDer(
        0x30,
        encodeDerOid(oid),
        ...(isCritical ? [encodeDer(0x01, Uint8Array.of(0xff))] : []),
        encodeDer(0x04, value),
      ),
    ),
  );
}

function encodeUri(url: string): Uint8Array {
  return encodeDer(0x86, Buffer.from(url, 'latin1'));
}

/** UTCTime until 2049 unless told otherwise. */
function encodeTime(time: Date, form?: 'generalized'): Uint8Array {
  const digits = `${time.toISOString().replaceAll(/[-T:]/g, '').slice(0, 14)}Z`;
  const isLong = form === 'generalized' || time.getUTCFullYear() > 2049 || time.getUTCFullYear() < 1950;
  return isLong ? encodeDer(0x18, Buffer.from(digits)) : encodeDer(0x17, Buffer.from(digits.slice(2)));
}

const hashOids: Readonly<Record<TestHash, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

function digest(hash: TestHash, bytes: Uint8Array): Uint8Array {
  return hash === 'sha1' ? hashOcspIdentifier(bytes) : hashBytes(hash, bytes);
}

function keyBits({ spki }: Certificate): Uint8Array {
  const members = decodeDer(spki, { maxBytes: spki.length }).members();
  members.read(derTag.sequence, 'an algorithm');
  return members.read(derTag.bitString, 'a key').content.subarray(1);
}

const signatureOids: Readonly<Record<'rsa' | 'ec', Readonly<Record<TestHash, string>>>> = {
  rsa: {
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
    sha512: '1.2.840.113549.1.1.13',
  },
  ec: {
    sha1: '1.2.840.10045.4.1',
    sha256: '1.2.840.10045.4.3.2',
    sha384: '1.2.840.10045.4.3.3',
    sha512: '1.2.840.10045.4.3.4',
  },
};

function signatureAlgorithm({ type }: TestKeyPair, hash: TestHash): Uint8Array {
  const isRsa = type.startsWith('rsa');
  const oid = encodeDerOid(signatureOids[isRsa ? 'rsa' : 'ec'][hash]);
  return isRsa ? encodeDer(0x30, oid, encodeDer(0x05)) : encodeDer(0x30, oid);
}

function signTbs(
  tbs: Uint8Array,
  { signer, hash = 'sha256', isForged = false }: Pick<TestCrlOptions, 'signer' | 'hash' | 'isForged'>,
): readonly [Uint8Array, Uint8Array] {
  const key = createPrivateKey({ key: Buffer.from(signer.key.pkcs8), format: 'der', type: 'pkcs8' });
  const signature = Uint8Array.from(sign(hash, tbs, { key, dsaEncoding: 'der' }));
  const last = signature.length - 1;
  if (isForged) signature[last] = (signature[last] ?? 0) ^ 1;
  return [signatureAlgorithm(signer.key, hash), encodeDer(0x03, Uint8Array.of(0), signature)];
}
