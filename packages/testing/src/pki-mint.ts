// Real certificates with any defect one may ask for.

import { createPrivateKey, sign, webcrypto } from 'node:crypto';
import { concatBytes, decodeDer, derTag, encodeDer, encodeDerOid, encodeHex, hashBytes } from '@nv2/base';
import { type Certificate, type KeyUsageName, parseCertificate } from '@nv2/pki';
import { encodeName, type TestName } from './pki-der.ts';
import { type TestKeyPair, testKeyPair } from './pki-keys.ts';

/** Extensions by meaning; an absent one is left out of the certificate. Critical unless said otherwise. */
export interface TestExtensions {
  readonly basicConstraints?: { readonly isCritical?: boolean; readonly isCa: boolean; readonly pathLength?: number };
  readonly keyUsage?: { readonly isCritical?: boolean; readonly usages: readonly KeyUsageName[] };
  /** Not critical unless said so. */
  readonly extendedKeyUsage?: { readonly isCritical?: boolean; readonly oids: readonly string[] };
  readonly ocspUrls?: readonly string[];
  readonly crlUrls?: readonly string[];
  readonly other?: readonly { readonly oid: string; readonly isCritical?: boolean; readonly value: Uint8Array }[];
}

export interface MintOptions {
  readonly subject?: TestName;
  readonly key?: TestKeyPair;
  /** Who signs. Itself unless given. */
  readonly issuer?: { readonly subject: TestName; readonly key: TestKeyPair };
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Hexadecimal content octets. */
  readonly serialNumber?: string;
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
  /** RSASSA-PSS instead of PKCS#1 v1.5 for an RSA issuer key. */
  readonly isPss?: boolean;
  readonly extensions?: TestExtensions;
  /** Changes the signed part before it is signed; not with `isPss` or an Ed25519 issuer. */
  readonly tweakTbs?: (tbs: Uint8Array) => Uint8Array;
}

/** Default validity: from 2020 to the end of 2099. */
export const testNotBefore = new Date('2020-01-01T00:00:00Z');
export const testNotAfter = new Date('2099-12-31T23:59:59Z');

/** Extensions that make a leaf, and a CA, valid for code signing. */
export const leafExtensions: TestExtensions = { keyUsage: { usages: ['digitalSignature'] } };
export const caExtensions: TestExtensions = {
  basicConstraints: { isCa: true },
  keyUsage: { usages: ['keyCertSign', 'cRLSign'] },
};

/** Mints a certificate and parses it with our own parser. */
export async function mintCertificate(options: MintOptions = {}): Promise<Certificate> {
  return parseCertificate(await mintCertificateDer(options));
}

/** As {@link mintCertificate}, for certificates that our parser refuses. */
export async function mintCertificateDer(options: MintOptions = {}): Promise<Uint8Array> {
  const x509 = await loadX509();
  const { key = testKeyPair('p256'), subject = 'C=US,ST=WA,O=Example,CN=signer' } = options;
  const issuer = options.issuer ?? { subject, key };
  const extensions = toExtensions(options.extensions ?? leafExtensions);
  const algorithm = signingAlgorithm(issuer.key, options);
  const name = (value: TestName): InstanceType<typeof x509.Name> => new x509.Name(toBuffer(encodeName(value)));
  const minted = await x509.X509CertificateGenerator.create(
    {
      serialNumber: options.serialNumber ?? serialNumberOf(key, subject, issuer.subject),
      subject: name(subject),
      issuer: name(issuer.subject),
      notBefore: options.notBefore ?? testNotBefore,
      notAfter: options.notAfter ?? testNotAfter,
      publicKey: toBuffer(key.spki),
      signingKey: await webcrypto.subtle.importKey('pkcs8', toBuffer(issuer.key.pkcs8), algorithm, false, ['sign']),
      signingAlgorithm: algorithm,
      extensions: extensions.map(({ oid, isCritical, value }) => new x509.Extension(oid, isCritical, toBuffer(value))),
    },
    webcrypto,
  );
  const der = new Uint8Array(minted.rawData);
  const { tweakTbs = (tbs) => tbs } = options;
  // Without extensions the library writes an empty list, which RFC 5280 does not allow.
  if (extensions.length === 0)
    return resign(der, issuer.key, { ...options, tweakTbs: (tbs) => tweakTbs(withoutExtensions(tbs)) });
  return options.tweakTbs === undefined ? der : resign(der, issuer.key, { ...options, tweakTbs });
}

function withoutExtensions(tbs: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const members = decodeDer(tbs, { maxBytes: tbs.length }).members();
  for (let member = members.readAny('a member'); !members.isAtEnd; member = members.readAny('a member'))
    parts.push(member.bytes);
  return encodeDer(derTag.sequence, ...parts);
}

// The library needs its companion first, and costs every test file that loads it a tenth of a second.
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

function signingAlgorithm({ type }: TestKeyPair, { hash = 'SHA-256', isPss = false }: MintOptions) {
  if (type === 'ed25519') return { name: 'Ed25519' };
  if (type.startsWith('rsa')) {
    const saltLength = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }[hash];
    return isPss ? { name: 'RSA-PSS', hash, saltLength } : { name: 'RSASSA-PKCS1-v1_5', hash };
  }
  return { name: 'ECDSA', hash, namedCurve: type.replace('p', 'P-') };
}

// Stable, so that the same request gives the same serial number.
function serialNumberOf(key: TestKeyPair, subject: TestName, issuer: TestName): string {
  const seed = hashBytes('sha256', concatBytes([key.spki, encodeName(subject), encodeName(issuer)])).subarray(0, 16);
  return encodeHex(seed.map((octet, at) => (at === 0 ? (octet & 0x3f) | 0x40 : octet)));
}

function resign(
  der: Uint8Array,
  key: TestKeyPair,
  options: MintOptions & Required<Pick<MintOptions, 'tweakTbs'>>,
): Uint8Array {
  const members = decodeDer(der, { maxBytes: der.length }).members();
  const tbs = options.tweakTbs(new Uint8Array(members.read(derTag.sequence, 'the signed part').bytes));
  const algorithm = members.read(derTag.sequence, 'the algorithm').bytes;
  const privateKey = createPrivateKey({ key: Buffer.from(key.pkcs8), format: 'der', type: 'pkcs8' });
  const signature = sign((options.hash ?? 'SHA-256').replace('-', ''), tbs, { key: privateKey, dsaEncoding: 'der' });
  return encodeDer(0x30, tbs, algorithm, encodeDer(0x03, Uint8Array.of(0), signature));
}

interface RawExtension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

const usageBits: readonly KeyUsageName[] = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

function toExtensions(wanted: TestExtensions): readonly RawExtension[] {
  const { basicConstraints, keyUsage, extendedKeyUsage, ocspUrls, crlUrls, other = [] } = wanted;
  const list: RawExtension[] = [];
  if (basicConstraints) {
    const { isCa, pathLength, isCritical = true } = basicConstraints;
    const members = [
      ...(isCa ? [encodeDer(0x01, Uint8Array.of(0xff))] : []),
      ...(pathLength === undefined ? [] : [encodeDer(0x02, Uint8Array.of(pathLength))]),
    ];
    list.push({ oid: '2.5.29.19', isCritical, value: encodeDer(0x30, ...members) });
  }
  if (keyUsage)
    list.push({ oid: '2.5.29.15', isCritical: keyUsage.isCritical ?? true, value: encodeUsages(keyUsage.usages) });
  if (extendedKeyUsage) {
    const { oids, isCritical = false } = extendedKeyUsage;
    list.push({ oid: '2.5.29.37', isCritical, value: encodeDer(0x30, ...oids.map(encodeDerOid)) });
  }
  if (ocspUrls) {
    const descriptions = ocspUrls.map((url) => encodeDer(0x30, encodeDerOid('1.3.6.1.5.5.7.48.1'), encodeUri(url)));
    list.push({ oid: '1.3.6.1.5.5.7.1.1', isCritical: false, value: encodeDer(0x30, ...descriptions) });
  }
  if (crlUrls) {
    const points = crlUrls.map((url) => encodeDer(0x30, encodeDer(0xa0, encodeDer(0xa0, encodeUri(url)))));
    list.push({ oid: '2.5.29.31', isCritical: false, value: encodeDer(0x30, ...points) });
  }
  return [...list, ...other.map(({ oid, isCritical = false, value }) => ({ oid, isCritical, value }))];
}

function encodeUsages(usages: readonly KeyUsageName[]): Uint8Array {
  const bits = usages.map((usage) => usageBits.indexOf(usage));
  const last = Math.max(...bits, -1);
  const octets = new Uint8Array(Math.ceil((last + 1) / 8));
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return encodeDer(0x03, Uint8Array.of(last < 0 ? 0 : 7 - (last & 7)), octets);
}

function encodeUri(url: string): Uint8Array {
  return encodeDer(0x86, Buffer.from(url, 'latin1'));
}

// Both libraries want an ArrayBuffer of exactly these bytes.
function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
