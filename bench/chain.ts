// Chains of three as production has them: the signer's key of the kind that is measured, the CAs' keys as given.

import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Certificate, SigningKey } from '@nv2/pki';
import { caExtensions, leafExtensions, mintCertificate, type TestKeyPair, toPem, toSigningKey } from '@nv2/testing';

export type KeyType = 'rsa2048' | 'rsa3072' | 'rsa4096' | 'p256' | 'p384' | 'p521';

export interface Signer {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly key: SigningKey;
  readonly keyPem: string;
  /** Leaf first. */
  readonly chain: readonly [Certificate, Certificate, Certificate];
  readonly chainPem: string;
  readonly root: Certificate;
  readonly rootPem: string;
}

/** Mints a signer. `name` goes into every subject, so that signers of other names share no certificate. */
export async function mintSigner(type: KeyType, name = 'bench'): Promise<Signer> {
  const subjects = ['signer', 'intermediate CA', 'root CA'].map((what) => `C=US,ST=WA,O=Example,CN=${name} ${what}`);
  const keys = { leaf: generateKey(type), intermediate: generateKey('p256'), root: generateKey('p256') };
  const [leafName = '', intermediateName = '', rootName = ''] = subjects;
  const issuers = {
    root: { subject: rootName, key: keys.root.pair },
    intermediate: { subject: intermediateName, key: keys.intermediate.pair },
  };
  const root = await mintCertificate({ subject: rootName, key: keys.root.pair, extensions: caExtensions });
  const intermediate = await mintCertificate({
    subject: intermediateName,
    key: keys.intermediate.pair,
    issuer: issuers.root,
    extensions: caExtensions,
  });
  const leaf = await mintCertificate({
    subject: leafName,
    key: keys.leaf.pair,
    issuer: issuers.intermediate,
    extensions: leafExtensions,
  });
  const chain = [leaf, intermediate, root] as const;
  return {
    privateKey: keys.leaf.privateKey,
    publicKey: createPublicKey(keys.leaf.privateKey),
    key: toSigningKey(keys.leaf.pair, chain),
    keyPem: keys.leaf.pair.pkcs8Pem,
    chain,
    chainPem: chain.map(({ der }) => toPem('CERTIFICATE', der)).join(''),
    root,
    rootPem: toPem('CERTIFICATE', root.der),
  };
}

const curves = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const;
const moduli = { rsa2048: 2048, rsa3072: 3072, rsa4096: 4096 } as const;

function generateKey(type: KeyType): { readonly privateKey: KeyObject; readonly pair: TestKeyPair } {
  const { privateKey } =
    type === 'p256' || type === 'p384' || type === 'p521'
      ? generateKeyPairSync('ec', { namedCurve: curves[type] })
      : generateKeyPairSync('rsa', { modulusLength: moduli[type] });
  const pair = {
    type,
    pkcs8: new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
    pkcs8Pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
  };
  return { privateKey, pair };
}
