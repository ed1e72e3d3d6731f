// Chains over keys that exist only while the vectors are made.

import { createPublicKey, generateKeyPairSync, type KeyObject, sign as signRaw } from 'node:crypto';
import { importPrivateKey, signBytes } from '@nv2/base';
import { algorithmByName, type Certificate, findAlgorithm, parseCertificate, type SigningKey } from '@nv2/pki';
import type { TestKeyPair, TestKeyType } from '../../packages/testing/src/pki-keys.ts';
import {
  caExtensions,
  leafExtensions,
  type MintOptions,
  mintCertificateDer,
} from '../../packages/testing/src/pki-mint.ts';

export interface FreshChain {
  /** Of every certificate, leaf first. */
  readonly keys: readonly TestKeyPair[];
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[];
  readonly root: Uint8Array;
  /** Signs with the leaf's key, as ES256 where the key fits no algorithm. */
  readonly signingKey: SigningKey;
}

export interface FreshChainOptions {
  readonly type?: TestKeyType;
  readonly length?: number;
  /** Changes what is minted; 0 is the leaf. */
  readonly tweak?: (options: MintOptions, index: number) => MintOptions;
  /** Of every certificate instead of new ones. */
  readonly keys?: readonly TestKeyPair[];
}

export function freshKey(type: TestKeyType): TestKeyPair {
  const privateKey = generate(type);
  return {
    type,
    pkcs8: new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
    pkcs8Pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
  };
}

function generate(type: TestKeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  const curve = { p224: 'secp224r1', p256: 'P-256', p384: 'P-384', p521: 'P-521', secp256k1: 'secp256k1' }[
    type as string
  ];
  if (curve !== undefined) return generateKeyPairSync('ec', { namedCurve: curve }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: Number(type.slice('rsa'.length)) }).privateKey;
}

/** A valid chain unless `tweak` breaks it: of two certificates and P-256 keys unless asked otherwise. */
export async function freshChain(options: FreshChainOptions = {}): Promise<FreshChain> {
  const { type = 'p256', length = 2, tweak = (plain) => plain } = options;
  const keys = options.keys ?? Array.from({ length }, (_, index) => freshKey(index === 0 ? type : 'p256'));
  const certificates: Uint8Array[] = [];
  let issuer: MintOptions['issuer'];
  for (let index = length - 1; index >= 0; index--) {
    const key = keys[index] ?? freshKey('p256');
    const minted = tweak(plainOptions(index, length, key, issuer), index);
    certificates.unshift(await mintCertificateDer(minted));
    issuer = { subject: minted.subject ?? '', key: minted.key ?? key };
  }
  const root = certificates.at(-1);
  if (root === undefined || keys[0] === undefined) throw new RangeError('a chain has at least one certificate');
  return { keys, certificates, root, signingKey: signingKeyOver(keys[0], certificates) };
}

function plainOptions(index: number, length: number, key: TestKeyPair, issuer: MintOptions['issuer']): MintOptions {
  const name = index === 0 ? 'signer' : index === length - 1 ? 'Root CA' : `CA ${index}`;
  return {
    subject: `C=US,ST=WA,O=nv2 vectors,CN=${name}`,
    key,
    ...(issuer && { issuer }),
    extensions: index === 0 ? leafExtensions : caExtensions,
  };
}

function signingKeyOver(key: TestKeyPair, certificates: readonly Uint8Array[]): SigningKey {
  const chain = certificates.map(parseOrNull);
  const algorithm = (chain[0] && findAlgorithm(chain[0].key)) ?? algorithmByName('ES256');
  const privateKey = importPrivateKey(key.pkcs8, 'pkcs8');
  return {
    name: key.type,
    // The makers of envelopes want the bytes only, and some of these certificates are meant to be unreadable.
    chain: certificates.map((der) => ({ der })) as unknown as SigningKey['chain'],
    algorithm,
    // Ed25519 hashes by itself.
    sign: async (data) =>
      key.type === 'ed25519' ? signRaw(null, data, privateKey) : signBytes(algorithm.scheme, privateKey, data),
  };
}

function parseOrNull(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    // A defect that is wanted.
    return undefined;
  }
}
