// Makes a key and a certificate for it: an authority or one to sign with, self-signed or issued by an authority. The only file of
// the CLI that knows @peculiar/x509; it costs a tenth of a second to load, so it is imported by the actions that need it.

import { webcrypto } from 'node:crypto';
import type { PrivateKey } from '@nv2/base';
import type { Certificate, ChainPurpose } from '@nv2/pki';
import { CliError } from './errors.ts';
import type { KeyType } from './key-types.ts';

export interface CertificateRequest {
  /** `C=US,ST=WA,O=Example,CN=signer`, in either order. */
  readonly subject: string;
  readonly keyType: KeyType;
  readonly role: 'leaf' | 'authority';
  /** What a leaf is for. */
  readonly purpose: ChainPurpose;
  /** How many authorities may be below this one; any number unless given. */
  readonly pathLength?: number;
  readonly at: Date;
  readonly days: number;
  /** Itself unless given. The chain begins with the certificate that issues. */
  readonly issuer?: { readonly chain: readonly [Certificate, ...Certificate[]]; readonly key: PrivateKey };
  /** Where its revocation can be learnt. */
  readonly crlUrls?: readonly string[];
  readonly ocspUrls?: readonly string[];
}

export interface MadeCertificate {
  /** PKCS#8. */
  readonly keyPem: string;
  /** The certificate and those above it. */
  readonly certificatePem: string;
  readonly der: Uint8Array;
  readonly notAfter: Date;
}

type Library = typeof import('@peculiar/x509');

const dayMs = 24 * 60 * 60 * 1000;

/** @throws CliError `CLI_USAGE` for a subject that cannot be read */
export async function makeCertificate(request: CertificateRequest): Promise<MadeCertificate> {
  // Loaded in this order, in so many words: bun runs the modules of static imports in another, and the second needs the first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { issuer, at, days } = request;
  const subject = parseSubject(x509, request.subject);
  const algorithm = algorithmOf(request.keyType);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new TypeError('key generation gave no key pair');
  // Certificates count whole seconds.
  const notBefore = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + days * dayMs);
  const signing =
    issuer === undefined ? { algorithm, key: keys.privateKey } : await openIssuer(issuer.chain[0], issuer.key);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject,
      issuer: issuer === undefined ? subject : new x509.Name(toBuffer(issuer.chain[0].subject.der)),
      notBefore,
      notAfter,
      publicKey: keys.publicKey,
      signingKey: signing.key,
      signingAlgorithm: signing.algorithm,
      extensions: [...extensionsOf(x509, request), ...(await identifiersOf(x509, keys.publicKey, issuer?.chain[0]))],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    certificatePem: [certificate.rawData, ...(issuer?.chain ?? []).map(({ der }) => toBuffer(der))]
      .map((der) => `${x509.PemConverter.encode(der, 'CERTIFICATE')}\n`)
      .join(''),
    der: new Uint8Array(certificate.rawData),
    notAfter,
  };
}

/** Names are encoded from the country down to the common name; RFC 4514 writes them the other way round. */
function parseSubject(x509: Library, text: string): InstanceType<Library['Name']> {
  try {
    const parts = new x509.Name(text).toJSON();
    const isReversed = parts[0] !== undefined && 'CN' in parts[0];
    const name = new x509.Name(isReversed ? parts.toReversed() : parts);
    if (parts.length > 0) return name;
  } catch {
    // The library says where it stopped reading, in words about its own parser.
  }
  throw new CliError(
    'CLI_USAGE',
    `--subject takes a name such as C=US,ST=WA,O=Example,CN=signer, found ${JSON.stringify(text)}`,
  );
}

function algorithmOf(type: KeyType) {
  const [family, size] = type.split('-');
  if (family === 'rsa') {
    return {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: Number(size),
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    };
  }
  return { name: 'ECDSA', namedCurve: `P-${size}`, hash: hashFor(Number(size)) };
}

function hashFor(bits: number): string {
  return bits <= 256 ? 'SHA-256' : bits <= 384 ? 'SHA-384' : 'SHA-512';
}

/** @throws CliError `CLI_USAGE` for a kind of key that cannot issue */
async function openIssuer({ key }: Certificate, privateKey: PrivateKey) {
  if (key.kind === 'other') {
    throw new CliError('CLI_USAGE', 'the key of the issuer is of a kind that cannot issue certificates here');
  }
  const algorithm =
    key.kind === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: key.curve, hash: hashFor(key.bits) };
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  return { algorithm, key: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']) };
}

/** Section 6: what each role must say, and nothing that it must not. */
function extensionsOf(x509: Library, request: CertificateRequest) {
  const { role, purpose, pathLength, crlUrls = [], ocspUrls = [] } = request;
  const isTimestamping = purpose === 'timestamping';
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  const own =
    role === 'authority'
      ? [
          new x509.BasicConstraintsExtension(true, pathLength, true),
          // oxlint-disable-next-line no-bitwise -- flags
          new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
        ]
      : [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(digitalSignature, true),
          new x509.ExtendedKeyUsageExtension(
            [isTimestamping ? x509.ExtendedKeyUsage.timeStamping : x509.ExtendedKeyUsage.codeSigning],
            isTimestamping,
          ),
        ];
  return [
    ...own,
    ...(crlUrls.length === 0 ? [] : [new x509.CRLDistributionPointsExtension([...crlUrls])]),
    ...(ocspUrls.length === 0 ? [] : [new x509.AuthorityInfoAccessExtension({ ocsp: [...ocspUrls] })]),
  ];
}

/** Which key this is, and which key issued it: tools of others want to be told. */
async function identifiersOf(x509: Library, publicKey: webcrypto.CryptoKey, issuer: Certificate | undefined) {
  const own = await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto);
  if (issuer === undefined) return [own];
  const above = new x509.X509Certificate(toBuffer(issuer.der)).getExtension(x509.SubjectKeyIdentifierExtension);
  return above === null ? [own] : [own, new x509.AuthorityKeyIdentifierExtension(above.keyId)];
}

/** 127 random bits, positive and never with a leading zero octet (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
