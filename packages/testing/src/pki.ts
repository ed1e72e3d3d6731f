// Chains and signing keys that are valid by the Notary Project's rules unless a test asks for a defect.

import { importPrivateKey, signBytes } from '@nv2/base';
import { type Certificate, findAlgorithm, type SigningKey } from '@nv2/pki';
import { toPem, type TestName } from './pki-der.ts';
import { type TestKeyPair, testKeyPair } from './pki-keys.ts';
import { caExtensions, leafExtensions, type MintOptions, mintCertificate } from './pki-mint.ts';

/** The six key types that can sign. */
export type SigningKeyType = 'rsa2048' | 'rsa3072' | 'rsa4096' | 'p256' | 'p384' | 'p521';

export interface MintChainOptions {
  /** Of the leaf. P-256 unless given, which is the fastest. */
  readonly keyType?: SigningKeyType;
  /** 1: self-signed; 2: leaf and root (the default); 3: with an intermediate. More adds intermediates. */
  readonly length?: number;
  readonly purpose?: 'code-signing' | 'timestamping';
  /** Of the leaf. */
  readonly subject?: TestName;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Another number gives another leaf key and other CAs. */
  readonly keyIndex?: number;
  /** Changes what is minted; 0 is the leaf. */
  readonly tweak?: (options: MintOptions, index: number) => MintOptions;
}

export interface TestChain {
  /** Of the leaf. */
  readonly key: TestKeyPair;
  /** Of every certificate, in the same order. */
  readonly keys: readonly TestKeyPair[];
  /** Leaf first, root last. */
  readonly certificates: readonly [Certificate, ...Certificate[]];
  readonly root: Certificate;
  /** The certificates as one PEM file. */
  readonly pem: string;
  readonly signingKey: SigningKey;
}

/** Mints a chain, root first. */
export async function mintChain(options: MintChainOptions = {}): Promise<TestChain> {
  const { keyType = 'p256', length = 2, keyIndex = 0, tweak = (plain) => plain } = options;
  const keys = Array.from({ length }, (_, index) =>
    index === 0 ? testKeyPair(keyType, keyIndex) : testKeyPair('p256', (keyIndex + 1) * 100 + index),
  );
  const minted: Certificate[] = [];
  let issuer: MintOptions['issuer'];
  for (let index = length - 1; index >= 0; index--) {
    const key = keys[index] ?? testKeyPair(keyType, keyIndex);
    const mint = tweak(plainOptions(options, { index, length, key, issuer }), index);
    minted.unshift(await mintCertificate(mint));
    issuer = { subject: mint.subject ?? '', key };
  }
  const [leaf, ...rest] = minted;
  if (leaf === undefined) throw new RangeError('a chain has at least one certificate');
  const certificates = [leaf, ...rest] as const;
  const key = testKeyPair(keyType, keyIndex);
  return {
    key,
    keys,
    certificates,
    root: rest.at(-1) ?? leaf,
    pem: certificates.map(({ der }) => toPem('CERTIFICATE', der)).join(''),
    signingKey: toSigningKey(key, certificates),
  };
}

const signingKeys = new Map<string, Promise<SigningKey>>();

/** A ready signing key with a chain of two unless `length` is given: the same object for the same arguments. */
export function testSigningKey(keyType: SigningKeyType = 'p256', length = 2): Promise<SigningKey> {
  const name = `${keyType}/${length}`;
  const known = signingKeys.get(name) ?? mintChain({ keyType, length }).then(({ signingKey }) => signingKey);
  signingKeys.set(name, known);
  return known;
}

/** A `SigningKey` over a key pair in memory. */
export function toSigningKey(key: TestKeyPair, chain: readonly [Certificate, ...Certificate[]]): SigningKey {
  const algorithm = findAlgorithm(chain[0].key);
  if (algorithm === undefined) throw new TypeError(`a ${key.type} key cannot sign`);
  const privateKey = importPrivateKey(key.pkcs8, 'pkcs8');
  return {
    name: `test ${key.type}`,
    chain,
    algorithm,
    sign: (data) => signBytes(algorithm.scheme, privateKey, data),
  };
}

interface Place {
  readonly index: number;
  readonly length: number;
  readonly key: TestKeyPair;
  readonly issuer: MintOptions['issuer'];
}

function plainOptions(options: MintChainOptions, { index, length, key, issuer }: Place): MintOptions {
  const isTimestamping = options.purpose === 'timestamping';
  const number = options.keyIndex === undefined || options.keyIndex === 0 ? '' : ` ${options.keyIndex}`;
  const names = {
    leaf: `C=US,ST=WA,O=Example,CN=${isTimestamping ? 'timestamper' : 'signer'}${number}`,
    intermediate: `C=US,ST=WA,O=Example,CN=Example Intermediate CA${number}${index > 1 ? ` of level ${index}` : ''}`,
    root: `C=US,ST=WA,O=Example,CN=Example Root CA${number}`,
  };
  const leaf = isTimestamping
    ? { ...leafExtensions, extendedKeyUsage: { isCritical: true, oids: ['1.3.6.1.5.5.7.3.8'] } }
    : leafExtensions;
  return {
    subject: index === 0 ? (options.subject ?? names.leaf) : index === length - 1 ? names.root : names.intermediate,
    key,
    ...(issuer && { issuer }),
    ...(options.notBefore && { notBefore: options.notBefore }),
    ...(options.notAfter && { notAfter: options.notAfter }),
    extensions: index === 0 ? leaf : caExtensions,
  };
}
